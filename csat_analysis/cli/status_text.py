"""The text of `csat status`, which fits one screen of 80 columns and 24 lines."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd

    from ..history.rebases import Rebase
    from ..history.status import Status

WIDTH = 80
LABEL_WIDTH = 14
MAX_GAPS = 3
MAX_REBASES = 3
PULLS_HEAD = "last pulls (UTC)  outcome  tickets  responses  calls  waited s"


def status_lines(name: str, status: Status) -> Iterator[str]:
    """Yield the lines of `csat status`.

    Parameters
    ----------
    name : str
        Where the history is, without a password.
    status : Status
        What it holds.

    Yields
    ------
    str
        A line without a line break. Only the location and the account can be longer than 80 characters.
    """
    yield _row("history", name)
    yield _row("account", f"{status.account}, weeks in {status.timezone}")
    yield _row("first survey", f"{status.begins or 'none'}")
    yield _row("last pull", _minute(status.last_done))
    yield _row("last rating", _minute(status.last_rating))
    yield from _wrapped("rows", _counts(status.counts))
    yield from _wrapped("rated agent", _counts(status.attribution) or "none")
    if len(status.pulls):
        yield ""
        yield PULLS_HEAD
        yield from _pulls(status.pulls)
    yield ""
    yield from _gaps(status.gaps)
    yield from _rebases(status.rebases)
    for warning in status.warnings:
        yield from _wrapped("note:", warning, label_width=6)


def _row(label: str, value: str) -> str:
    return f"{label:<{LABEL_WIDTH}}{value}"


def _minute(moment: dt.datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment else "none"


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {number:,}" for name, number in counts.items())


def _wrapped(label: str, text: str, *, label_width: int = LABEL_WIDTH) -> list[str]:
    indent = " " * label_width
    first = f"{label:<{label_width}}"
    return textwrap.wrap(
        text, WIDTH, initial_indent=first, subsequent_indent=indent, break_on_hyphens=False
    ) or [first]


def _pulls(pulls: pd.DataFrame) -> Iterator[str]:
    for row in pulls.itertuples():
        numbers = (row.tickets, row.responses, row.calls, row.waited_seconds)
        texts = ["" if number is None or number != number else f"{int(number):,}" for number in numbers]
        tickets, responses, calls, waited = texts
        yield (
            f"{row.started_at:%Y-%m-%d %H:%M}  {row.outcome:<7}  "
            f"{tickets:>7}  {responses:>9}  {calls:>5}  {waited:>8}"
        )


def _gaps(gaps: Sequence[str]) -> Iterator[str]:
    for gap in gaps[:MAX_GAPS] or ["none found"]:
        yield from _wrapped("gap:", gap, label_width=5)
    if len(gaps) > MAX_GAPS:
        yield f"gap: and {len(gaps) - MAX_GAPS} more"


def _rebases(rebases: Sequence[Rebase]) -> Iterator[str]:
    """Yield the latest known changes."""
    for one in rebases[-MAX_REBASES:]:
        yield from _wrapped("rebase:", f"{one.day} {one.group or 'all groups'}: {one.text}", label_width=8)
    if len(rebases) > MAX_REBASES:
        yield f"rebase: and {len(rebases) - MAX_REBASES} earlier"
