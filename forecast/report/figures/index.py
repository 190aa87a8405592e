"""The alignment index over time, and where each definition draws the line."""

from __future__ import annotations

from collections.abc import Sequence

from forecast.report.figures import style
from forecast.report.findings.broad import ELICITED, Alignment, Definition
from forecast.report.findings.levels import Z90
from forecast.report.markdown import Drawing
from forecast.report.numbers import signed
from forecast.report.view import View

#: Labels on the strip: how far apart at least, on the index's scale, and how many at most.
LABEL_GAP = 0.3
MOST_LABELS = 7


def index(view: View, path: Alignment, definitions: Sequence[Definition]) -> Drawing:
    """The index with its 90% band, and a strip of thresholds at the right, longer ticks for more weight."""
    with style.canvas(1, 2, height=3.3, sharey=True, width_ratios=[5, 2]) as (figure, (axis, strip)):
        for (time, mean, sd), dash, shade in ((path.past, "-", 0.20), (path.ahead, (0, (2, 1.5)), 0.10)):
            axis.fill_between(
                time, mean - Z90 * sd, mean + Z90 * sd, color=style.GREEN, alpha=shade, linewidth=0
            )
            axis.plot(time, mean, color=style.GREEN, linestyle=dash)
        axis.axvline(view.now, color=style.MUTED, linewidth=0.9)
        axis.annotate(
            f"as of {view.fit.as_of.year}",
            (view.now, 0.02),
            xycoords=("data", "axes fraction"),
            xytext=(-4, 0),
            textcoords="offset points",
            fontsize=7.5,
            color=style.MUTED,
            va="bottom",
            ha="right",
        )
        axis.set_xlim(view.question.scale_years[0], view.far.year + 1)
        axis.set_title("Alignment index (0 = mean, 1 = one sd of the scale years)")
        heaviest = max(d.weight for d in definitions)
        for each in definitions:
            length = 0.15 + 0.85 * each.weight / heaviest
            strip.plot([0, length], [each.threshold.mean] * 2, color=style.INK, linewidth=1.1, alpha=0.75)
        for each in _named(definitions):
            name = "the question's own" if each.source == ELICITED else view.source_names[each.source]
            strip.annotate(
                name,
                # Beyond the longest tick, where none crosses it.
                (1.0, each.threshold.mean),
                xytext=(4, 0),
                textcoords="offset points",
                va="center",
                fontsize=7,
                annotation_clip=False,
            )
        strip.set_xlim(0, 2.6)
        strip.set_xticks([])
        strip.spines["bottom"].set_visible(False)
        strip.set_title("Thresholds, by weight", fontweight="normal")
        svg = style.to_svg(figure, "index")
    lines = [d.threshold.mean for d in definitions]
    alt = (
        f"The alignment index rises from {signed(float(path.past[1][0]))} to "
        f"{signed(float(path.past[1][-1]))} now and is projected to {signed(float(path.ahead[1][-1]))}; "
        f"thresholds of {len(lines)} definitions lie between {signed(min(lines))} and {signed(max(lines))}."
    )
    if path.past[1][0] >= path.past[1][-1]:
        alt = alt.replace("rises", "goes", 1)
    return Drawing("index", svg, alt)


def _named(definitions: Sequence[Definition]) -> list[Definition]:
    """The ones to label: both ends, then by weight as far as there is room between them."""
    ranked = sorted(definitions, key=lambda d: (-d.weight, d.source))
    chosen: list[Definition] = []
    for each in [definitions[0], definitions[-1], *ranked]:
        if all(abs(each.threshold.mean - c.threshold.mean) >= LABEL_GAP for c in chosen):
            chosen.append(each)
    return chosen[:MOST_LABELS]
