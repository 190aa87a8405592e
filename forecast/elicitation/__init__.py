"""From what somebody stated to a distribution, and back to what it implies.

`scales` holds what the model itself is made of and needs no library; `judgment`, `families` and `fitting`
are the general case, imported only where they are used: commands that read files start at once.
"""

from forecast.elicitation.scales import (
    Normal,
    SplitNormal,
    logit,
    lognormal,
    normal,
    split_logit_normal,
    standard_score,
)

__all__ = ["Normal", "SplitNormal", "logit", "lognormal", "normal", "split_logit_normal", "standard_score"]
