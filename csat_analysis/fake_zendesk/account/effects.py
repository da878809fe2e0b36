"""The effects built into an account's ratings, which an analysis should find again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from . import texts
from .people import FORMER_AGENT, SHARED_AGENT

WEEK_MS = 7 * 86_400_000


@dataclass(frozen=True)
class Effects:
    """Shifts of the logit of a good rating; all are zero in an account without effects.

    Attributes
    ----------
    agent, group : numpy.ndarray
        One value per position; the last place, NOBODY, is zero.
    drift : numpy.ndarray
        What each group gains per week from `drift_start` on.
    worse_agent : int, optional
        Position of the agent whose ratings are worse.
    week_start, week : datetime and float
        A shift of all ratings given in the seven days (UTC) from `week_start`.
    per_reply_doubling : float
        When 1 + the minutes to the first reply double.
    per_difficulty, reopened : float
        Per unit of difficulty of a ticket, and for a ticket that was reopened.
    exact : bool
        Whether even a small account shows the worse agent and the week exactly, without sampling error.
    """

    agent: np.ndarray
    group: np.ndarray
    drift: np.ndarray
    worse_agent: int | None = None
    week_start: datetime | None = None
    drift_start: datetime | None = None
    week: float = 0.0
    per_reply_doubling: float = 0.0
    per_difficulty: float = 0.0
    reopened: float = 0.0
    exact: bool = False

    def is_in_week(self, times_ms: np.ndarray) -> np.ndarray:
        """Return which epoch milliseconds are in the week that starts at `week_start`."""
        start_ms = self.week_start.timestamp() * 1000 if self.week_start else np.inf
        return (times_ms >= start_ms) & (times_ms < start_ms + WEEK_MS)

    def drift_until(self, groups: np.ndarray, times_ms: np.ndarray) -> np.ndarray:
        """Return how far each group has drifted at each time."""
        start_ms = self.drift_start.timestamp() * 1000 if self.drift_start else np.inf
        return self.drift[groups] * np.maximum(times_ms - start_ms, 0) / WEEK_MS


def draw_effects(rng: np.random.Generator, *, now: int) -> Effects:
    """Return the usual effects, with an agent drawn at random.

    One agent is about 25 points worse, one week about 35 points, as in an outage; slow replies are rated lower.
    """
    agents = np.append(rng.normal(0, 0.15, size=len(texts.AGENTS)), 0)
    candidates = [agent for agent in range(len(texts.AGENTS)) if agent not in (FORMER_AGENT, SHARED_AGENT)]
    worse = int(rng.choice(candidates))
    agents[worse] = -1.6
    groups = np.append(rng.normal(0, 0.10, size=len(texts.GROUPS)), 0)
    return Effects(
        agent=agents,
        group=groups,
        drift=np.zeros(len(groups)),
        worse_agent=worse,
        # three weeks before the last complete week
        week_start=week_before(now, weeks=4),
        week=-1.9,
        per_reply_doubling=-0.16,
        per_difficulty=-0.35,
        reopened=-1.2,
        exact=True,
    )


def no_effects() -> Effects:
    """Return effects of zero: every rating is good with the same probability."""
    groups = np.zeros(len(texts.GROUPS) + 1)
    return Effects(agent=np.zeros(len(texts.AGENTS) + 1), group=groups, drift=groups)


def week_before(now: int, *, weeks: int) -> datetime:
    """Return Monday 00:00 UTC of the ISO week that is so many weeks before that of `now` (epoch seconds)."""
    today = datetime.fromtimestamp(now, UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return today - timedelta(days=today.weekday(), weeks=weeks)
