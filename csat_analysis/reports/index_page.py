"""The page that lists the reports of all groups: headline numbers per group, and reports that failed."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import quote

import pandas as pd

from .. import findings, questions
from ..definitions import describe_definitions
from ..findings.phrases import describe_where, interval_name
from ..findings.satisfaction import without_few
from ..formats import NBSP, percent, points, with_interval
from ..history import History
from ..history.filters import Where
from ..periods import Period, name_days
from ..verdicts import Verdict, is_claim, matches
from . import components as page
from .parallel import Outcome

# More groups than these make a headline too long.
MOST_NAMED = 2


def index_pieces(
    outcomes: Sequence[Outcome], history: History, period: Period, folder: Path, where: Where = None
) -> list[page.Piece]:
    """Return the pieces of the index page.

    Parameters
    ----------
    outcomes : sequence of Outcome
        The groups in the order of the page, each with its report or the reason why there is none.
    history : History
        Where the numbers come from.
    period : Period
        The week of the reports.
    folder : Path
        The folder of the reports, which is left out of the reasons: a page for others does not show it.
    where : mapping, optional
        Filters of the reports, which the headline names.

    Returns
    -------
    list of Piece
        Headline, table, note, and a table of failed reports if there are any.
    """
    names = [outcome.name for outcome in outcomes]
    comparison = questions.compare(history, period, by="group", group=names, where=where)
    calls = findings.customers_per_group(questions.follow_up(history, period, group=names, where=where))
    kept = describe_where(history, where)
    filters = f", {kept}" if kept else ""
    before = findings.name_periods(period, history).before
    numbers = _headline_numbers(outcomes, comparison, calls)
    return [
        page.headline(
            f"{name_days(period.first, period.last, '%b %Y')}: {_headline(comparison)}",
            f"{findings.count_noun(len(names), 'group')} in alphabetical order{filters}. "
            "Each name is a link to the report.",
            kicker=f"Customer satisfaction · {period} · {history.describe_source()}",
        ),
        page.table(numbers, limit=None, link={"Group": "file"}),
        page.note(
            f"Good: share of good ratings. Change: percentage points against {before}. "
            f"{findings.compare_note(comparison)} A group's own report judges that group alone. "
            f"Definitions: {describe_definitions(history.definitions)}."
        ),
        *_failed_reports(outcomes, folder),
    ]


def _headline(comparison: pd.DataFrame) -> str:
    """Return which groups changed; of many only how many."""
    changed = int(matches(comparison["verdict"], is_claim).sum())
    if changed > MOST_NAMED:
        return f"{changed} of {len(comparison)} groups changed clearly"
    return findings.compare_title(comparison)


def _failed_reports(outcomes: Sequence[Outcome], folder: Path) -> list[page.Piece]:
    prefix = f"{folder}{os.sep}"
    reasons = [
        (outcome.name, outcome.failure.replace(prefix, "")) for outcome in outcomes if not outcome.report
    ]
    if not reasons:
        return []
    table = pd.DataFrame(reasons, columns=["Group", "Why"])
    title = f"{findings.count_noun(len(table), 'report')} could not be made"
    return [page.finding(title), page.table(table, limit=None)]


def _headline_numbers(
    outcomes: Sequence[Outcome], comparison: pd.DataFrame, calls: pd.Series
) -> pd.DataFrame:
    rows = without_few(comparison).set_index("group").reindex([outcome.name for outcome in outcomes])
    rows["verdict"] = rows["verdict"].fillna(Verdict.TOO_FEW)
    rows[["n", "n_before"]] = rows[["n", "n_before"]].fillna(0).astype(int)
    comparable = rows[["n", "n_before"]].min(axis=1) > 0
    interval = interval_name(comparison)
    changes = rows.loc[comparable, ["change", "change_low", "change_high"]]
    columns = {
        "Group": rows.index,
        "file": [quote(outcome.report.html.name) if outcome.report else "" for outcome in outcomes],
        "Ratings": rows["n"],
        f"Good ({interval})": _format_intervals(rows[["estimate", "low", "high"]], percent),
        f"Change ({interval})": _format_intervals(changes, points),
        "Compared with before": findings.describe_changes(rows),
        "To call back": calls.reindex(rows.index, fill_value=0),
    }
    return pd.DataFrame(columns, index=rows.index)


def _format_intervals(rows: pd.DataFrame, write: Callable[[float], str]) -> pd.Series:
    texts = {
        name: with_interval(estimate, low, high, write).replace(" ", NBSP)
        for name, estimate, low, high in rows.dropna().itertuples()
    }
    return pd.Series(texts, dtype=object)
