"""Draw a synthetic account and its whole past."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np

from . import people
from . import tickets as ticket_drawing
from .account import Account
from .effects import Effects, draw_effects, no_effects
from .past import Timeline, draw_past
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
    moment = now or datetime.now(UTC).replace(second=0, microsecond=0)
    _check(tickets, days, moment)
    clock = int(moment.timestamp())
    timeline = _plan(clock, days)
    rng = np.random.default_rng(seed)
    customers = people.draw_customers(rng, max(20, tickets * 3 // 5), founded=timeline.founded)
    usual = draw_effects(rng, now=clock)
    effects = effects or (no_effects() if null else usual)
    busy = usual.worse_agent if effects.worse_agent is None else effects.worse_agent
    loads = ticket_drawing.agent_loads(rng, busy=busy)
    created = ticket_drawing.draw_arrivals(rng, tickets, start=timeline.start, end=timeline.end)
    past = draw_past(
        rng,
        created,
        timeline,
        customers=len(customers),
        loads=loads,
        effects=effects,
        legacy_ratings=legacy_ratings,
    )
    return Account(
        clock=clock,
        founded=timeline.founded,
        departed={people.FORMER_AGENT: timeline.agent_left},
        survey=create_survey(founded_ms=timeline.founded * 1000, revised_ms=timeline.revised * 1000),
        effects=effects,
        loads=loads,
        rng=rng,
        tables=Tables(customers, *past),
        mirrored_ratings=mirrored_ratings,
        messaging_seconds=messaging_seconds,
    )


def _plan(clock: int, days: int) -> Timeline:
    end = clock - QUIET_SECONDS
    start = end - days * DAY
    return Timeline(
        founded=start - 2 * DAY,
        start=start,
        agent_left=(start + end) // 2,
        revised=start + days * DAY // 3,
        end=end,
    )


def _check(tickets: int, days: int, now: datetime) -> None:
    if tickets < 1 or days < 1:
        raise ValueError(f"an account needs at least one ticket and one day, not {tickets} and {days}")
    if now.tzinfo is None:
        raise ValueError("now must be aware, for example datetime(2026, 11, 23, 6, tzinfo=UTC)")
