"""How satisfied customers were: in a period, against another period, and rating by rating."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
import pandas as pd

from ..estimates import mean_interval, overdispersion, wilson_interval
from ..estimates.levels import Source, level_of
from ..history import History
from ..history.filters import Filter, Where, find_filter
from ..verdicts import Verdict, direction
from .agent_changes import COLUMNS, judge_agent_changes
from .counting import LARGEST_SCALE, count_ratings, count_scores, count_two_periods
from .design_effects import count_customers, inflation_of_surveys
from .dimensions import Dimension, find_dimensions, index_of, names_of
from .judging import (
    allow_for,
    estimate_changes,
    estimate_rates,
    find_explaining,
    has_enough,
    judge_changes,
    judge_size,
    share,
    with_verdicts,
)
from .known_changes import Rebased, find_known_changes
from .nonresponse import (
    Inflation,
    count_offers,
    nonresponse_notes,
    sum_of_others,
)
from .repeat_customers import with_inflation
from .scope import (
    Names,
    When,
    answers_known_until,
    describe_unfinished,
    is_over,
    one_connection,
    period,
    thresholds,
    two_periods,
)
from .week_spread import measure_spread, refuse_time


@one_connection
def csat(
    history: History,
    when: When = None,
    *,
    by: Names = None,
    group: Names = None,
    where: Where = None,
    min_ratings: int | None = None,
) -> pd.DataFrame:
    """Return how satisfied customers were in a period.

    Parameters
    ----------
    history
        The history to ask.
    when
        The period; by default the last complete week. Ratings count by the day of their answer.
    by
        A dimension to split by, or several such as ["group", "channel"]:
        group, agent, channel, brand, priority, reason, survey_version, week, day, month,
        weekend (Saturday and Sunday), tag, or "field:TITLE" (a custom ticket field by its title).
    group
        Names of groups, one or several; None for all.
    where
        Filters, such as {"channel": "email", "not agent": "Bot"}: all must hold, and any value of a list.
    min_ratings
        Ratings that a row needs for a rate; by default the setting CSAT_MIN_RATINGS.

    Returns
    -------
    pandas.DataFrame
        One row, or one per value of `by` in its order: [`by`], `good`, `bad`, `neutral`, `n` (good + bad; and
        neutral where the definitions include them), `ratings_per_customer`, `estimate`, `low`, `high` (shares from 0 to
        1; wider where customers rate several times), `response_rate` (of the surveys offered in the period; nan while
        answers are still coming), `nonresponse_note` (not empty where that differs from all other rows by more than
        five points), `mean_rating`, `mean_low`, `mean_high` (mean of the ratings on the scale with most ratings, in its
        points), `scale` (its number of points), `verdict`.

    Raises
    ------
    UnknownChoice
        If `by` is not a dimension.
    CsatError
        If a week is malformed or outside the history.

    Examples
    --------
    >>> csat.csat(history, "2026-W46", by="group")["group"].tolist()
    ['Billing', 'Returns']
    """
    kept = find_filter(history, where, group=group)
    dimensions = find_dimensions(history, by)
    span = period(history, when)
    needed = thresholds(history, min_ratings, by)
    (counts,) = with_inflation(history, span.end, count_ratings(history, span, by=dimensions, kept=kept))
    rows = estimate_rates(counts, level=needed.level)
    offers = count_offers(history, span, answers_known_until(history), by=dimensions, kept=kept)
    offers = offers.reindex(index_of(counts, dimensions))
    rows["response_rate"] = share(offers["answered"], offers["offered"]).to_numpy()
    allow = partial(inflation_of_surveys, history, span, kept=kept)
    rows["nonresponse_note"] = nonresponse_notes(
        offers,
        sum_of_others(offers),
        level=needed.level,
        measure_inflation=lambda: (allow(by=dimensions), allow(by=()).item()),
    )
    scores = count_scores(history, span, by=dimensions, kept=kept)
    rows = rows.join(_mean_ratings(scores, counts, dimensions, level=needed.level))
    return with_verdicts(rows, judge_size(has_enough(counts, needed.min_ratings)), level=needed.level)


@one_connection
def compare(
    history: History,
    this: When = None,
    that: When = None,
    *,
    than: str | None = None,
    by: Names = None,
    group: Names = None,
    where: Where = None,
    rebase: Rebased = None,
    min_ratings: int | None = None,
) -> pd.DataFrame:
    """Return what changed from one period to another.

    A comparison starts again at a known change (`csat rebase`): ratings of the earlier period from before it are left
    out. A change that is known of one group counts for the row of that group, and where only that group is asked about.

    Parameters
    ----------
    history
        The history to ask.
    this, that
        The two periods; by default the last complete week, and before `this` the four weeks before a week, or the
        equally long period before any other.
    than
        In place of `that`: "before" (the default) or "last year" (the same week, month or days of the year before).
    by
        A dimension to split by, as in `csat`.
    group
        Names of groups, one or several; None for all.
    where
        Filters, such as {"channel": "email", "not agent": "Bot"}: all must hold, and any value of a list.
    rebase
        First days of levels that are known to be new; by default those of `csat rebase`. Ratings of `that` from before
        are left out; an empty list leaves out none.
    min_ratings
        Ratings that each period needs for a verdict; by default the setting CSAT_MIN_RATINGS.

    Returns
    -------
    pandas.DataFrame
        One row, or one per value of `by`: [`by`], `good`, `bad`, `neutral`, `n`, `ratings_per_customer`, `estimate`,
        `low`, `high` of `this`, `n_before`, `estimate_before` of `that`, `change`, `change_low`, `change_high`
        (Newcombe; shares, not points; wider where customers rate several times, or where the weeks of the year before
        vary more than by chance), `response_rate`, `response_rate_before` (nan while answers are still coming),
        `nonresponse_note` (not empty where the two differ by more than five points), `verdict`. With k rows to judge,
        each verdict has a confidence level of 1 - 0.01/k; a period that was not over at the last pull is not judged.
        With `by="agent"` there are also `expected_change` (of the other agents of the same groups, months and kinds of
        day), `difference`, `difference_low`, `difference_high` (of `change` from it), and the verdict is about
        `difference`, so that nobody is named because their group changed or because they now work at weekends.
        With `by`, `attrs["phi"]` is the variation of the rates of `this` between rows (about 1 by chance alone; 3:
        three times the variance of chance, and of customers and weeks), and `attrs["differ"]` whether that is more;
        `attrs["explained_by"]` holds the rows that changed clearly while the other ratings did not change like them, so
        that a change of all ratings is theirs. `attrs["known_changes"]` lists what is known to have changed between the
        periods: `day`, `group`, `text`, `starts_again` (whether ratings from before it are left out).

    Raises
    ------
    UnknownChoice
        If `by` is not a dimension.
    CsatError
        If `by` is a dimension of time, or a week is malformed or outside the history.

    Examples
    --------
    >>> csat.compare(history, "2026-W46", by="group")[["group", "verdict"]].columns.tolist()
    ['group', 'verdict']
    """
    kept: Filter = find_filter(history, where, group=group)
    dimensions = find_dimensions(history, by)
    refuse_time("compare", dimensions)
    spans = two_periods(history, this, that, than)
    needed = thresholds(history, min_ratings, by)
    spread = measure_spread(history, spans[0], by=dimensions, kept=kept)
    known_changes = find_known_changes(history, spans, kept, rebase)
    kept = known_changes.leave_out_before(history, kept, dimensions)
    new, old = count_two_periods(history, spans, dimensions, kept)
    rows = estimate_rates(new, level=needed.level)
    rows = rows.assign(**estimate_changes(new, old, level=needed.level, spread=spread))
    until = answers_known_until(history)
    offers = [count_offers(history, span, until, by=dimensions, kept=kept) for span in spans]
    allow = partial(inflation_of_surveys, history, by=dimensions, kept=kept)
    rows = _with_response_rates(
        rows, *offers, level=needed.level, measure_inflation=lambda: (allow(spans[0]), allow(spans[1]))
    )
    source = Source.GROUPS if by else Source.CHANGE
    verdicts = judge_changes(new, old, needed, source=source, spread=spread)
    if names_of(dimensions) == ["agent"]:
        of_agents = judge_agent_changes(history, spans, needed, kept=kept).reindex(rows.index)
        rows = rows.assign(**{name: of_agents[name] for name in COLUMNS})
        # Who has neutral ratings only is assigned, but not compared.
        neither = np.where(new["rated"] + old["rated"] > 0, Verdict.UNASSIGNED, Verdict.TOO_FEW)
        verdicts = of_agents["verdict"].where(of_agents["verdict"].notna(), neither).tolist()
    elif "agent" in names_of(dimensions):
        # No colleagues are known within such parts.
        verdicts = [Verdict.OVERLAPPING if direction(one) else one for one in verdicts]
    over = is_over(history, spans[0])
    if not over:
        verdicts = [Verdict.UNFINISHED] * len(rows)
    rows = with_verdicts(rows, verdicts, level=needed.level, verdict_level=needed.verdict_level)
    rows.attrs |= known_changes.describe(dimensions)
    rows.attrs |= {} if over else describe_unfinished(history, spans[0])
    if by and not any(one.is_multivalued for one in dimensions):
        alike = known_changes.is_compared_like_others(rows.index)
        rows.attrs["explained_by"] = find_explaining(new[alike], old[alike], rows.loc[alike, "verdict"])
    if not by:
        return rows
    apart = level_of(Source.GROUPS_DIFFER, verdict_level=needed.verdict_level)
    return _with_spread(rows, allow_for(new, spread, level=apart), level=apart).reset_index()


@one_connection
def distribution(
    history: History,
    this: When = None,
    that: When = None,
    *,
    than: str | None = None,
    group: Names = None,
    where: Where = None,
    rebase: Rebased = None,
    min_ratings: int | None = None,
) -> pd.DataFrame:
    """Return how often each rating was given, now and before, on one scale.

    Parameters
    ----------
    history
        The history to ask.
    this, that
        The two periods; by default the last complete week, and before `this` the four weeks before a week, or the
        equally long period before any other.
    than
        In place of `that`: "before" (the default) or "last year" (the same week, month or days of the year before).
    group
        Names of groups, one or several; None for all.
    where
        Filters, such as {"channel": "email", "not agent": "Bot"}: all must hold, and any value of a list.
    rebase
        First days of levels that are known to be new, as in `compare`.
    min_ratings
        Ratings that `this` needs for shares; by default the setting CSAT_MIN_RATINGS.

    Returns
    -------
    pandas.DataFrame
        One row per rating of the scale with most ratings: `rating`, `n`, `share`, `low`, `high`, `n_before`,
        `share_before` (0 to 1; nan without ratings), `scale` (points of the scale), `other_scales` (ratings of `this`
        on another scale, or without points as in legacy CSAT; left out), `other_scales_before`, `verdict`.

    Raises
    ------
    CsatError
        If a week is malformed or outside the history.

    Examples
    --------
    >>> csat.distribution(history, "2026-W46")["rating"].tolist()
    [1, 2, 3, 4, 5]
    """
    kept: Filter = find_filter(history, where, group=group)
    needed = thresholds(history, min_ratings)
    spans = two_periods(history, this, that, than)
    kept = find_known_changes(history, spans, kept, rebase).leave_out_before(history, kept)
    now, before = (count_scores(history, span, kept=kept) for span in spans)
    scale = _largest_scale(pd.concat([now, before]))
    new, old = (_on_scale(scores, scale) for scores in (now, before))
    total = pd.Series(new.sum(), new.index)
    customers = count_customers(history, spans[0], lambda ratings: ratings.rating, kept=kept)
    inflation = customers["inflation"].item()
    low, high = wilson_interval(new, total, level=needed.level, inflation=inflation)
    rows = pd.DataFrame(
        {
            "n": new,
            "share": share(new, total),
            "low": low,
            "high": high,
            "n_before": old,
            "share_before": share(old, pd.Series(old.sum(), old.index)),
            "scale": scale,
            "other_scales": int(now["n"].sum() - new.sum()),
            "other_scales_before": int(before["n"].sum() - old.sum()),
        }
    )
    verdicts = judge_size(total >= needed.min_ratings)
    return with_verdicts(rows, verdicts, level=needed.level).reset_index()


def _with_response_rates(
    rows: pd.DataFrame,
    now: pd.DataFrame,
    before: pd.DataFrame,
    *,
    level: float,
    measure_inflation: Inflation,
) -> pd.DataFrame:
    now, before = now.reindex(rows.index), before.reindex(rows.index)
    return rows.assign(
        response_rate=share(now["answered"], now["offered"]),
        response_rate_before=share(before["answered"], before["offered"]),
        nonresponse_note=nonresponse_notes(now, before, level=level, measure_inflation=measure_inflation),
    )


def _with_spread(rows: pd.DataFrame, inflation: pd.Series, *, level: float) -> pd.DataFrame:
    """Store in `attrs` how much the rates of the rows vary."""
    spread = overdispersion(rows["good"], rows["n"], inflation=inflation)
    rows.attrs["phi"] = spread.phi
    rows.attrs["differ"] = bool(spread.p_value <= 1 - level)
    return rows


def _largest_scale(scores: pd.DataFrame) -> int:
    """Return the scale with most ratings."""
    used = scores.dropna(subset="rating").groupby("scale")["n"].sum()
    return int(used.idxmax()) if len(used) else LARGEST_SCALE


def _mean_ratings(
    scores: pd.DataFrame, counts: pd.DataFrame, by: Sequence[Dimension], *, level: float
) -> pd.DataFrame:
    """Return the mean rating of each row of `counts` on the scale with most ratings: estimate, low, high, scale."""
    scale = _largest_scale(scores)
    points = list(range(1, scale + 1))
    on_scale = scores[(scores["scale"] == scale) & scores["rating"].isin(points)]
    keys = names_of(by)
    table = on_scale.groupby([*(keys or ["scale"]), "rating"])["n"].sum().unstack()
    rows = index_of(counts, by) if keys else [scale]
    numbers = table.reindex(index=rows, columns=points).fillna(0).to_numpy(dtype=float)
    found = mean_interval(numbers, inflation=counts["inflation"].to_numpy(), level=level)
    columns = {"mean_rating": found.estimate, "mean_low": found.low, "mean_high": found.high}
    return pd.DataFrame(columns, counts.index).assign(scale=scale)


def _on_scale(scores: pd.DataFrame, scale: int) -> pd.Series:
    """Return how often each rating of a scale was given."""
    points = pd.Index(range(1, scale + 1), name="rating")
    return scores[scores["scale"] == scale].groupby("rating")["n"].sum().reindex(points, fill_value=0)
