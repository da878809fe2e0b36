"""Words in and below figures: names on one line, numbers of ratings, notes and alternative texts."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any

from ...formats import BIDI_CONTROLS, NBSP, count


def n_is(n: float) -> str:
    """Return the number of ratings, with spaces that do not break."""
    return f"n{NBSP}={NBSP}{count(n)}"


def sentences(*parts: str) -> str:
    """Join the parts that are not empty."""
    return " ".join(part for part in parts if part)


def listed(entries: Sequence[str], most: int = 12) -> str:
    """Join the first entries of an alternative text, and say how many more there are."""
    more = f"; and {len(entries) - most} more" if len(entries) > most else ""
    return "; ".join(entries[:most]) + more + "."


def label(name: Any, width: int = 100) -> str:
    r"""Return a name on one line of at most `width` Latin letters; wide letters count twice.

    Control characters are dropped, also those that change the direction of the text beside.

    >>> label("Ana\u202e\n$x$"), label("Technical support, second line", 18)
    ('Ana $x$', 'Technical support…')
    """
    text = " ".join(str(name).translate(BIDI_CONTROLS).split())
    text = "".join(letter for letter in text if unicodedata.category(letter) not in {"Cc", "Cs"})
    if reach(text) <= width:
        return text
    while reach(text) > width - 1:
        text = text[:-1]
    return text.rstrip() + "…"


def reach(text: str) -> int:
    """Return the width of a text in Latin letters; wide letters of East Asia count twice."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
