"""Everything Gaussian in the second module is one affine map of a vector of standard normals.

    theta = offset + matrix z,   z ~ Normal(0, I)

Rows of theta are what the density reads, columns of z the independent pieces of prior uncertainty. One
matrix instead of many small operations: the same mathematics, less than half the compilation time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from forecast.calendar import Floats
from forecast.drivers.features import Features
from forecast.model.judgments import CodeSums, Stated
from forecast.states import CHANNELS, ESTIMATED

#: Prior sd of a score where the panel speaks of a driver, and where it is silent.
SPOKEN_SD, SILENT_SD = 1.5, 0.4
#: sd of an effect around gain x score, per driver unit of log-hazard.
SLACK_SD = 0.05
#: sd of what a cluster, or a reporting text, adds to all it says of an outcome, on the logit.
SHIFT_SD = 0.4
#: ln tau and ln tau_out: how far sources scatter beyond coding error, in codes and on the logit.
LOG_TAU = (float(np.log(0.45)), 0.6)
#: ln gain: log-hazard per driver unit and code point.
LOG_GAIN = (float(np.log(0.12)), 0.6)
#: How far a way back follows its own code; the rest is the mirror image of the way in.
RETURN_CODE_SHARE = 0.5

#: Which channel's gain scales each transition's effects, and which way in it mirrors (+1) or reverses.
_GAIN_CHANNEL = {
    "partnership->alliance": 0,
    "partnership->split": 1,
    "alliance->partnership": 0,
    "alliance->split": 1,
    "split->partnership": 1,
}


class Blocks:
    """Named stretches of a vector, in order: ``take(v, name)`` gives one in its own shape."""

    def __init__(self, shapes: Mapping[str, tuple[int, ...]]) -> None:
        self.shapes = dict(shapes)
        self.start: dict[str, int] = {}
        self.size = 0
        for name, shape in self.shapes.items():
            self.start[name] = self.size
            self.size += int(np.prod(shape))

    @property
    def sizes(self) -> tuple[int, ...]:
        """Length of each block, in order."""
        return tuple(int(np.prod(shape)) for shape in self.shapes.values())

    def take(self, vector: Any, name: str) -> Any:
        """The block ``name`` of a vector (size,) or of each row of an array (..., size)."""
        shape = self.shapes[name]
        part = vector[..., self.start[name] : self.start[name] + int(np.prod(shape))]
        return part if len(shape) == 1 else part.reshape((*vector.shape[:-1], *shape))

    def index(self, name: str) -> Any:
        """Positions of the block ``name``, in its own shape."""
        shape = self.shapes[name]
        return self.start[name] + np.arange(int(np.prod(shape))).reshape(shape)


@dataclass(frozen=True)
class Affine:
    """``theta = offset + matrix z``, with the layouts of both."""

    matrix: Floats
    offset: Floats
    z: Blocks
    theta: Blocks


def affine(
    spec: Features,
    *,
    rate_mean: Floats,
    rate_sd: Floats,
    codes: CodeSums,
    gain: tuple[float, float],
    effect_mean: Floats,
    effect_sd: Floats,
    return_code: Floats,
    return_coded: Floats,
    judged: Stated,
    bias_sd: float,
) -> Affine:
    """The map of one workspace and panel.

    ``return_code`` and ``return_coded`` (D, 2): codes of the ways back from alliance and from split, and
    where there are any. Ways back: score = w code + (1 - w) (-score of the way in), w = 1/2 where coded;
    alliance to split follows the effects on split.
    """
    drivers, count = len(spec.drivers), len(spec.names)
    z, theta = layouts(spec, judged)
    matrix, offset = np.zeros((theta.size, z.size)), np.zeros(theta.size)

    def put(rows: Any, columns: Any, values: Any) -> None:
        matrix[np.ravel(rows), np.ravel(columns)] += np.broadcast_to(values, np.shape(rows)).ravel()

    for name, (mean, sd) in {"log_tau": LOG_TAU, "log_tau_out": LOG_TAU}.items():
        offset[theta.index(name)] = mean
        put(theta.index(name), z.index(name), sd)
    channels = [_GAIN_CHANNEL[t] for t in ESTIMATED]
    offset[theta.index("log_gain")] = gain[0]
    put(theta.index("log_gain"), z.index("log_gain")[channels], gain[1])
    offset[theta.index("log_rate")] = rate_mean
    put(theta.index("log_rate"), z.index("log_rate"), rate_sd)

    spoken = (codes.weight > 0) | (codes.ratio_precision > 0)
    score_sd = np.where(spoken, SPOKEN_SD, SILENT_SD)
    slope, slack = theta.index("slope"), theta.index("slack")
    share = RETURN_CODE_SHARE * return_coded
    main = slice(0, drivers)
    for k in range(2):
        back = (2, 4)[k]
        put(slope[main, k], z.index("score")[:, k], score_sd[:, k])
        put(slack[main, k], z.index("slack")[:, k], SLACK_SD)
        put(slope[main, back], z.index("score")[:, k], -(1 - share[:, k]) * score_sd[:, k])
        offset[slope[main, back]] = share[:, k] * return_code[:, k]
        put(slack[main, back], z.index("return_slack")[:, k], SLACK_SD)
    put(slope[main, 3], z.index("score")[:, 1], score_sd[:, 1])
    put(slack[main, 3], z.index("slack")[:, 1], SLACK_SD)

    for j, channel in enumerate(spec.channel):
        k = CHANNELS.index(channel)
        placed = {k: 1.0, (2, 4)[k]: -(1 - RETURN_CODE_SHARE)} | ({3: 1.0} if k else {})
        for column, factor in placed.items():
            offset[slack[drivers + j, column]] = factor * effect_mean[j]
            matrix[slack[drivers + j, column], z.index("effect")[j]] = factor * effect_sd[j]

    rows = theta.index("shift")
    put(rows, z.index("bias")[judged.channel], bias_sd * judged.coded)
    put(rows, z.index("cluster")[judged.cluster, judged.channel], SHIFT_SD)
    for reporter in range(len(judged.reporters)):
        put(rows, z.index("via")[reporter, judged.channel], SHIFT_SD * judged.via[:, reporter])
    assert slope.shape == (count, len(ESTIMATED))
    return Affine(matrix, offset, z, theta)


def layouts(spec: Features, judged: Stated) -> tuple[Blocks, Blocks]:
    """The layouts of z and theta."""
    drivers, count = len(spec.drivers), len(spec.names)
    z = Blocks(
        {
            "log_tau": (1,),
            "log_tau_out": (1,),
            "log_gain": (2,),
            "log_rate": (5,),
            "score": (drivers, 2),
            "slack": (drivers, 2),
            "return_slack": (drivers, 2),
            "effect": (len(spec.interactions),),
            "bias": (2,),
            "cluster": (len(judged.clusters), 2),
            "via": (len(judged.reporters), 2),
        }
    )
    theta = Blocks(
        {
            "log_tau": (1,),
            "log_tau_out": (1,),
            "log_gain": (5,),
            "log_rate": (5,),
            "slope": (count, 5),
            "slack": (count, 5),
            "shift": (len(judged.source),),
        }
    )
    return z, theta
