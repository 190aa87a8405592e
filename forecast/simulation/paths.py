"""The drivers of one posterior draw along all its paths, compiled: one step of the grid at a time.

    x_i(t + h) = mu_i + e^{-theta_i h} (x_i - mu_i) + e_i + (1 - e^{-theta_i h}) sum_j c_ij dev_j + jumps

The step is exact in each driver's own dynamics; the cross-impacts take the others' deviation from the path's
centre, averaged over the step's ends (Heun), so that the error is of second order in the step.
"""

# Numba's decorators are untyped, and it types arguments itself.
# mypy: disable-error-code="untyped-decorator,no-untyped-def,no-any-return"
from __future__ import annotations

import math

from numba import njit


@njit(cache=True, nogil=True, _nrt=False)
def start(i, pick, noise, motion, paths, own):
    """The paths of draw i today: the dynamics each has, and its levels.

    A level that is set is a deviation from where the driver is projected from, as one that is drawn is.
    """
    drivers, pairs = noise.shape
    for d in range(drivers):
        for lane in range(2 * pairs):
            pair = lane if lane < pairs else lane - pairs
            sign = 1.0 if lane < pairs else -1.0
            k = pick[d, pair]
            own.mean[d, lane] = motion.mean[d, k]
            own.theta[d, lane] = motion.theta[d, k]
            own.volatility[d, lane] = sign * motion.volatility[d, k]
            paths.centre[d, lane] = motion.now_mean[d, k]
            level = motion.today[d]
            if math.isnan(level):
                level = motion.now_mean[d, k] + motion.now_sd[d, k] * sign * noise[d, pair]
            paths.x[d, lane] = level
            paths.ahead[d, lane] = level
            for u in range(len(motion.decay)):
                own.decay[u, d, lane] = motion.decay[u, d, k]
                own.spread[u, d, lane] = sign * motion.spread[u, d, k]


@njit(cache=True, nogil=True, error_model="numpy", _nrt=False)
def copy(source, out):
    """Copy a table: an assignment of slices takes far longer to compile."""
    for row in range(len(out)):
        for lane in range(out.shape[1]):
            out[row, lane] = source[row, lane]


@njit(cache=True, nogil=True, error_model="numpy", _nrt=False)
def step(u, noise, own, paths):
    """``ahead`` by each driver's own dynamics over a step of length u, with this noise (D, pairs)."""
    drivers, pairs = noise.shape
    for d in range(drivers):
        for lane in range(2 * pairs):
            mean, decay = own.mean[d, lane], own.decay[u, d, lane]
            paths.kept[d, lane] = decay
            paths.ahead[d, lane] = mean + decay * (paths.x[d, lane] - mean)
            paths.centre_ahead[d, lane] = mean + decay * (paths.centre[d, lane] - mean)
        for lane in range(pairs):
            paths.ahead[d, lane] += own.spread[u, d, lane] * noise[d, lane]
            paths.ahead[d, lane + pairs] += own.spread[u, d, lane + pairs] * noise[d, lane]


@njit(cache=True, nogil=True, _nrt=False)
def release(t, noise, own, ends, paths):
    """Drivers let go inside step t relax from their level for what is left of it."""
    drivers, pairs = noise.shape
    for d in range(drivers):
        level = ends.release[t, d]
        if math.isnan(level):
            continue
        years = ends.years[t, d]
        for lane in range(2 * pairs):
            theta, mean = own.theta[d, lane], own.mean[d, lane]
            kept = math.exp(-theta * years)
            gained = math.sqrt(math.expm1(-2 * theta * years) / math.expm1(-2 * theta))
            paths.kept[d, lane] = kept
            paths.ahead[d, lane] = mean + kept * (level - mean)
            paths.ahead[d, lane] += own.volatility[d, lane] * gained * noise[d, lane % pairs]


@njit(cache=True, nogil=True, error_model="numpy", _nrt=False)
def move(t, flow, ends, paths):
    """Add what shocks moved, less the ``flow`` (D,) they were expected to move in step t.

    Of a driver let go inside the step, in what is left of it.
    """
    for d in range(len(flow)):
        half = 0.5 * flow[d] * (1.0 if math.isnan(ends.release[t, d]) else 1.0 - ends.at[t, d])
        for lane in range(paths.x.shape[1]):
            paths.ahead[d, lane] += paths.push[d, lane] - half * (1.0 + paths.kept[d, lane])


@njit(cache=True, nogil=True, error_model="numpy", _nrt=False)
def look(t, s, fraction, ending, paths, sets, ends, out):
    """Drivers as seen (D, L) at a fraction of step t, as sub-step s begins or ends.

    Linear from ``x`` to ``ahead`` inside the step, or from a released level; shifted, or set.
    """
    for d in range(len(out)):
        if sets.touched[t, d]:
            _look_at(t, s, d, fraction, ending, paths, sets, ends, out)
        else:
            for lane in range(out.shape[1]):
                out[d, lane] = paths.x[d, lane] + (paths.ahead[d, lane] - paths.x[d, lane]) * fraction


@njit(cache=True, nogil=True, error_model="numpy", _nrt=False)
def _look_at(t, s, d, fraction, ending, paths, sets, ends, out):
    if not math.isnan(sets.level[s, d]):
        way = sets.way_to[s, d] if ending else sets.way_from[s, d]
        for lane in range(out.shape[1]):
            out[d, lane] = paths.anchor[d, lane] + way * (sets.level[s, d] - paths.anchor[d, lane])
        return
    released = not math.isnan(ends.release[t, d])
    # What is held, and let go, inside one step is free before: where it was as the step began.
    held_yet = released and fraction >= ends.at[t, d]
    way = fraction
    if released:
        way = (fraction - ends.at[t, d]) / (1.0 - ends.at[t, d]) if held_yet else 0.0
    for lane in range(out.shape[1]):
        origin = ends.release[t, d] if held_yet else paths.x[d, lane]
        out[d, lane] = sets.shift[s, d] + origin + (paths.ahead[d, lane] - origin) * way


@njit(cache=True, nogil=True, error_model="numpy", _nrt=False)
def glimpse(t, s, d, lane, fraction, paths, sets, ends):
    """Driver d of one path at a fraction of step t, in its sub-step s, as `look` sees it."""
    level = sets.level[s, d]
    if not math.isnan(level):
        gone = (fraction - sets.sub_from[s]) / (sets.sub_to[s] - sets.sub_from[s])
        way = sets.way_from[s, d] + gone * (sets.way_to[s, d] - sets.way_from[s, d])
        return paths.anchor[d, lane] + way * (level - paths.anchor[d, lane])
    origin, way = paths.x[d, lane], fraction
    if not math.isnan(ends.release[t, d]):
        way = 0.0
        if fraction >= ends.at[t, d]:
            origin = ends.release[t, d]
            way = (fraction - ends.at[t, d]) / (1.0 - ends.at[t, d])
    return sets.shift[s, d] + origin + way * (paths.ahead[d, lane] - origin)


@njit(cache=True, nogil=True, _nrt=False)
def anchor(t, clock, paths, sets, ends, seen):
    """Ramps that begin in step t start from where the path is seen then; ``seen`` (D, L) is room.

    Those that begin with the first sub-step have their anchor from the outset.
    """
    for s in range(clock.first[t], clock.last[t]):
        for d in range(len(paths.x)):
            if s > 0 and sets.anchored[s, d]:
                _look_at(t, s - 1, d, sets.sub_from[s], True, paths, sets, ends, seen)
                for lane in range(seen.shape[1]):
                    paths.anchor[d, lane] = seen[d, lane]


@njit(cache=True, nogil=True, error_model="numpy", _nrt=False)
def deviations(t, paths, clock, sets, ends, seen):
    """``off`` (D, L): each driver's deviation from its centre, averaged over step t.

    Free ones by the step's ends, set or shifted ones by those of its sub-steps. ``seen`` (D, L) is room.
    """
    drivers, width = paths.x.shape
    busy = False
    for d in range(drivers):
        for lane in range(width):
            free = 0.0 if sets.touched[t, d] else 0.5 * (paths.x[d, lane] + paths.ahead[d, lane])
            paths.off[d, lane] = free - 0.5 * (paths.centre[d, lane] + paths.centre_ahead[d, lane])
        busy = busy or sets.touched[t, d]
    if not busy:
        return
    for s in range(clock.first[t], clock.last[t]):
        share = 0.5 * (sets.sub_to[s] - sets.sub_from[s])
        for ending in range(2):
            fraction = sets.sub_to[s] if ending else sets.sub_from[s]
            for d in range(drivers):
                if sets.touched[t, d]:
                    _look_at(t, s, d, fraction, ending == 1, paths, sets, ends, seen)
                    for lane in range(width):
                        paths.off[d, lane] += share * seen[d, lane]


@njit(cache=True, nogil=True, error_model="numpy", _nrt=False)
def pull(unit, pulls, off, kept, ahead):
    """Add to ``ahead`` (D, L) what deviations ``off`` do to the others over a step."""
    for p in range(len(pulls.strength)):
        d, by, c = pulls.to[p], pulls.by[p], unit * pulls.strength[p]
        for lane in range(off.shape[1]):
            ahead[d, lane] += c * (1.0 - kept[d, lane]) * off[by, lane]


@njit(cache=True, nogil=True, error_model="numpy", _nrt=False)
def couple(t, unit, pulls, paths, clock, sets, ends, seen):
    """The cross-impacts of step t: on a first guess of the step's end, then on the end that gives."""
    deviations(t, paths, clock, sets, ends, seen)
    # `push` has been used: it keeps the first guess while the pull is taken on the second.
    copy(paths.ahead, paths.push)
    pull(unit, pulls, paths.off, paths.kept, paths.ahead)
    deviations(t, paths, clock, sets, ends, seen)
    copy(paths.push, paths.ahead)
    pull(unit, pulls, paths.off, paths.kept, paths.ahead)


@njit(cache=True, nogil=True, error_model="numpy", _nrt=False)
def arrive(t, paths, ends, seen):
    """The end of step t becomes now; what is set then has its level, and is ``seen`` (D, L) there."""
    for d in range(len(paths.x)):
        level, way = ends.level[t, d], ends.way[t, d]
        is_set = not math.isnan(level)
        for lane in range(paths.x.shape[1]):
            paths.centre[d, lane] = paths.centre_ahead[d, lane]
            paths.x[d, lane] = paths.ahead[d, lane]
            if is_set:
                paths.x[d, lane] = paths.anchor[d, lane] + way * (level - paths.anchor[d, lane])
                seen[d, lane] = paths.x[d, lane]
