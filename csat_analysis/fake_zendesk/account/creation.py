"""Draw a synthetic account and its whole past."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np

from . import people
from . import tickets as ticket_drawing
from .account import Account
from .effects import Effects, no_effects, planted_effects
from .past import draw_past
from .surveys import create_survey
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
    messaging_seconds: bool = False,
) -> Account:
    """Return a synthetic account: `days` of history with so many tickets, ending at `now`.

    The same arguments give the same bytes.

    Parameters
    ----------
    tickets : int
        How many tickets were created.
    days : int
        How many days before `now` the first of them was created.
    seed : int
        Of the random numbers.
    null : bool
        Whether nothing has an effect on ratings: no agent, group, week or time.
    effects : Effects, optional
        Effects on ratings, in place of the usual ones.
    now : datetime, optional
        The account's present, aware; by default the present minute.
    legacy_ratings : int
        For so many of the tickets that were solved first, a rating of legacy CSAT was offered, and most
        customers gave one; surveys came in after that. With as many as there are tickets, the account uses
        legacy CSAT only.
    mirrored_ratings : bool
        Whether `/satisfaction_ratings` repeats every answered survey about a ticket, as some accounts do.
    messaging_seconds : bool
        Whether first replies of messaging tickets are given in seconds, and their minutes are null.

    Returns
    -------
    Account

    Raises
    ------
    ValueError
        If `now` is naive, or if there is no ticket or no day.

    Examples
    --------
    >>> account = make_account(tickets=60, now=datetime(2026, 11, 23, 6, tzinfo=UTC))
    >>> len(account.tables.tickets)
    60
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
    revised_ms = (start + days * DAY // 3) * 1000
    survey = create_survey(founded_ms=founded * 1000, revised_ms=revised_ms)
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
        revised_ms=revised_ms,
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
        messaging_seconds=messaging_seconds,
    )
