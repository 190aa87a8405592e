"""The states of the multi-state model and the moves between them.

Three outcomes for a pair of states, in the notation of Cox and Miller (1965) and of R's ``msm``: a
continuous-time process with intensities (hazards, per year) on the transitions listed here.
"""

from typing import Final, Literal, get_args

State = Literal["alliance", "partnership", "split"]
Channel = Literal["alliance", "split"]
Transition = Literal[
    "partnership->alliance",
    "partnership->split",
    "alliance->partnership",
    "alliance->split",
    "split->partnership",
    "split->alliance",
]

STATES: Final[tuple[State, ...]] = get_args(State)
CHANNELS: Final[tuple[Channel, ...]] = get_args(Channel)
TRANSITIONS: Final[tuple[Transition, ...]] = get_args(Transition)
#: Transitions whose rates are estimated; ``split->alliance`` exists only where a user sets its rate.
ESTIMATED: Final[tuple[Transition, ...]] = TRANSITIONS[:5]


def endpoints(transition: Transition) -> tuple[int, int]:
    """Indices into ``STATES`` of the state a transition leaves and the one it enters.

    >>> endpoints("partnership->split")
    (1, 2)
    """
    origin, destination = transition.split("->")
    names: tuple[str, ...] = STATES
    return names.index(origin), names.index(destination)
