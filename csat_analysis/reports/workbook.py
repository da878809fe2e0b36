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
from ..verdicts import describe_differences

WEEKS_OF_AGENTS = 12  # at least, as in the weekly report
CUSTOMER_TEXTS = ("subject", "comment")
WEEK_LINES = ("estimate", "center", "limit_low", "limit_high")
# Columns of the answers that the workbook shows, in this order: head, and what it means where that needs a word.
HEADS = {
    "week": ("Week from", "Its Monday"),
    "submitted_local": ("Answered", "When the customer rated, in the time zone of the account"),
    "agent": ("Agent", ""),
    "group": ("Group", ""),
    "reason": ("Reason", "What the customer chose as the reason for a bad rating"),
    "rating": ("Rating", "The number that the customer chose"),
    "rating_category": ("Good or bad", ""),
    "n": ("Ratings", "Those that count for satisfaction"),
    "good": ("Good ratings", ""),
    "estimate": ("Satisfaction", "Share of good ratings: see Good"),
    "low": ("Likely from", "Where the true rate probably lies: few ratings give a wide range"),
    "high": ("Likely to", ""),
    "of": ("Bad ratings with a reason", ""),
    "expected": ("Colleagues", "Satisfaction of colleagues with the same kind of work"),
    "difference": ("Difference, points", "Satisfaction less that of the colleagues"),
    "difference_low": ("Difference from", ""),
    "difference_high": ("Difference to", ""),
    "n_before": ("Ratings before", "Of the period that this one is compared with"),
    "estimate_before": ("Satisfaction before", ""),
    "change": ("Change, points", "Satisfaction less that of the period before"),
    "change_low": ("Change from", ""),
    "change_high": ("Change to", ""),
    "verdict": ("Verdict", "Only higher and lower are more than chance"),
    "center": ("Usual", "Satisfaction of the year before"),
    "limit_low": ("Usual from", "Weeks within these limits are ordinary variation"),
    "limit_high": ("Usual to", ""),
    "response_rate": ("Response rate", "Surveys answered, of all that were sent"),
    "response_rate_before": ("Response rate before", ""),
    "rebase": ("Known change", "What is known to have changed in that week"),
    "nonresponse_note": ("Note", ""),
    "note": ("Note", ""),
    "ticket_id": ("Ticket", ""),
    "ticket_url": ("Ticket link", ""),
    "subject": ("Subject", ""),
    "comment": ("Comment", ""),
    "customer_url": ("Customer link", ""),
    "organization": ("Organization", ""),
    "brand": ("Brand", ""),
    "channel": ("Channel", ""),
    "priority": ("Priority", ""),
    "status": ("Status", "Of the ticket, at the last pull"),
    "tags": ("Tags", ""),
    "first_reply_minutes": ("First reply, minutes", ""),
    "full_resolution_minutes": (
        "Resolution, minutes",
        "From the customer's request until the ticket was solved last",
    ),
    "reopens": ("Reopened", "How often"),
}
# Of reasons, the same columns count something else.
REASON_HEADS = {
    "n": ("Times given", ""),
    "estimate": ("Share", "Of the bad ratings with a reason"),
    "n_before": ("Times given before", ""),
    "estimate_before": ("Share before", ""),
    "change": ("Change, points", ""),
}
SHARES = (
    "estimate",
    "low",
    "high",
    "estimate_before",
    "center",
    "limit_low",
    "limit_high",
    "response_rate",
    "response_rate_before",
    "expected",
)
POINTS = ("change", "change_low", "change_high", "difference", "difference_low", "difference_high")


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
    terms = [pair for pair in (*HEADS.values(), *REASON_HEADS.values()) if pair[1]]
    definitions = [*findings.report_definitions(history), *terms]
    return [
        Sheet("Summary", pd.DataFrame({f"{this}": list(summary)})),
        _sheet("Groups", questions.compare(history, this, by="group", group=groups, where=where)),
        _sheet("Agents", questions.agents(history, window, group=groups, where=where)),
        _sheet("Weeks", questions.trend(history, until=this, group=groups, where=where), WEEK_LINES),
        _sheet("Reasons", questions.reasons(history, this, group=groups, where=where)),
        _sheet("Call-backs", _for_reading(calls, comments)),
        _sheet("Ratings", _for_reading(ratings, comments).head(MOST_ROWS)),
        Sheet("Definitions", pd.DataFrame(definitions, columns=["Term", "Meaning"])),
    ]


def _sheet(name: str, frame: pd.DataFrame, lines: Sequence[str] = ()) -> Sheet:
    """Return the columns of an answer that people read, with plain heads, shares in percent and changes in points."""
    known = HEADS | (REASON_HEADS if name == "Reasons" else {})
    heads = {column: head for column, (head, _) in known.items() if column in frame}
    changes = [column for column in POINTS if column in frame]
    frame = frame.assign(verdict=_verdicts(frame)) if changes else frame
    shown = frame[list(heads)].assign(**(100 * frame[changes].astype(float)).round(1))
    shares = [heads[column] for column in SHARES if column in heads]
    return Sheet(name, shown.rename(columns=heads), shares, [heads[column] for column in lines])


def _verdicts(frame: pd.DataFrame) -> list[str]:
    """Return the verdicts of groups, reasons or agents in the words of the report."""
    if "change" in frame:
        return findings.describe_changes(frame)
    return describe_differences(frame, "difference_low", "difference_high", higher="higher", lower="lower")


def _for_reading(ratings: pd.DataFrame, comments: bool) -> pd.DataFrame:
    """Return ratings with customers' text without addresses and phone numbers, or without it."""
    texts = [name for name in CUSTOMER_TEXTS if name in ratings]
    if not comments:
        return ratings.drop(columns=texts)
    return ratings.assign(**{name: ratings[name].map(redact, na_action="ignore") for name in texts})
