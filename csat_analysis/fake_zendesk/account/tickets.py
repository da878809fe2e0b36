"""Draws the history of the account's tickets: when they came, to whom they went, how long they took.

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
WEEKDAY_LOAD = np.array([1.20, 1.10, 1.05, 1.00, 0.95, 0.40, 0.35])  # Monday first
HOUR_LOAD = np.array([1, 1, 1, 1, 1, 2, 4, 7, 12, 15, 15, 14, 12, 13, 14, 13, 12, 9, 6, 5, 4, 3, 2, 1.0])
SEASON = 0.10  # the weekly load swings by so much over 13 weeks
CHANNEL_SHARES = (0.46, 0.22, 0.18, 0.06, 0.08)
PRIORITY_SHARES = (0.12, 0.50, 0.18, 0.05, 0.15)
TYPE_SHARES = (0.35, 0.15, 0.06, 0.04, 0.40)
FAST_CHANNELS = (MESSAGING, VOICE)  # answered and solved about four times sooner: exp(1.4)

LOG_RESOLUTION_MINUTES, RESOLUTION_SIGMA = 6.5, 1.4
LOG_REPLY_MINUTES, REPLY_SIGMA = 4.6, 1.5
DIFFICULTY_ON_RESOLUTION, DIFFICULTY_ON_REPLY = 0.6, 0.2
NEVER_SOLVED_SHARE = 0.02
UNASSIGNED_SHARE = 0.01
UNSCHEDULED_SHARE = 0.02
REASSIGNED_SHARE = 0.15
OTHER_GROUP_SHARE = 0.30  # of the reassigned
REOPENED_SHARE = 0.08
CLOSE_AFTER_DAYS = 28
TRACKED_SHARE = 0.80  # of the replied tickets, by the Time Tracking app
MEDIAN_HANDLE_SECONDS, HANDLE_SIGMA = 420, 0.8
HOSTILE_SUBJECT_SHARE = 1 / 120


def draw_arrivals(rng: np.random.Generator, count: int, *, founded: int, now: int) -> np.ndarray:
    """`count` sorted epoch seconds between the two: weekdays, business hours (UTC) and a slow wave."""
    days = np.arange(founded // DAY, now // DAY + 1)
    season = 1 + SEASON * np.sin(2 * np.pi * days / 91)
    weights = WEEKDAY_LOAD[(days + 3) % 7] * season  # the epoch began on a Thursday
    hours = (days[:, None] * DAY + np.arange(24) * 3600).ravel()
    hour_weights = (weights[:, None] * HOUR_LOAD).ravel() * ((hours > founded) & (hours + 3600 < now))
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
    """Rows of TICKET as they stand at `now`, before any survey, and rows of HOLDER.

    What would happen after `now` has not happened: late tickets are unsolved.
    """
    tickets = blank(TICKET, len(created))
    tickets["created"] = created
    tickets["requester"] = rng.integers(customers, size=len(created))
    _describe(rng, tickets)
    _assign(rng, tickets, loads=loads, agent_left=agent_left)
    _work(rng, tickets)
    _reopen(rng, tickets)
    _forget_the_future(tickets, now)
    former = _reassign(rng, tickets, loads=loads, now=now)
    _settle(rng, tickets, now)
    return tickets, former


def _describe(rng: np.random.Generator, tickets: np.ndarray) -> None:
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
    count = len(tickets)
    agent = rng.choice(len(loads), size=count, p=loads)
    successor = FORMER_AGENT - 1 if loads[FORMER_AGENT - 1] else int(loads.argmax())
    agent[(agent == FORMER_AGENT) & (tickets["created"] > agent_left)] = successor
    group = home_groups()[agent]
    shared = agent == SHARED_AGENT
    group[shared] = rng.choice(SHARED_GROUPS, size=shared.sum())
    topic = rng.integers(2, size=count)
    means = np.array([[difficulty for _, _, difficulty in topics] for topics in texts.TOPICS])
    tickets["topic"], tickets["topic_group"], tickets["group"] = topic, group, group
    tickets["difficulty"] = rng.normal(means[group, topic], 1)
    tickets["agent"] = np.where(rng.random(count) < UNASSIGNED_SHARE, NOBODY, agent)
    tickets["group"][(tickets["agent"] == NOBODY) & (rng.random(count) < 0.5)] = NOBODY
    tickets["assigned_first"] = np.where(tickets["agent"] == NOBODY, NEVER, tickets["created"])
    tickets["assigned"] = tickets["assigned_first"]


def _work(rng: np.random.Generator, tickets: np.ndarray) -> None:
    count, difficulty = len(tickets), tickets["difficulty"]
    haste = np.where(np.isin(tickets["channel"], FAST_CHANNELS), -1.4, 0.25)
    resolution = LOG_RESOLUTION_MINUTES + DIFFICULTY_ON_RESOLUTION * difficulty + haste
    reply = LOG_REPLY_MINUTES + DIFFICULTY_ON_REPLY * difficulty + haste
    resolution_seconds = 60 * rng.lognormal(resolution, RESOLUTION_SIGMA, size=count)
    reply_seconds = np.minimum(60 * rng.lognormal(reply, REPLY_SIGMA, size=count), resolution_seconds)
    tickets["first_reply"] = tickets["created"] + 5 + reply_seconds.astype("i8")
    tickets["first_solved"] = tickets["created"] + 10 + resolution_seconds.astype("i8")
    tickets["first_solved"][rng.random(count) < NEVER_SOLVED_SHARE] = NEVER
    tickets["solved"] = tickets["first_solved"]
    shares = rng.dirichlet((4, 2.5, 0.8), size=count)
    tickets["pending_share"] = shares[:, 1]
    tickets["hold_share"] = np.where(rng.random(count) < 0.3, shares[:, 2], 0)
    tickets["scheduled"] = rng.random(count) >= UNSCHEDULED_SHARE
    tickets["replies"] = np.where(rng.random(count) < 0.38, 1, 2 + rng.poisson(1.2, size=count))
    seconds = rng.lognormal(np.log(MEDIAN_HANDLE_SECONDS) + 0.3 * difficulty, HANDLE_SIGMA, size=count)
    tickets["handle_seconds"] = np.where(rng.random(count) < TRACKED_SHARE, seconds, NEVER)
    tickets["last_handle_seconds"] = np.where(tickets["handle_seconds"] == NEVER, NEVER, seconds * 0.4)
    tickets["reopens"] = 0


def _reopen(rng: np.random.Generator, tickets: np.ndarray) -> None:
    rows = np.flatnonzero((tickets["first_solved"] != NEVER) & (rng.random(len(tickets)) < REOPENED_SHARE))
    pause = rng.lognormal(np.log(20 * 3600), 1.0, size=len(rows)).clip(60, 20 * DAY)
    again = rng.lognormal(np.log(8 * 3600), 1.2, size=len(rows)).clip(60, 60 * DAY)
    tickets["reopened"][rows] = tickets["first_solved"][rows] + pause.astype("i8")
    tickets["solved"][rows] = tickets["reopened"][rows] + again.astype("i8")
    tickets["reopens"][rows] = 1


def _forget_the_future(tickets: np.ndarray, now: int) -> None:
    for name in ("first_reply", "first_solved", "reopened"):
        tickets[name][tickets[name] > now] = NEVER
    tickets["reopens"][tickets["reopened"] == NEVER] = 0
    unfinished = tickets["solved"] > now
    tickets["solved"][unfinished] = tickets["first_solved"][unfinished]
    unreopened = tickets["reopened"] == NEVER
    tickets["solved"][unreopened] = tickets["first_solved"][unreopened]
    unreplied = tickets["first_reply"] == NEVER
    tickets["replies"][unreplied] = 0
    for name in ("handle_seconds", "last_handle_seconds"):
        tickets[name][unreplied] = NEVER
    waiting = (tickets["first_solved"] == NEVER) & ~unreplied
    tickets["replies"][waiting] = 1


def _reassign(rng: np.random.Generator, tickets: np.ndarray, *, loads: np.ndarray, now: int) -> np.ndarray:
    drawn = rng.random(len(tickets)) < REASSIGNED_SHARE
    rows = np.flatnonzero(drawn & (tickets["agent"] != NOBODY))
    end = np.where(tickets["first_solved"][rows] == NEVER, now, tickets["first_solved"][rows])
    start = tickets["created"][rows]
    former = np.zeros(len(rows), HOLDER)
    former["ticket"], former["agent"], former["group"] = rows, tickets["agent"][rows], tickets["group"][rows]
    former["time"] = start + ((end - start) * rng.uniform(0.05, 0.95, size=len(rows))).astype("i8")
    to = another_agent(rng, former["agent"], loads=loads)
    tickets["agent"][rows], tickets["group"][rows] = to, home_group_of(to)
    tickets["assigned"][rows] = former["time"]
    return former


def another_agent(rng: np.random.Generator, agents: np.ndarray, *, loads: np.ndarray) -> np.ndarray:
    """Return a different agent for each: mostly a colleague of the home group, never one who left."""
    home = home_groups()
    anyone = rng.choice(len(loads), size=len(agents), p=loads)
    first = np.searchsorted(home, home[agents])
    size = np.searchsorted(home, home[agents], side="right") - first
    colleague = first + (agents - first + 1 + rng.integers(1_000_000, size=len(agents)) % (size - 1)) % size
    to = np.where(rng.random(len(agents)) < OTHER_GROUP_SHARE, anyone, colleague)
    is_gone = loads == 0
    is_gone[FORMER_AGENT] = True
    first_present, second_present = np.flatnonzero(~is_gone)[:2]
    to[(to == agents) | is_gone[to]] = first_present
    to[to == agents] = second_present
    return to


def _settle(rng: np.random.Generator, tickets: np.ndarray, now: int) -> None:
    replied = tickets["first_reply"] != NEVER
    is_solved = (tickets["solved"] != NEVER) & (tickets["solved"] >= tickets["reopened"])
    is_closed = is_solved & (tickets["solved"] + CLOSE_AFTER_DAYS * DAY < now)
    waiting = np.where(rng.random(len(tickets)) < 0.5, PENDING, OPEN)
    tickets["status"] = np.where(replied, waiting, np.where(tickets["agent"] == NOBODY, NEW, OPEN))
    tickets["status"][tickets["reopened"] != NEVER] = OPEN
    tickets["status"][is_solved] = SOLVED
    tickets["status"][is_closed] = CLOSED
    nobody = tickets["agent"] == NOBODY
    tickets["agent_updated"] = np.where(nobody, NEVER, latest(tickets, "created", "first_reply", "solved"))
    tickets["agent_stations"] = np.where(nobody, 0, 1)
    tickets["score"] = UNOFFERED
    tickets["group_stations"] = np.where(tickets["group"] == NOBODY, 0, 1)


def solve_at(tickets: np.ndarray, now: int) -> None:
    """Makes every ticket, in place, one that was replied to half way and solved once, at `now`."""
    tickets["first_reply"] = (tickets["created"] + now) // 2
    tickets["first_solved"] = tickets["solved"] = now
    tickets["agent_updated"] = np.where(tickets["agent"] == NOBODY, NEVER, now)
    tickets["reopened"], tickets["reopens"], tickets["replies"] = NEVER, 0, 1
    tickets["status"] = SOLVED


def latest(rows: np.ndarray, *names: str) -> np.ndarray:
    """The latest of several time columns, row by row."""
    return np.max([rows[name] for name in names], axis=0)
