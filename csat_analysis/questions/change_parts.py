"""How much of a change comes from another mix of tickets, and how much from changed rates."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from ..errors import CsatError
from ..estimates import decompose_change
from ..estimates.levels import Source
from ..history import History
from ..history.filters import Where, find_filter
from ..settings import Thresholds
from ..verdicts import Verdict, direction
from .counting import count_two_periods
from .dimensions import Dimension, find_dimensions, names_of
from .judging import Spread, allow_for, judge_changes, share, with_verdicts
from .known_changes import Rebased, find_known_changes
from .scope import Names, When, describe_unfinished, is_over, one_connection, thresholds, two_periods
from .week_spread import measure_spread, refuse_time

# Value of the last row, which holds the sums.
ALL = "all"
PARTS = ("mix", "mix_low", "mix_high", "within", "within_low", "within_high", "change")


@one_connection
def explain_change(
    history: History,
    this: When = None,
    that: When = None,
    *,
    than: str | None = None,
    by: str | Sequence[str] = "group",
    group: Names = None,
    where: Where = None,
    rebase: Rebased = None,
    min_ratings: int | None = None,
) -> pd.DataFrame:
    """Return how much of a change comes from another mix, and how much from changed rates.

    If more ratings come from a group whose customers are often dissatisfied, the rate of all ratings falls although no
    group changed. The parts are arithmetic: they do not say why the mix or a rate changed. As in `compare`, ratings of
    the earlier period from before a known change are left out; a change that is known of one group leaves the parts as
    they are, and only the verdict of its row starts again.

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
        A dimension whose mix may have changed, such as group, channel, form or "field:TITLE", or several. Tags and
        units of time are refused.
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
        One row per value of `by`, and a last row "all" with the sums: `by`, `n`, `estimate` of `this`, `n_before`,
        `estimate_before` of `that`, `mix` (negative: more ratings with a low rate, or fewer with a high one), `within`
        (its rate changed), both with `_low` and `_high`, and `change`, their sum (shares, not points; wider where
        customers rate several times or weeks vary more than by chance), `verdict`: whether the rate changed, as in
        `compare`; `attrs["known_changes"]` as there. The parts add up to the change of the rate of all ratings exactly.
        A value without ratings in one period has no rate there: it counts as mix. Parts are nan where a period has no
        ratings.

    Raises
    ------
    UnknownChoice
        If `by` is not a dimension.
    CsatError
        If a ticket can have several values of `by`, or if a period is malformed or outside the history.

    Examples
    --------
    >>> csat.explain_change(history, "2026-W46")["group"].tolist()
    ['Billing', 'Returns', 'all']
    """
    kept = find_filter(history, where, group=group)
    dimensions = _find_mix(history, by)
    spans = two_periods(history, this, that, than)
    needed = thresholds(history, min_ratings, by)
    spread = measure_spread(history, spans[0], by=dimensions, kept=kept)
    of_all = measure_spread(history, spans[0], by=(), kept=kept)
    known = find_known_changes(history, spans, kept, rebase)
    since = known.leave_out_before(history, kept)
    whole = count_two_periods(history, spans, (), since)
    new, old = _rated(*count_two_periods(history, spans, dimensions, since))
    rows = _split_change(new, old, spread, needed.level)
    of_values = known.leave_out_before(history, kept, dimensions)
    if of_values != since:
        recent = count_two_periods(history, spans, dimensions, of_values)[1]
        old = recent.reindex(old.index).fillna({"inflation": 1.0}).fillna(0)
    verdicts = _judge_values(new, old, needed, spread, dimensions)
    verdicts += judge_changes(whole[0], whole[1], needed, source=Source.CHANGE, spread=of_all)
    over = is_over(history, spans[0])
    if not over:
        verdicts = [Verdict.UNFINISHED] * len(rows)
    rows = with_verdicts(rows, verdicts, level=needed.level, verdict_level=needed.verdict_level)
    rows.attrs |= known.describe()
    rows.attrs |= {} if over else describe_unfinished(history, spans[0])
    return rows


def _find_mix(history: History, by: str | Sequence[str]) -> tuple[Dimension, ...]:
    """Look up the dimensions whose mix may have changed. Raises CsatError."""
    found = find_dimensions(history, by)
    if not found:
        raise CsatError("explain_change needs a dimension, for example by='channel'")
    for one in found:
        if one.is_multivalued:
            raise CsatError(
                f"explain_change cannot split by {one.name}: a ticket can have several values of it, so that the parts "
                "would not add up; choose another dimension, such as channel"
            )
    refuse_time("explain_change", found)
    return found


def _rated(new: pd.DataFrame, old: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the values with good or bad ratings in one of the periods."""
    rated = new["rated"] + old["rated"] > 0
    return new[rated], old[rated]


def _split_change(new: pd.DataFrame, old: pd.DataFrame, spread: Spread, level: float) -> pd.DataFrame:
    """Return one row per value with its parts, and the last row with their sums."""
    parts = decompose_change(
        new["good"],
        new["rated"],
        minus=(old["good"], old["rated"]),
        level=level,
        inflation=(allow_for(new, spread, level=level), allow_for(old, spread, level=level)),
        mix_inflation=(_ratings_of_a_customer(new), _ratings_of_a_customer(old)),
    )
    names = list(new.index.names)
    sums = pd.DataFrame([parts.total])
    sums[names] = ALL
    rows = pd.concat([parts.groups.reset_index(), sums], ignore_index=True)
    for when, table in (("", new), ("_before", old)):
        good, rated = (pd.Series([*table[name], table[name].sum()], dtype=int) for name in ("good", "rated"))
        rows[f"n{when}"], rows[f"estimate{when}"] = rated, share(good, rated)
    return rows[[*names, "n", "estimate", "n_before", "estimate_before", *PARTS]]


def _ratings_of_a_customer(counts: pd.DataFrame) -> float:
    """Return the number of ratings of the customer behind an average rating, with one value; 1 or more."""
    return max(1.0, counts["squares"].sum() / max(1, counts["rated"].sum()))


def _judge_values(
    new: pd.DataFrame,
    old: pd.DataFrame,
    needed: Thresholds,
    spread: Spread,
    dimensions: Sequence[Dimension],
) -> list[Verdict]:
    """Return per value whether its rate changed; agents are not judged without their colleagues."""
    verdicts = judge_changes(new, old, needed, source=Source.GROUPS, spread=spread)
    if "agent" in names_of(dimensions):
        return [Verdict.OVERLAPPING if direction(one) else one for one in verdicts]
    return verdicts
