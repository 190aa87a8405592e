"""Priors as PyMC code (5.x) that runs as it stands, parameters to the last digit.

A family on another scale is a standard distribution carried there by ``pm.Deterministic`` (lower + exp(y) for
a log-normal above a limit, upper - y for a mirrored gamma, lower + (upper - lower) y for a beta). A split
normal is a mixture of two truncated normals with shares sd_below and sd_above over their sum; one about its
median is a standard normal whose two sides are stretched by themselves; a piecewise-uniform is a mixture of
uniforms; a linear pool a mixture of its components. All these are exact. Any other pool is
``pm.Interpolated`` on a grid in units of its quartiles' distance (PyMC takes densities below 1e-8 for 0),
with the most that its CDF is off by in a comment.
"""

from __future__ import annotations

import keyword
import math
import re
import textwrap
from collections.abc import Callable, Mapping, Sequence

from forecast.elicitation.parametric import Parametric
from forecast.interchange.density_grid import Grid
from forecast.interchange.priors import Named, Prior
from forecast.interchange.pymc_parts import Part, back, ends, number, parts
from forecast.interchange.quantile_csv import column
from forecast.pooling.on_scale import OnScale
from forecast.visible import visible

_TRANSFORM = "pm.distributions.transforms.Interval"
#: Families with a name in PyMC where their limits are 0, or 0 and 1.
_DIRECT: Mapping[tuple[str, float, float], str] = {
    ("lognormal", 0.0, math.inf): "LogNormal",
    ("logit_normal", 0.0, 1.0): "LogitNormal",
}
_TAKEN = {"pm", "np", "model"}


def pymc_code(priors: Sequence[Prior], *, inputs_sha256: str = "") -> str:
    """A snippet that makes a ``model`` with one variable an item, called after it.

    >>> from forecast.elicitation.parametric import Parametric
    >>> half = Parametric("mirror_gamma", {"shape": 2.0, "rate": 0.5}, upper=10)
    >>> print(pymc_code([Prior("rate", half)]), end="")
    # Priors written by forecast elicit export, for PyMC 5.
    import pymc as pm
    <BLANKLINE>
    with pm.Model() as model:
        # rate
        # p01 -3.277, p05 0.5123, p25 4.615, p50 6.643, p75 8.077, p95 9.289, p99 9.703
        rate_y = pm.Gamma("rate_y", alpha=2.0, beta=0.5)
        rate = pm.Deterministic("rate", 10.0 - rate_y)
    """
    names = variables([prior.item for prior in priors])
    head = ["# Priors written by forecast elicit export, for PyMC 5."]
    head += [f"# Of the inputs with SHA-256 {inputs_sha256}."] if inputs_sha256 else []
    head += ["import numpy as np"] if any(prior.grid for prior in priors) else []
    head += ["import pymc as pm", "", "with pm.Model() as model:"]
    body: list[str] = []
    for prior, name in zip(priors, names, strict=True):
        body += [*([""] if body else []), *_comments(prior), *_variable(prior, name)]
    return "\n".join([*head, *(f"    {line}" if line else "" for line in body)]) + "\n"


def variables(items: Sequence[str]) -> tuple[str, ...]:
    """Names for items that Python takes, each once.

    >>> variables(["outcomes.split", "2nd rate", "class", "2nd.rate"])
    ('outcomes_split', 'x_2nd_rate', 'class_', 'x_2nd_rate_2')
    """
    found: list[str] = []
    for item in items:
        name = re.sub(r"[^0-9A-Za-z_]+", "_", item).strip("_") or "x"
        name = f"x_{name}" if name[0].isdigit() else name
        name = f"{name}_" if keyword.iskeyword(name) or name in _TAKEN else name
        count, once = 1, name
        # What a variable is made of is called name_y or name_z.
        while {once, f"{once}_y", f"{once}_z"} & {v for n in found for v in (n, f"{n}_y", f"{n}_z")}:
            count += 1
            once = f"{name}_{count}"
        found.append(once)
    return tuple(found)


def _comments(prior: Prior) -> list[str]:
    what = [part for part in (prior.title, f"in {prior.unit}" if prior.unit else "") if part]
    lines = [f"{prior.item}" + (f": {', '.join(what)}" if what else "")]
    total = sum(voice.weight for voice in prior.voices)
    if prior.rule:
        lines.append(f"{prior.rule} pool of {len(prior.voices)}:")
    for voice in prior.voices:
        share = f"{voice.weight / total:.4g} " if prior.rule else ""
        where = f" ({voice.file}:{voice.line})" if voice.file else ""
        said = ", ".join(f"{column(p)} {v:.6g}" for p, v in sorted(voice.stated.items()))
        lines.append(f"  {share}{voice.name}{where}: {said}")
    if prior.ssq is not None:
        lines.append(f"sum of squared residuals {prior.ssq:.3g}")
    lines.append(", ".join(f"p{100 * p:02.0f} {q:.4g}" for p, q in prior.quantiles.items()))
    if prior.grid:
        lines.append(
            f"density on {len(prior.grid.z)} points; its CDF is off by {prior.grid.error:.1g} at most"
        )
    return [f"# {' ' * (len(line) - len(line.lstrip()))}{_flat(line)}" for line in (*lines, *prior.notes)]


def _flat(text: str) -> str:
    """On one line, nothing in it that would end a comment."""
    return visible(" ".join(text.split()))


def _variable(prior: Prior, name: str) -> list[str]:
    if prior.grid:
        return _interpolated(prior.grid, name)
    if len(prior.components) == 1:
        return _single(prior.components[0][1], name)
    return _mixture(prior.components, name)


def _single(one: Named, name: str) -> list[str]:
    if isinstance(one, Parametric) and (known := _DIRECT.get((one.family, *one.support))):
        mu, sigma = one.parameters.values()
        return [f'{name} = pm.{known}("{name}", mu={number(mu)}, sigma={number(sigma)})']
    if isinstance(one, OnScale) and one.sd_below != one.sd_above:
        z = f"{name}_z"
        sides = f"pm.math.switch({z} < 0, {number(one.sd_below)}, {number(one.sd_above)})"
        y = f"{number(one.centre)} + {sides} * {z}"
        template = back(one)
        inside = y if template == "{}" or template.endswith("({})") else f"({y})"
        return [
            f'{z} = pm.Normal("{z}", mu=0.0, sigma=1.0)',
            f'{name} = pm.Deterministic("{name}", {template.format(inside)})',
        ]
    found = parts(one)
    if len(found) > 1:
        return _mixture(((1.0, one),), name)
    return _carried(lambda y: [f"{y} = pm." + found[0].call(f'"{y}"')], back(one), name)


def _mixture(said: Sequence[tuple[float, Named]], name: str) -> list[str]:
    """Of components on one scale, a mixture there, carried back; else of components each on its own."""
    templates = {back(one) for _, one in said}
    flat = [(share * part.share, part, back(one)) for share, one in said for part in parts(one)]
    if len(templates) == 1:
        (template,) = templates
        reach = [ends(one) for _, one in said]
        inside = [(share, part, "{}") for share, part, _ in flat]
    else:
        template = "{}"
        reach = [one.support for _, one in said]
        inside = flat
    limits = min(low for low, _ in reach), max(high for _, high in reach)
    return _carried(lambda y: _mixture_lines(inside, y, limits), template, name)


def _mixture_lines(said: Sequence[tuple[float, Part, str]], y: str, limits: tuple[float, float]) -> list[str]:
    bounds = ", ".join("None" if math.isinf(limit) else number(limit) for limit in limits)
    bounded = any(math.isfinite(limit) for limit in limits)
    transform = f"{_TRANSFORM}({bounds})" if bounded else "None"
    return [
        f"{y} = pm.Mixture(",
        f'    "{y}",',
        *_numbers("w", [share for share, _, _ in said]),
        "    comp_dists=[",
        *(f"        {_component(part, template)}," for _, part, template in said),
        "    ],",
        *([f"    transform={transform},"] if bounded else []),
        "    default_transform=None,",
        ")",
    ]


def _component(part: Part, template: str) -> str:
    if template == "{}":
        return f"pm.{part.dist()}"
    inside = template.format(f"pm.{part.dist('size=size')}")
    return f"pm.CustomDist.dist(dist=lambda size: {inside})"


def _carried(lines: Callable[[str], list[str]], template: str, name: str) -> list[str]:
    """The variable itself, or one beside it and the variable made of that."""
    if template == "{}":
        return lines(name)
    y = f"{name}_y"
    return [*lines(y), f'{name} = pm.Deterministic("{name}", {template.format(y)})']


def _interpolated(grid: Grid, name: str) -> list[str]:
    z = f"{name}_z"
    return [
        f"{z} = pm.Interpolated(",
        f'    "{z}",',
        *_numbers("x_points", grid.z, wrap="np.array"),
        *_numbers("pdf_points", grid.density, wrap="np.array"),
        ")",
        f'{name} = pm.Deterministic("{name}", {number(grid.centre)} + {number(grid.scale)} * {z})',
    ]


def _numbers(argument: str, values: Sequence[float], *, wrap: str = "") -> list[str]:
    listed = ", ".join(map(number, values))
    opening, closing = (f"{wrap}([", "])") if wrap else ("[", "]")
    if len(listed) < 70:
        return [f"    {argument}={opening}{listed}{closing},"]
    lines = textwrap.wrap(listed, 90, break_long_words=False, break_on_hyphens=False)
    return [f"    {argument}={opening}", *(f"        {line}" for line in lines), f"    {closing},"]
