"""Draw tickets: when they are created, who works on them, how long that takes.

Durations are log-normal, as service times usually are; published medians and means point to a sigma of
1.2-1.7 inside one account (Zendesk benchmark 2018; Brown et al. 2005, JASA 100:36-50).
"""

from __future__ import annotations

import numpy as np

from . import texts
from .people import FORMER_AGENT, SHARED_AGENT, SHARED_GROUPS, home_group_of, home_groups
from .records import (
    CHANNELS,
    CLOSED,
    HOLDER,
    MESSAGING,
    NEVER,
    NEW,
    NOBODY,
    OPEN,
    PENDING,
    PRIORITIES,
    SOLVED,
    TICKET,
    TYPES,
    UNOFFERED,
    VOICE,
    blank,
)

DAY = 86400
# from Monday
WEEKDAY_LOAD = np.array([1.20, 1.10, 1.05, 1.00, 0.95, 0.40, 0.35])
# UTC
HOUR_LOAD = np.array([1, 1, 1, 1, 1, 2, 4, 7, 12, 15, 15, 14, 12, 13, 14, 13, 12, 9, 6, 5, 4, 3, 2, 1.0])
# amplitude of the weekly load over 13 weeks
SEASON = 0.10
CHANNEL_SHARES = (0.46, 0.22, 0.18, 0.06, 0.08)
PRIORITY_SHARES = (0.12, 0.50, 0.18, 0.05, 0.15)
TYPE_SHARES = (0.35, 0.15, 0.06, 0.04, 0.40)
# answered and solved about four times sooner: exp(1.4)
FAST_CHANNELS = (MESSAGING, VOICE)
FAST_LOGIT = -1.4
SLOW_LOGIT = 0.25

LOG_RESOLUTION_MINUTES = 6.5
RESOLUTION_SIGMA = 1.4
LOG_REPLY_MINUTES = 4.6
REPLY_SIGMA = 1.5
DIFFICULTY_ON_RESOLUTION = 0.6
DIFFICULTY_ON_REPLY = 0.2
NEVER_SOLVED_SHARE = 0.02
UNASSIGNED_SHARE = 0.01
UNSCHEDULED_SHARE = 0.02
REASSIGNED_SHARE = 0.15
# of the reassigned tickets
OTHER_GROUP_SHARE = 0.30
REOPENED_SHARE = 0.08
CLOSE_AFTER_DAYS = 28
# of the tickets with a reply, by the Time Tracking app
TRACKED_SHARE = 0.80
MEDIAN_HANDLE_SECONDS = 420
HANDLE_SIGMA = 0.8
HOSTILE_SUBJECT_SHARE = 1 / 120


def draw_arrivals(rng: np.random.Generator, count: int, *, start: int, end: int) -> np.ndarray:
    """Return `count` sorted epoch seconds between `start` and `end`, more in business hours (UTC)."""
    days = np.arange(start // DAY, end // DAY + 1)
    season = 1 + SEASON * np.sin(2 * np.pi * days / 91)
    # the epoch began on a Thursday
    weights = WEEKDAY_LOAD[(days + 3) % 7] * season
    hours = (days[:, None] * DAY + np.arange(24) * 3600).ravel()
    hour_weights = (weights[:, None] * HOUR_LOAD).ravel() * ((hours > start) & (hours + 3600 < end))
    chosen = rng.choice(hours, size=count, p=hour_weights / hour_weights.sum())
    return np.sort(chosen + rng.integers(3600, size=count))


def agent_loads(rng: np.random.Generator, *, busy: int | None) -> np.ndarray:
    """Return each agent's share of the tickets; `busy` takes five times the median, enough to be measured."""
    loads = rng.lognormal(0, 0.6, size=len(texts.AGENTS)).clip(0.4, 2.5)
    loads[FORMER_AGENT] = 2.0
    if busy is not None:
        loads[busy] = 5.0
    return loads / loads.sum()


def draw_tickets(
    rng: np.random.Generator,
    created: np.ndarray,
    *,
    customers: int,
    loads: np.ndarray,
    agent_left: int,
    now: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Return rows of TICKET as they are at `now`, before any survey, and rows of HOLDER.

    What would happen after `now` has not happened: the latest tickets are unsolved.
    """
    tickets = blank(TICKET, len(created))
    tickets["created"] = created
    tickets["requester"] = rng.integers(customers, size=len(created))
    _describe(rng, tickets)
    _assign(rng, tickets, loads=loads, agent_left=agent_left)
    _draw_times(rng, tickets)
    _reopen(rng, tickets)
    _remove_future(tickets, now)
    former = _reassign(rng, tickets, loads=loads, now=now)
    _set_status(rng, tickets, now)
    return tickets, former


def _describe(rng: np.random.Generator, tickets: np.ndarray) -> None:
    """Draw channel, priority, type, brand, tags and subject."""
    count = len(tickets)
    tickets["channel"] = rng.choice(len(CHANNELS), size=count, p=CHANNEL_SHARES)
    tickets["priority"] = rng.choice(len(PRIORITIES), size=count, p=PRIORITY_SHARES)
    tickets["type"] = rng.choice(len(TYPES), size=count, p=TYPE_SHARES)
    tickets["brand"] = rng.random(count) < 0.2
    tickets["tag"] = rng.choice(len(texts.TAGS), size=count, p=(0.7, 0.1, 0.1, 0.01, 0.05, 0.04))
    usual = rng.integers(len(texts.SUBJECTS), size=count)
    hostile = len(texts.SUBJECTS) + rng.integers(len(texts.HOSTILE_SUBJECTS), size=count)
    tickets["subject"] = np.where(rng.random(count) < HOSTILE_SUBJECT_SHARE, hostile, usual)


def _assign(rng: np.random.Generator, tickets: np.ndarray, *, loads: np.ndarray, agent_left: int) -> None:
    """Draw agent, group, topic and difficulty."""
    count = len(tickets)
    agent = rng.choice(len(loads), size=count, p=loads)
    successor = FORMER_AGENT - 1 if loads[FORMER_AGENT - 1] else int(loads.argmax())
    agent[(agent == FORMER_AGENT) & (tickets["created"] > agent_left)] = successor
    group = home_groups()[agent]
    is_shared = agent == SHARED_AGENT
    group[is_shared] = rng.choice(SHARED_GROUPS, size=is_shared.sum())
    topic = rng.integers(2, size=count)
    means = np.array([[difficulty for _, _, difficulty in topics] for topics in texts.TOPICS])
    tickets["topic"] = topic
    tickets["topic_group"] = group
    tickets["group"] = group
    tickets["difficulty"] = rng.normal(means[group, topic], 1)
    tickets["agent"] = np.where(rng.random(count) < UNASSIGNED_SHARE, NOBODY, agent)
    tickets["group"][(tickets["agent"] == NOBODY) & (rng.random(count) < 0.5)] = NOBODY
    tickets["assigned_first"] = np.where(tickets["agent"] == NOBODY, NEVER, tickets["created"])
    tickets["assigned"] = tickets["assigned_first"]


def _draw_times(rng: np.random.Generator, tickets: np.ndarray) -> None:
    """Draw when tickets are replied to and solved, and how the time until then is spent."""
    count = len(tickets)
    difficulty = tickets["difficulty"]
    speed = np.where(np.isin(tickets["channel"], FAST_CHANNELS), FAST_LOGIT, SLOW_LOGIT)
    resolution = LOG_RESOLUTION_MINUTES + DIFFICULTY_ON_RESOLUTION * difficulty + speed
    reply = LOG_REPLY_MINUTES + DIFFICULTY_ON_REPLY * difficulty + speed
    resolution_seconds = 60 * rng.lognormal(resolution, RESOLUTION_SIGMA, size=count)
    reply_seconds = np.minimum(60 * rng.lognormal(reply, REPLY_SIGMA, size=count), resolution_seconds)
    tickets["first_reply"] = tickets["created"] + 5 + reply_seconds.astype("i8")
    tickets["first_solved"] = tickets["created"] + 10 + resolution_seconds.astype("i8")
    tickets["first_solved"][rng.random(count) < NEVER_SOLVED_SHARE] = NEVER
    tickets["solved"] = tickets["first_solved"]
    tickets["reopens"] = 0
    _draw_work(rng, tickets)


def _draw_work(rng: np.random.Generator, tickets: np.ndarray) -> None:
    """Draw shares of waiting, replies and handling times."""
    count = len(tickets)
    shares = rng.dirichlet((4, 2.5, 0.8), size=count)
    tickets["pending_share"] = shares[:, 1]
    tickets["hold_share"] = np.where(rng.random(count) < 0.3, shares[:, 2], 0)
    tickets["scheduled"] = rng.random(count) >= UNSCHEDULED_SHARE
    tickets["replies"] = np.where(rng.random(count) < 0.38, 1, 2 + rng.poisson(1.2, size=count))
    seconds = rng.lognormal(
        np.log(MEDIAN_HANDLE_SECONDS) + 0.3 * tickets["difficulty"], HANDLE_SIGMA, size=count
    )
    tickets["handle_seconds"] = np.where(rng.random(count) < TRACKED_SHARE, seconds, NEVER)
    tickets["last_handle_seconds"] = np.where(tickets["handle_seconds"] == NEVER, NEVER, seconds * 0.4)


def _reopen(rng: np.random.Generator, tickets: np.ndarray) -> None:
    """Reopen some tickets, which are solved again later."""
    rows = np.flatnonzero((tickets["first_solved"] != NEVER) & (rng.random(len(tickets)) < REOPENED_SHARE))
    pause = rng.lognormal(np.log(20 * 3600), 1.0, size=len(rows)).clip(60, 20 * DAY)
    again = rng.lognormal(np.log(8 * 3600), 1.2, size=len(rows)).clip(60, 60 * DAY)
    tickets["reopened"][rows] = tickets["first_solved"][rows] + pause.astype("i8")
    tickets["solved"][rows] = tickets["reopened"][rows] + again.astype("i8")
    tickets["reopens"][rows] = 1


def _remove_future(tickets: np.ndarray, now: int) -> None:
    """Undo what would happen after `now`."""
    for name in ("first_reply", "first_solved", "reopened"):
        tickets[name][tickets[name] > now] = NEVER
    tickets["reopens"][tickets["reopened"] == NEVER] = 0
    once = (tickets["solved"] > now) | (tickets["reopened"] == NEVER)
    tickets["solved"][once] = tickets["first_solved"][once]
    unreplied = tickets["first_reply"] == NEVER
    tickets["replies"][unreplied] = 0
    for name in ("handle_seconds", "last_handle_seconds"):
        tickets[name][unreplied] = NEVER
    waiting = (tickets["first_solved"] == NEVER) & ~unreplied
    tickets["replies"][waiting] = 1


def _reassign(rng: np.random.Generator, tickets: np.ndarray, *, loads: np.ndarray, now: int) -> np.ndarray:
    """Give some tickets to another agent before they are solved; return who held them before."""
    is_drawn = rng.random(len(tickets)) < REASSIGNED_SHARE
    rows = np.flatnonzero(is_drawn & (tickets["agent"] != NOBODY))
    end = np.where(tickets["first_solved"][rows] == NEVER, now, tickets["first_solved"][rows])
    start = tickets["created"][rows]
    former = np.zeros(len(rows), HOLDER)
    former["ticket"] = rows
    former["agent"] = tickets["agent"][rows]
    former["group"] = tickets["group"][rows]
    former["time"] = start + ((end - start) * rng.uniform(0.05, 0.95, size=len(rows))).astype("i8")
    successor = another_agent(rng, former["agent"], loads=loads)
    tickets["agent"][rows] = successor
    tickets["group"][rows] = home_group_of(successor)
    tickets["assigned"][rows] = former["time"]
    return former


def another_agent(rng: np.random.Generator, agents: np.ndarray, *, loads: np.ndarray) -> np.ndarray:
    """Return a different agent for each: mostly a colleague of the home group, never one who left."""
    home = home_groups()
    anyone = rng.choice(len(loads), size=len(agents), p=loads)
    first = np.searchsorted(home, home[agents])
    size = np.searchsorted(home, home[agents], side="right") - first
    colleague = first + (agents - first + 1 + rng.integers(1_000_000, size=len(agents)) % (size - 1)) % size
    successor = np.where(rng.random(len(agents)) < OTHER_GROUP_SHARE, anyone, colleague)
    is_gone = loads == 0
    is_gone[FORMER_AGENT] = True
    first_present, second_present = np.flatnonzero(~is_gone)[:2]
    successor[(successor == agents) | is_gone[successor]] = first_present
    successor[successor == agents] = second_present
    return successor


def _set_status(rng: np.random.Generator, tickets: np.ndarray, now: int) -> None:
    """Set the status that follows from the times, and counters."""
    is_replied = tickets["first_reply"] != NEVER
    is_solved = (tickets["solved"] != NEVER) & (tickets["solved"] >= tickets["reopened"])
    is_closed = is_solved & (tickets["solved"] + CLOSE_AFTER_DAYS * DAY < now)
    waiting = np.where(rng.random(len(tickets)) < 0.5, PENDING, OPEN)
    tickets["status"] = np.where(is_replied, waiting, np.where(tickets["agent"] == NOBODY, NEW, OPEN))
    tickets["status"][tickets["reopened"] != NEVER] = OPEN
    tickets["status"][is_solved] = SOLVED
    tickets["status"][is_closed] = CLOSED
    is_unassigned = tickets["agent"] == NOBODY
    tickets["agent_updated"] = np.where(
        is_unassigned, NEVER, latest(tickets, "created", "first_reply", "solved")
    )
    tickets["agent_stations"] = np.where(is_unassigned, 0, 1)
    tickets["score"] = UNOFFERED
    tickets["group_stations"] = np.where(tickets["group"] == NOBODY, 0, 1)


def solve_at(tickets: np.ndarray, now: int) -> None:
    """Let every ticket, in place, have one reply half way and be solved once, at `now`."""
    tickets["first_reply"] = (tickets["created"] + now) // 2
    tickets["first_solved"] = now
    tickets["solved"] = now
    tickets["agent_updated"] = np.where(tickets["agent"] == NOBODY, NEVER, now)
    tickets["reopened"] = NEVER
    tickets["reopens"] = 0
    tickets["replies"] = 1
    tickets["status"] = SOLVED


def latest(rows: np.ndarray, *names: str) -> np.ndarray:
    """Return the latest of several time columns, row by row."""
    return np.max([rows[name] for name in names], axis=0)
