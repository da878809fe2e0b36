"""Headlines of the reports: at most two clauses, one thought each; the summary below carries the rest."""

from __future__ import annotations

import pandas as pd

from ..formats import count, name_group, name_values, percent
from ..periods import Period, name_days
from ..verdicts import direction, has_enough_data, is_claim, is_possible, is_small, is_unfinished, matches
from .lasting_changes import WHOLE, lasting_changes_latest, lasting_changes_short
from .phrases import count_noun, join_names, no_ratings, percents
from .satisfaction import describe_unfinished, is_unusual, moved, unusual_week, what_happened


def compare_headline(
    row: pd.Series,
    *,
    where: str,
    span: Period,
    by_group: pd.DataFrame | None = None,
    lasting: pd.DataFrame | None = None,
) -> str:
    """Return what happened to satisfaction in a period, for the top of a report.

    row: all ratings compared, as `compare_with_trend` returns it. by_group: `compare` by group; where a group's change
    explains that of all ratings, the group is named in their place. lasting: `lasting_changes`; news are a clause.
    """
    days = name_days(span.first, span.last, "%b %Y")
    if is_unfinished(row["verdict"]):
        return f"{where}, {days}: {describe_unfinished(row)}"
    named, news = _groups_to_name(row, by_group), _lasting(lasting)
    happened = _name_groups(named, row) if len(named) else what_happened(row)
    if news and _is_told_by(lasting, named):
        return f"{where}, {days}: {news[0]}"
    if news and not len(named) and not _is_news(row) and has_enough_data(row["verdict"]):
        happened = f"{percent(row['estimate'])} of {count_noun(row['n'], 'rating')} good"
    return f"{where}, {days}: {'; '.join([happened, *news])}"


def compare_overview(
    change: pd.Series,
    by_group: pd.DataFrame,
    by_agent: pd.DataFrame,
    *,
    week: pd.Series,
    lasting: pd.DataFrame | None = None,
) -> str:
    """Return what changed over several weeks in one line: all ratings, or the groups whose change it is, and one more.

    week: the last week alone, as `compare_with_trend` returns it. It is said only if it differs clearly from what is
    said of all weeks. lasting: `lasting_changes`; news are a clause.
    """
    if is_unfinished(change["verdict"]):
        unfinished = describe_unfinished(change)
        return f"{unfinished[0].upper()}{unfinished[1:]}"
    if change["n"] == 0:
        nothing = no_ratings(change)
        return f"{nothing[0].upper()}{nothing[1:]} in these weeks"
    named = _groups_to_name(change, by_group) if is_claim(change["verdict"]) else by_group.head(0)
    first = _name_groups(named, change) if len(named) else _overall(change)
    rest = by_group[matches(by_group["verdict"], is_claim) & ~by_group["group"].isin(named.get("group", []))]
    news = [*_last_week(change, week), *_lasting(lasting)]
    if _is_told_by(lasting, named):
        return "; ".join(news[::-1])
    if news and not is_claim(change["verdict"]) and (len(news) > 1 or _is_news_of_all(lasting)):
        return "; ".join([f"{news[0][0].upper()}{news[0][1:]}", *news[1:]])
    # A single group says the same as all ratings.
    others = [_name_groups(rest, change)] if len(rest) and len(by_group) > 1 else []
    return "; ".join([first, *[*news, *others, *_agents(by_agent)][:1]])


def _groups_to_name(row: pd.Series, by_group: pd.DataFrame | None) -> pd.DataFrame:
    """Return the groups to name in place of all ratings: their change explains it, or only they changed."""
    if by_group is None or len(by_group) < 2:
        return pd.DataFrame()
    changed = by_group[matches(by_group["verdict"], is_claim)]
    if not _is_news(row):
        return changed
    explain = changed["group"].isin(by_group.attrs.get("explained_by", []))
    named = changed[explain & (changed["verdict"].map(direction) == _direction(row))]
    # Where every group changed, it is all ratings that did.
    return named if len(named) < len(by_group) else named.head(0)


def _is_news(row: pd.Series) -> bool:
    return is_claim(row["verdict"]) or is_unusual(row)


def _direction(row: pd.Series) -> int:
    if is_claim(row["verdict"]):
        return direction(row["verdict"])
    return -1 if row["estimate"] < row["usual"] else 1


def _name_groups(rows: pd.DataFrame, whole: pd.Series) -> str:
    survey = _other_survey(whole)
    against = f" against rates{survey}" if survey else ""
    if len(rows) == 1:
        row = rows.iloc[0]
        now, before = percents(row["estimate"], row["estimate_before"])
        changed = f"{moved(row['verdict'])} to {now} of {count(row['n'])} ratings good, from {before}{survey}"
        return f"{name_group(row['group'])} {changed}"
    return join_names(
        f"{join_names(name_values(part['group'], 'group'))} {moved(verdict)} clearly{against}"
        for verdict, part in rows.groupby("verdict", sort=False)
    )


def _other_survey(row: pd.Series) -> str:
    return " in another survey" if row.get("other_survey") else ""


def _lasting(rows: pd.DataFrame | None) -> list[str]:
    return [text] if rows is not None and (text := lasting_changes_short(rows)) else []


def _is_told_by(rows: pd.DataFrame | None, named: pd.DataFrame) -> bool:
    """Return whether the groups to name are those of the lasting changes that are news, in the same direction."""
    if rows is None or named.empty:
        return False
    news = lasting_changes_latest(rows)
    told = set(zip(news.iloc[:, 0], news["verdict"], strict=True))
    return told.issuperset(zip(named["group"], named["verdict"], strict=True))


def _is_news_of_all(rows: pd.DataFrame | None) -> bool:
    return rows is not None and WHOLE in set(lasting_changes_latest(rows).iloc[:, 0])


def _last_week(change: pd.Series, week: pd.Series) -> list[str]:
    """Return what the last week was like, unless all weeks together say the same."""
    if is_unfinished(week["verdict"]) or not _is_news(week):
        return []
    if is_claim(change["verdict"]) and _direction(change) == _direction(week):
        return []
    if is_claim(week["verdict"]):
        return [f"in the last week {what_happened(week)}"]
    return [f"the last week was {unusual_week(week)}"]


def _agents(by_agent: pd.DataFrame) -> list[str]:
    number = int(matches(by_agent["verdict"], is_claim).sum())
    return [f"{count_noun(number, 'agent')} changed unlike their colleagues"] if number else []


def _overall(row: pd.Series) -> str:
    if row["n_before"] == 0:
        return what_happened(row)
    if not has_enough_data(row["verdict"]):
        return "Too few ratings to judge satisfaction"
    before, now = percents(row["estimate_before"], row["estimate"])
    rates = f"{before}{_other_survey(row)} to {now} of {count(row['n'])}"
    if is_claim(row["verdict"]):
        return f"Satisfaction {moved(row['verdict'])} from {rates}"
    if is_possible(row["verdict"]):
        return f"Satisfaction {row['verdict']}, not certain: {rates}"
    narrow = is_small(row["change_low"], row["change_high"])
    return (
        "Satisfaction about as before" if narrow else "Too few ratings to tell whether satisfaction changed"
    )
