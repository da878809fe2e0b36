"""Words in and below figures: names on one line, numbers of ratings, notes and alternative texts."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any

from ...formats import BIDI_CONTROLS, NBSP, count


def n_is(n: float) -> str:
    """The number of ratings beside a rate, never broken over two lines."""
    return f"n{NBSP}={NBSP}{count(n)}"


def sentences(*parts: str) -> str:
    """The parts that are not empty as one line."""
    return " ".join(part for part in parts if part)


def listed(entries: Sequence[str], most: int = 12) -> str:
    """The first entries of an alternative text, and how many more there are: a listener cannot skim."""
    more = f"; and {len(entries) - most} more" if len(entries) > most else ""
    return "; ".join(entries[:most]) + more + "."


def label(name: Any, width: int = 100) -> str:
    r"""A name on one line of at most `width` Latin letters; wide letters count twice.

    Controls are dropped, those of direction too: a name must not turn round the text beside it.

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
    """How wide a text is, in Latin letters: the wide ones of East Asia count twice."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
