"""Knobs: the numbers and choices of a workspace that a sweep may turn, by dotted path.

    drivers.ID.level                                where a driver stands today; set where paths start
    drivers.ID.half_life_years | volatility | long_run_mean
    drivers.ID.returns.alliance->partnership        a code
    interactions.ID.effect                          also drivers.interactions.ID
    cross_impacts.FROM.TO, cross_impact_unit, correlations.A.B
    sources.ID.weight
    sources.ID.outcomes.alliance                    and its grade
    sources.ID.effects.DRIVER.alliance              a code, or a hazard ratio; and the effect's grade
    shocks.ID.rate | probability | half_life_years, shocks.ID.jumps.DRIVER, shocks.ID.direct.alliance
    base_rates.use, base_rates.offsets              choices
    base_rates.classes.ID.transitions.T.events      the episodes go with them; episodes alone
    base_rates.elicited.T, base_rates.definition_offset.alliance, base_rates.within_pair.weight
    model.rho | rho_reported | infer_weight | shared_bias_sd | gain, widening.KIND
    scenarios.ID.N.level | amount | times           N: the intervention, from 0, in the scenario's own file

Where quantiles stand, the path moves them all by their median, and with ``.p05``, ``.p50`` .. one of them.
"""

from forecast.inputs.knob_paths import Knob, knob, knobs
from forecast.inputs.knob_place import Setting
from forecast.inputs.knob_ranges import Range, parse_range
from forecast.inputs.knob_turning import start_levels, turned

__all__ = ["Knob", "Range", "Setting", "knob", "knobs", "parse_range", "start_levels", "turned"]
