"""The fonts that documents are set in, and what becomes of a character that none of them has.

Libertinus Serif comes inside the typst wheel, DejaVu Sans with matplotlib; the machine's own fonts are never
looked at, since a document would then depend on where it was made. Together they hold the Latin, Greek,
Cyrillic, Armenian, Hebrew, Arabic and Georgian scripts, and no Han, kana or Hangul. A character that no font
has is shown by its code; a font file that has it can be given.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path

from forecast.visible import named

TEXT_FONT, SANS_FONT, CODE_FONT = "Libertinus Serif", "DejaVu Sans", "DejaVu Sans Mono"
_SANS_FILES = tuple(f"DejaVuSans{cut}.ttf" for cut in ("", "-Bold", "-Oblique", "-BoldOblique"))


def lay_out(folder: Path, extra: Sequence[Path] = ()) -> None:
    """Put the font files of a document into ``folder``."""
    for path in (*(_shipped() / name for name in _SANS_FILES), *extra):
        shutil.copyfile(path, folder / path.name)


def families(extra: Sequence[Path] = ()) -> tuple[str, ...]:
    """Families in the order in which a glyph is looked for: ours, then those of the font files given."""
    from matplotlib.ft2font import FT2Font

    return (TEXT_FONT, SANS_FONT, *dict.fromkeys(FT2Font(str(path)).family_name for path in extra))


def missing(text: str, extra: Sequence[Path] = ()) -> str:
    """The characters of ``text`` that no font of the document has, each once, in order of their code."""
    known = _covered(tuple(str(path) for path in extra))
    return "".join(sorted(c for c in set(text) if ord(c) not in known and not c.isspace()))


def shown(text: str, extra: Sequence[Path] = ()) -> str:
    """``text`` with every character that no font has as its code.

    >>> shown("Ying 莹")
    'Ying ⟨U+83B9⟩'
    """
    lacking = missing(text, extra)
    return text.translate({ord(c): named(c) for c in lacking}) if lacking else text


@lru_cache(maxsize=8)
def _covered(extra: tuple[str, ...]) -> frozenset[int]:
    return frozenset().union(*_charmaps([str(_shipped() / _SANS_FILES[0]), *extra]))


def _charmaps(paths: Iterable[str]) -> list[set[int]]:
    from matplotlib.ft2font import FT2Font

    return [set(FT2Font(path).get_charmap()) for path in paths]


def _shipped() -> Path:
    import matplotlib as mpl

    return Path(mpl.get_data_path(), "fonts", "ttf")
