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
    """What moves the logit of a good rating; all zero in the null account.

    agent, group: one value per position, NOBODY (the last place) at zero. `week` applies to ratings given in
    the seven days (UTC) from `week_start`; `drift` is what a group gains per week from `drift_start` on.
    exact: even a small account shows the worse agent and the week as planted, not a lucky sample of it.
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

    def in_week(self, times_ms: np.ndarray) -> np.ndarray:
        """Which epoch milliseconds fall into the planted week."""
        start_ms = self.week_start.timestamp() * 1000 if self.week_start else np.inf
        return (times_ms >= start_ms) & (times_ms < start_ms + WEEK_MS)

    def drifted(self, groups: np.ndarray, times_ms: np.ndarray) -> np.ndarray:
        """How far each group has drifted by then."""
        start_ms = self.drift_start.timestamp() * 1000 if self.drift_start else np.inf
        return self.drift[groups] * np.maximum(times_ms - start_ms, 0) / (WEEK_MS)

    @property
    def worse_agent_logit(self) -> float:
        """How far the logit of the worse agent is shifted, 0 if there is none."""
        return 0.0 if self.worse_agent is None else float(self.agent[self.worse_agent])


def planted_effects(rng: np.random.Generator, *, now: int) -> Effects:
    """One agent about 25 points worse; one week some 35 down, as in an outage; slow replies rated lower."""
    agents = np.append(rng.normal(0, 0.15, size=len(texts.AGENTS)), 0)
    worse = int(rng.choice([n for n in range(len(texts.AGENTS)) if n not in (FORMER_AGENT, SHARED_AGENT)]))
    agents[worse] = -1.6
    groups = np.append(rng.normal(0, 0.10, size=len(texts.GROUPS)), 0)
    return Effects(
        agent=agents,
        group=groups,
        drift=np.zeros(len(groups)),
        worse_agent=worse,
        week_start=week_before(now, weeks=4),  # three before the last complete week
        week=-1.9,
        per_reply_doubling=-0.16,
        per_difficulty=-0.35,
        reopened=-1.2,
        exact=True,
    )


def no_effects() -> Effects:
    """The null account: every rating is good with the same probability."""
    groups = np.zeros(len(texts.GROUPS) + 1)
    return Effects(agent=np.zeros(len(texts.AGENTS) + 1), group=groups, drift=groups)


def week_before(now: int, *, weeks: int) -> datetime:
    """Monday 00:00 UTC of the ISO week so many weeks before the one that holds `now`."""
    today = datetime.fromtimestamp(now, UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return today - timedelta(days=today.weekday(), weeks=weeks)
