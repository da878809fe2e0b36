"""Whether targets are reached: of all ratings, and of groups, teams, channels and the like."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from ..errors import CsatError
from ..estimates import compare_with_target
from ..estimates.levels import Source, level_of
from ..estimates.targets import Assurance
from ..history import History
from ..history.filters import Condition, Filter, Where, find_filter
from ..history.targets import Target, check_values, read_targets
from ..periods import Period
from ..settings import Thresholds, parse_share
from ..verdicts import Verdict
from .counting import COUNTS, CUSTOMERS, count_ratings
from .dimensions import find_dimensions
from .judging import estimate_rates, has_enough, with_verdicts
from .repeat_customers import with_inflation
from .scope import Names, When, one_connection, period, thresholds

# Dimension and value of the row of all ratings.
ALL = "all"
VERDICTS = {
    Assurance.REACHED: Verdict.REACHED,
    Assurance.MISSED: Verdict.MISSED,
    Assurance.UNKNOWN: Verdict.UNKNOWN,
}
COLUMNS = ["dimension", "value", "n", "estimate", "low", "high", "target", "good"]


@one_connection
def targets(
    history: History,
    when: When = None,
    *,
    target: float | None = None,
    group: Names = None,
    where: Where = None,
    min_ratings: int | None = None,
) -> pd.DataFrame:
    """Return whether the targets were reached in a period.

    Targets are those of the settings: CSAT_TARGET for all ratings, and csat_targets.csv for groups, teams, channels or
    any other value (see docs/settings.md).

    Parameters
    ----------
    history
        The history to ask.
    when
        The period; by default the last complete week.
    target
        Share of good ratings that is wanted of all ratings, above 0 and up to 1; by default the setting CSAT_TARGET.
    group
        Names of groups, one or several; None for all.
    where
        Filters, such as {"channel": "email", "not agent": "Bot"}: all must hold, and any value of a list.
    min_ratings
        Ratings that a row needs for a verdict; by default the setting CSAT_MIN_RATINGS.

    Returns
    -------
    pandas.DataFrame
        One row per target, all ratings first, then in the order of the file: `dimension`, `value` (both "all" for all
        ratings), `n`, `estimate`, `low`, `high` (shares, as in `csat`), `verdict` (reached; missed; cannot be told: so
        few ratings allow both), `target`, `good`. With k targets, each verdict has a confidence level of 1 - 0.0025/k.
        With filters, targets without any rating are left out, and if they keep a single value that has a target of its
        own, that target is the one of all ratings. `attrs["target"]` is the target of all ratings; None without one.

    Raises
    ------
    CsatError
        If `target` is not a share, the file of targets is malformed, or a week is malformed or outside the history.

    Examples
    --------
    >>> csat.targets(history, "2026-W46", target=0.9)[["value", "target"]].values.tolist()
    [['all', 0.9]]
    """
    kept = find_filter(history, where, group=group)
    span = period(history, when)
    needed = thresholds(history, min_ratings)
    general = history.target if target is None else _valid_target(target)
    listed = read_targets(history)
    alone = [one for one in listed if _is_kept_alone(one, kept)]
    general = alone[0].share if alone else general
    others = [one for one in listed if one not in alone]
    counts = _count(history, span, others, kept)
    # A value with ratings is known.
    check_values(history, [one for one, rated in zip(others, counts["rated"], strict=True) if not rated])
    if kept:
        counts = counts[counts["rated"] > 0]
    if general is not None:
        whole = count_ratings(history, span, kept=kept).assign(dimension=ALL, value=ALL, target=general)
        counts = pd.concat([whole, counts])
    (counts,) = with_inflation(history, span.end, counts.reset_index(drop=True))
    rows = _judge(counts, needed)
    rows.attrs["target"] = general
    return rows


def _valid_target(target: float) -> float:
    try:
        return parse_share(str(target))
    except ValueError as error:
        raise CsatError(f"invalid target {target!r}: {error}") from None


def _is_kept_alone(target: Target, kept: Filter) -> bool:
    """Return whether filters keep the ratings of this target only."""
    return any(
        (one.dimension.name, one.values) == (target.dimension, (target.value,))
        for one in kept
        if isinstance(one, Condition) and not one.is_negated
    )


def _count(history: History, span: Period, listed: Sequence[Target], kept: Filter) -> pd.DataFrame:
    """Return the counts of each target, in the order of the file."""
    lines = pd.DataFrame(listed, columns=Target._fields).rename(columns={"share": "target"})
    tables = [
        count_ratings(history, span, by=find_dimensions(history, name), kept=kept)
        .rename(columns={name: "value"})
        .assign(dimension=name)
        for name in lines["dimension"].unique()
    ]
    nothing = count_ratings(history, span, kept=kept).head(0).assign(dimension="", value="")
    found = lines.merge(pd.concat([nothing, *tables]), on=["dimension", "value"], how="left")
    numbers = [*COUNTS, *CUSTOMERS]
    found[numbers] = found[numbers].fillna(0).astype(int)
    return found


def _judge(counts: pd.DataFrame, needed: Thresholds) -> pd.DataFrame:
    """Return the rates with their verdicts: two intervals, one to show and one for all verdicts together."""
    enough = has_enough(counts, needed.min_ratings)
    strict = level_of(Source.TARGETS, verdict_level=needed.verdict_level, comparisons=int(enough.sum()))
    found = compare_with_target(
        counts["good"],
        counts["rated"],
        target=counts["target"].to_numpy(dtype=float),
        level=strict,
        inflation=counts["inflation"],
    )
    verdicts = [
        VERDICTS[answer] if known else Verdict.UNKNOWN
        for answer, known in zip(found.assurance, enough, strict=True)
    ]
    rows = estimate_rates(counts, level=needed.level)[COLUMNS]
    return with_verdicts(rows, verdicts, level=needed.level, verdict_level=needed.verdict_level)
