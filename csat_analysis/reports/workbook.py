"""The workbook beside a report: the answers of the week as sheets, for people who go on in a spreadsheet."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from .. import findings, questions
from ..errors import ReportError
from ..export.spreadsheet import MOST_ROWS, Sheet, to_workbook
from ..files import reason, replace_file
from ..history import History
from ..history.filters import Where
from ..periods import Period
from ..redaction import redact

WEEKS_OF_AGENTS = 12  # at least, as in the weekly report
SHARES = (
    "estimate",
    "low",
    "high",
    "estimate_before",
    "change",
    "change_low",
    "change_high",
    "center",
    "limit_low",
    "limit_high",
    "minimum_detectable_drop",
    "response_rate",
    "response_rate_before",
    "expected",
    "difference",
    "difference_low",
    "difference_high",
    "share",
    "share_before",
)
CUSTOMER_TEXTS = ("subject", "comment")
WEEK_LINES = ("estimate", "center", "limit_low", "limit_high")


def write_workbook(
    history: History,
    period: Period,
    path: Path,
    *,
    summary: Sequence[str],
    groups: Sequence[str] = (),
    where: Where = None,
    comments: bool = True,
) -> Path:
    """Write the answers about a period as an .xlsx file that only its owner can read.

    Parameters
    ----------
    history : History
        Where the data comes from.
    period : Period
        The period of the report.
    path : Path
        The file to write.
    summary : sequence of str
        The sentences of the report.
    groups : sequence of str
        Names of groups; by default all.
    where : mapping, optional
        Filters, as in `csat.csat`.
    comments : bool
        False leaves customers' comments out.

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    ReportError
        If the file cannot be written.
    """
    with history.keep_open():
        sheets = _sheets(history, period, summary, list(groups) or None, where, comments)
    try:
        with replace_file(path) as draft:
            draft.write_bytes(to_workbook(sheets))
    except OSError as error:
        raise ReportError(f"cannot write {path} ({reason(error)}): choose another --output") from None
    return path


def _sheets(
    history: History,
    period: Period,
    summary: Sequence[str],
    groups: list[str] | None,
    where: Where,
    comments: bool,
) -> list[Sheet]:
    this, window = period, period.at_least(WEEKS_OF_AGENTS)
    calls = questions.follow_up(history, this, group=groups, where=where)
    ratings = history.ratings(this.first, this.last, group=groups, where=where)
    definitions = findings.report_definitions(history)
    return [
        Sheet("Summary", pd.DataFrame({f"{this}": list(summary)})),
        _sheet("Groups", questions.compare(history, this, by="group", group=groups, where=where)),
        _sheet("Agents", questions.agents(history, window, group=groups, where=where)),
        _sheet("Weeks", questions.trend(history, until=this, group=groups, where=where), WEEK_LINES),
        _sheet("Reasons", questions.reasons(history, this, group=groups, where=where)),
        Sheet("Call-backs", _for_reading(calls, comments)),
        Sheet("Ratings", _for_reading(ratings, comments).head(MOST_ROWS)),
        Sheet("Definitions", pd.DataFrame(definitions, columns=["term", "meaning"])),
    ]


def _sheet(name: str, frame: pd.DataFrame, lines: Sequence[str] = ()) -> Sheet:
    return Sheet(name, frame, [one for one in SHARES if one in frame], lines)


def _for_reading(ratings: pd.DataFrame, comments: bool) -> pd.DataFrame:
    """Return ratings with local times only, and customers' text without addresses and phone numbers, or without it."""
    kept = ratings.drop(columns=ratings.select_dtypes("datetimetz").columns)
    kept = kept.drop(columns="custom_fields", errors="ignore")
    texts = [name for name in CUSTOMER_TEXTS if name in kept]
    if not comments:
        return kept.drop(columns=texts)
    return kept.assign(**{name: kept[name].map(redact, na_action="ignore") for name in texts})
