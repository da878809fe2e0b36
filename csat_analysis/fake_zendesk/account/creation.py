"""Draw a synthetic account and its whole past."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np

from . import people
from . import tickets as ticket_drawing
from .account import Account
from .effects import Effects, no_effects, planted_effects
from .past import draw_past
from .surveys import Survey
from .tables import Tables

DAY = 86400
# nothing happens just before `now`, so that the exports show the whole past at once
QUIET_SECONDS = 120


def make_account(
    *,
    tickets: int = 5000,
    days: int = 126,
    seed: int = 7,
    null: bool = False,
    effects: Effects | None = None,
    now: datetime | None = None,
    legacy_ratings: int = 0,
    mirrored_ratings: bool = False,
) -> Account:
    """A synthetic account: `days` of history with so many tickets, ending at `now`.

    The same arguments give the same bytes. now: aware; default the present minute. null: no agent, group,
    week or time has any effect on ratings. effects: others than the usual ones. legacy_ratings: for so many
    of the first solved tickets a rating of the old CSAT was offered, and most gave one; surveys came in after
    that. mirrored_ratings: the list of old ratings repeats every answered survey about a ticket, as real
    accounts may do. Raises ValueError for a naive `now`, or if there is nothing to make.
    """
    if tickets < 1 or days < 1:
        raise ValueError(f"an account needs at least one ticket and one day, not {tickets} and {days}")
    moment = now or datetime.now(UTC).replace(second=0, microsecond=0)
    if moment.tzinfo is None:
        raise ValueError("now must be aware, for example datetime(2026, 11, 23, 6, tzinfo=UTC)")
    clock = int(moment.timestamp())
    end = clock - QUIET_SECONDS
    start, founded = end - days * DAY, end - (days + 2) * DAY
    agent_left = (start + end) // 2
    rng = np.random.default_rng(seed)
    survey = Survey(founded * 1000, (start + days * DAY // 3) * 1000)
    customers = people.draw_customers(rng, max(20, tickets * 3 // 5), founded=founded)
    planted = planted_effects(rng, now=clock)
    effects = effects or (no_effects() if null else planted)
    busy = planted.worse_agent if effects.worse_agent is None else effects.worse_agent
    loads = ticket_drawing.agent_loads(rng, busy=busy)
    past = draw_past(
        rng,
        ticket_drawing.draw_arrivals(rng, tickets, founded=start, now=end),
        customers=len(customers),
        loads=loads,
        agent_left=agent_left,
        effects=effects,
        revised_ms=survey.revised_ms,
        now=end,
        legacy_ratings=legacy_ratings,
    )
    return Account(
        clock=clock,
        founded=founded,
        agent_left=agent_left,
        survey=survey,
        effects=effects,
        loads=loads,
        rng=rng,
        tables=Tables(customers, *past),
        mirrored_ratings=mirrored_ratings,
    )
