"""Agents compared with their colleagues: the other agents of the same group at the same time; nobody is ranked."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import pandas as pd

from ..errors import CsatError
from ..history import History
from ..history.filters import Where, find_filter
from .colleagues import (
    COMPARED,
    STRATA,
    compare_agents,
    count_agents,
    count_shared,
    find_news,
    judge_all,
    shrink,
)
from .dimensions import Dimension, find_dimensions, names_of
from .judging import estimate_rates, with_verdicts
from .scope import Names, When, one_connection, period

SHOWN = [
    *("agent", "group", "good", "bad", "neutral", "n", "ratings_per_customer", "shared", "assumed"),
    *("estimate", "low", "high", "shrunk"),
    *COMPARED,
    *("is_news", "all_agents"),
]


@one_connection
def agents(
    history: History,
    when: When = None,
    *,
    group: Names = None,
    where: Where = None,
    strata: str | Sequence[str] = STRATA,
) -> pd.DataFrame:
    """Return agents compared with their colleagues, and who differs from them by more than chance.

    Colleagues are the other agents of the same strata, by default of the same group in the same month, with ratings of
    weekends and of other days apart. So nobody is named because their group differs, because they joined when ratings
    had fallen, or because they work at weekends, when customers rate differently. Of two agents in a group it can only
    be said that they differ from each other.

    Parameters
    ----------
    history
        The history to ask.
    when
        The period; by default the last complete week.
    group
        Names of groups, one or several; None for all.
    where
        Filters, such as {"channel": "email", "not agent": "Bot"}: all must hold, and any value of a list.
    strata
        One or several dimensions within which agents are compared, such as group, month, weekend, channel and priority.

    Returns
    -------
    pandas.DataFrame
        One row per agent when rated, in alphabetical order; two with the same name have their ids added, and ratings
        without an agent are a row of their own ("unassigned"), compared with nobody. `agent`, `group` (of most of
        their ratings), `good`, `bad`, `neutral`, `n`, `ratings_per_customer`, `shared` (ratings of tickets that several
        agents held), `assumed` (ratings counted for today's assignee, because the holder at that time is not known),
        `estimate`, `low`, `high`, `shrunk` (drawn toward the rate of the own strata the more, the fewer the
        ratings; nan where agents do not differ), `expected` (share of good ratings of the colleagues), `difference`,
        `difference_low`, `difference_high` (from `expected`; the interval excludes 0 exactly where the agent differs),
        `chance_low`, `chance_high` (the differences that the test puts down to chance; nan where not tested),
        `n_like` (ratings of the colleagues), `p_value`, `adjusted_p` (exact stratified test, widened where customers
        rate several times; Benjamini-Hochberg), `is_news` (named, and not by the same verdict in the same period one
        week earlier), `all_agents` (whether colleagues differ from each other at all; the same in each row), `verdict`
        (higher or lower than the colleagues).

    Raises
    ------
    UnknownChoice
        If one of `strata` is not a dimension.
    CsatError
        If `strata` names agents or something of which a ticket can have several values, or if a week is malformed or
        outside the history.

    Examples
    --------
    >>> weeks = csat.period(history, "2026-W46").and_before(7)
    >>> csat.agents(history, weeks)[["agent", "group", "n"]]
      agent    group    n
    0   Ada  Billing  144
    1   Ben  Returns  144
    """
    kept = find_filter(history, where, group=group)
    dimensions = _find_strata(history, strata)
    span = period(history, when)
    needed = history.thresholds
    count = partial(count_agents, history, strata=dimensions, kept=kept)
    counts = count(span)
    found = compare_agents(counts, needed)
    rows = estimate_rates(counts.totals, level=needed.level).join(found[COMPARED])
    rows["shared"] = count_shared(history, span, rows["agent_id"], kept=kept)
    rows["shrunk"] = rows["agent_id"].map(shrink(counts, needed)).astype(float)
    rows["is_news"] = find_news(found, span, count, needed)
    rows["all_agents"] = judge_all(counts, found["verdict"].tolist(), needed).value
    return with_verdicts(rows[SHOWN], found["verdict"], level=needed.level)


def agent_limits(rows: pd.DataFrame) -> pd.DataFrame:
    """Return how far from their colleagues chance alone may put agents, for the funnel plot.

    Parameters
    ----------
    rows
        The answer of `agents`.

    Returns
    -------
    pandas.DataFrame
        One row per agent who was tested, by number of ratings: `agent`, `n`, `target` (0: as the colleagues), `low`,
        `high` (differences of shares). They are those of the test, and so of the number of agents: the difference of an
        agent lies outside exactly if the verdict says that the agent differs.

    Examples
    --------
    >>> weeks = csat.period(history, "2026-W46").and_before(3)
    >>> csat.agent_limits(csat.agents(history, weeks)).columns.tolist()
    ['agent', 'n', 'target', 'low', 'high']
    """
    tested = rows[rows["chance_low"].notna()].sort_values("n", kind="stable", ignore_index=True)
    ends = tested[["chance_low", "chance_high"]].set_axis(["low", "high"], axis="columns")
    return tested[["agent", "n"]].assign(target=0.0).join(ends)


def _find_strata(history: History, strata: str | Sequence[str]) -> tuple[Dimension, ...]:
    found = find_dimensions(history, strata)
    if any(one.is_multivalued or one.name == "agent" for one in found):
        named = ", ".join(names_of(found))
        raise CsatError(
            f"agents cannot be compared within {named}: name other strata, and none of which a ticket can have "
            "several values, such as tags"
        )
    return found
