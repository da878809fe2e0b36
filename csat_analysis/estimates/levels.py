"""How often a weekly report may be wrong, and how much of it each source of claims gets.

A claim is a new statement of a difference. Every source has a chance of a false claim of its own; together they stay
below 7 % of weekly reports in accounts without any difference (benchmarks/false_alarms.py measures it).
"""

from __future__ import annotations

from enum import StrEnum

from .counts import require_between_0_and_1

WEEKS_OF_A_YEAR = 52


class Source(StrEnum):
    """What a weekly report can claim something about."""

    CHANGE = "this week against the four weeks before"
    GROUPS = "a group against its four weeks before"
    WEEK = "a week outside its limits"
    LASTING = "a lasting change of all ratings or of a group"
    AGENTS = "an agent against colleagues"
    AGENTS_DIFFER = "agents differ from their colleagues"
    TIMES = "a median time changed"
    REASONS = "a reason more or less often"
    FIRST_REPLY = "first reply time and rating"
    RESOLUTION = "resolution time and rating"
    GROUPS_DIFFER = "rates of groups lie further apart than chance"
    TERMS = "a word goes with bad ratings"
    TARGETS = "a target is reached or missed"


# Shares of a false claim per report, relative to 1 - verdict_level (0.01 by default).
SHARES = {
    Source.CHANGE: 1.0,
    Source.GROUPS: 1.0,
    Source.WEEK: 0.27,  # limits of three standard deviations
    Source.LASTING: 10 / WEEKS_OF_A_YEAR,  # 10 % of years
    Source.AGENTS: 1.0,  # false discovery rate
    Source.AGENTS_DIFFER: 0.5,
    Source.TIMES: 0.8,
    Source.REASONS: 0.5,
    Source.FIRST_REPLY: 0.5,
    Source.RESOLUTION: 0.5,
    Source.GROUPS_DIFFER: 0.2,
    Source.TERMS: 0.25,
    Source.TARGETS: 0.25,
}


def level_of(source: Source, *, verdict_level: float = 0.99, comparisons: int = 1) -> float:
    """Return the level at which each comparison of a source is judged.

    Parameters
    ----------
    source : Source
        Source of the claim.
    verdict_level : float
        The user's level of verdicts: all sources become stricter or laxer with it.
    comparisons : int
        Rows judged at the same time, such as groups; the chance is divided among them (Bonferroni).

    Returns
    -------
    float

    Examples
    --------
    >>> level_of(Source.GROUPS, comparisons=5)
    0.998
    """
    require_between_0_and_1(verdict_level=verdict_level)
    return 1 - SHARES[source] * (1 - verdict_level) / max(1, comparisons)
