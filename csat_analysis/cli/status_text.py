"""The text of `csat status`, which fits one screen of 80 columns and 24 lines."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from ..history.status import Status

WIDTH = 80
LABEL_WIDTH = 14
# Lines that must not be broken, so that they can be copied.
WHOLE = ("history", "account")
MAX_REMARKS = 3
PULLS_HEAD = "last pulls (UTC)  outcome  tickets  responses  calls  waited s"


def status_lines(status: Status) -> Iterator[str]:
    """Yield the lines of `csat status`.

    Parameters
    ----------
    status : Status
        What the history holds.

    Yields
    ------
    str
        A line without a line break. Only the location and the account can be longer than 80 characters.
    """
    for label, text in status.facts.items():
        line = f"{label:<{LABEL_WIDTH}}"
        if label in WHOLE:
            yield line + text
        else:
            yield from _wrapped(line, text)
    if len(status.pulls):
        yield ""
        yield PULLS_HEAD
        yield from _pulls(status.pulls)
    yield ""
    yield from _remarks(status)


def _wrapped(label: str, text: str) -> list[str]:
    return textwrap.wrap(
        text, WIDTH, initial_indent=label, subsequent_indent=" " * len(label), break_on_hyphens=False
    )


def _pulls(pulls: pd.DataFrame) -> Iterator[str]:
    # A pull that is running, or was killed, has no numbers yet.
    for row in pulls.astype(object).where(pulls.notna(), None).itertuples():
        numbers = (row.tickets, row.responses, row.calls, row.waited_seconds)
        tickets, responses, calls, waited = ["" if one is None else f"{int(one):,}" for one in numbers]
        started = f"{row.started_at:%Y-%m-%d %H:%M}" if row.started_at else "unknown"
        yield (
            f"{started:<16}  {row.outcome or 'unknown':<7}  "
            f"{tickets:>7}  {responses:>9}  {calls:>5}  {waited:>8}"
        )


def _remarks(status: Status) -> Iterator[str]:
    """Yield the first gaps, the latest known changes and the first notes."""
    for label, pairs in groupby(status.remarks, itemgetter(0)):
        texts = [text for _, text in pairs]
        shown = texts[-MAX_REMARKS:] if label == "rebase" else texts[:MAX_REMARKS]
        for text in shown:
            yield from _wrapped(f"{label}: ", text)
        if len(texts) > len(shown):
            yield f"{label}: and {len(texts) - len(shown)} {'earlier' if label == 'rebase' else 'more'}"
