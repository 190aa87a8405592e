"""Why a report's numbers are not those of an earlier one: its inputs' edits, each with its part."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from forecast.difference.attribution import attribute
from forecast.difference.document import document
from forecast.difference.edits import edits
from forecast.difference.revisions import Side
from forecast.errors import InputError, UsageError
from forecast.inputs.read import load
from forecast.inputs.workspace import Workspace
from forecast.report.signing.earlier import Earlier
from forecast.request import Request

#: Edits up to which every set of them is answered for, and orders sampled of more. A report waits for this.
EXACT_UP_TO, ORDERS = 6, 8


@dataclass(frozen=True)
class Because:
    """What edits did, as the document of `forecast diff` (``diff/1``); None where there is nothing to tell.

    ``refused``: why edits that there are could not be told apart.
    """

    document: Mapping[str, Any] | None = None
    refused: str = ""


def because(
    earlier: Earlier, workspace: Workspace, request: Request, *, say: Callable[[str], None] = lambda _: None
) -> Because:
    """Attribute the difference between the earlier inputs and a report's to the edits that lead from one to
    the other.

    The earlier inputs are fitted as the report is, with today's program; the answers for versions between the
    two come from reweighted draws of that fit. Nothing of it is the report's forecast. On two cores it takes
    one fit, and with three edits ten seconds, with fourteen a minute; the fit is kept for the next time.

    Parameters
    ----------
    request
        The report's; scenarios are left out, edits of them are named.
    say
        Told what takes long.
    """
    if earlier.inputs is None:
        return Because(refused="its input files were not kept")
    if earlier.inputs.sha256 == workspace.inputs_sha256:
        return Because()
    asked = replace(request, scenarios=())
    with earlier.inputs.laid_out() as root:
        try:
            before = load(root)
            found = attribute(before, workspace, asked, exact_up_to=EXACT_UP_TO, permutations=ORDERS, say=say)
        except InputError as error:
            return Because(
                refused=f"this version does not read its input files ({error.problems[0].message})"
            )
        except UsageError as error:
            return Because(refused=str(error))
        told = document(
            Side(earlier.label, before),
            Side("this report", workspace),
            found,
            seed=request.seed,
            idle=() if found else edits(before, workspace),
        )
    # How long it took is no part of a report.
    return Because({name: value for name, value in told.items() if name != "run"})
