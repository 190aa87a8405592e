"""The packages that PDF and DOCX need, asked for before minutes are spent on a forecast."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec

from forecast.errors import UsageError

#: Format -> the importable names of what it is made with.
NEEDED = {"pdf": ("pypandoc", "typst"), "docx": ("pypandoc", "typst")}


def require_documents(formats: Sequence[str]) -> None:
    """Raise UsageError where a format asked for needs the extra ``[reports]`` and it is not installed.

    Looks for the packages, and for the pandoc that one of them brings along or finds.
    """
    wanted = [f for f in formats if f in NEEDED]
    missing = sorted({name for f in wanted for name in NEEDED[f] if find_spec(name) is None})
    if missing:
        raise UsageError(
            f"the report format{'s' * (len(wanted) > 1)} {' and '.join(wanted)} need"
            f"{'s' * (len(wanted) == 1)} {' and '.join(missing)}, which "
            f"{'is' if len(missing) == 1 else 'are'} not installed: "
            "pip install 'alliance-forecast[reports]'"
        )
    if wanted and not _has_pandoc():
        raise UsageError(
            "pypandoc is installed without pandoc, which it calls, and none is on this machine: "
            "pip install pypandoc_binary, which brings it along"
        )


def _has_pandoc() -> bool:
    import pypandoc

    try:
        pypandoc.get_pandoc_path()
    except OSError:
        return False
    return True
