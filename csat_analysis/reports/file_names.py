"""File names of reports: valid on every file system, and different for different groups."""

from __future__ import annotations

import hashlib
import itertools
import re
from collections.abc import Iterable

# File systems allow 255 bytes, and endings and temporary names need some of them.
LONGEST_NAME = 150
LONGEST_PART = 60


def to_file_name(text: str) -> str:
    """Return the letters and digits of a name, joined by hyphens.

    Examples
    --------
    >>> to_file_name("Messaging & Voice")
    'Messaging-Voice'
    """
    return re.sub(r"\W+", "-", text).strip("-")[:LONGEST_PART] or "group"


def shorten(name: str) -> str:
    """Return a name that is short enough for a file system; a hash replaces what is cut.

    Examples
    --------
    >>> shorten("weekly_report"), len(shorten("x" * 300))
    ('weekly_report', 159)
    """
    if len(name.encode()) <= LONGEST_NAME:
        return name
    kept = name.encode()[:LONGEST_NAME].decode(errors="ignore")
    return f"{kept}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def make_unique(names: Iterable[str]) -> list[str]:
    """Append numbers to names that a case-insensitive file system would treat as equal.

    Examples
    --------
    >>> make_unique(["A", "a", "B"])
    ['A', 'a-2', 'B']
    """
    taken: dict[str, str] = {}
    for name in names:
        numbered = itertools.chain([name], (f"{name}-{number}" for number in itertools.count(2)))
        free = next(candidate for candidate in numbered if candidate.casefold() not in taken)
        taken[free.casefold()] = free
    return list(taken.values())
