"""Draw which surveys are offered, which are answered and how.

The chance of a good rating is logistic in the ticket's difficulty, its first reply, a reopening, the agent,
the group and the week. Customers with a very good or a very bad experience answer more often, so the observed
ratings differ from the experiences.
"""

from __future__ import annotations

import numpy as np

from . import texts
from .effects import Effects
from .records import (
    MESSAGING,
    NEVER,
    NO_TEXT,
    NOBODY,
    RESPONSE,
    SKIPPED,
    VOICE,
    blank,
)
from .surveys import ANSWER_WINDOW_MS, HIGHEST_BAD_RATING, REASONS_OF_VERSION

DAY_MS = 86_400_000
HOUR_MS = 3_600_000
# of the solved tickets, and of those solved a second time
OFFERED_SHARE = 0.84
OFFERED_AGAIN_SHARE = 0.5
# surveys about a conversation without a ticket, per ticket
CONVERSATIONS_SHARE = 0.006
EDITED_SHARE = 0.02
MEDIAN_HOURS_TO_ANSWER = 3.0
ANSWER_SIGMA = 1.6

GOOD_LOGIT = 2.1
# by rating, 0 to 5
RATINGS_WHEN_GOOD = np.array([0, 0, 0, 0, 0.16, 0.84])
RATINGS_WHEN_BAD = np.array([0, 0.75, 0.08, 0.17, 0, 0])
# The chance of an answer is a product of two factors. Therefore channel, agent and week do not change the share
# of good ratings among the answers, and an account without effects has none in its answers either.
ANSWER_CHANCE = 0.27
CHAT_ANSWER_CHANCE = 0.61
# by rating, 0 to 5
WILLINGNESS = np.array([0, 1.0, 0.72, 0.72, 0.55, 0.8])
# log2(1 + minutes) of the usual first reply
MEAN_LOG2_REPLY = 6.7
# of the answers, those with a rating alone: the further questions are absent
RATING_ONLY_SHARE = 0.05
REASON_SKIPPED_SHARE = 0.15
COMMENT_SKIPPED_SHARE = 0.60
HOSTILE_SHARE = 0.03


def draw_offers(rng: np.random.Generator, tickets: np.ndarray, *, since: int, now: int) -> np.ndarray:
    """Return rows of RESPONSE without answers, by time: 1 to 2 s after solves later than `since`.

    Some of them are about conversations, the others about tickets.
    """
    rows, solved, conversations = _draw_occasions(rng, tickets)
    offers = blank(RESPONSE, len(rows))
    offers["ticket"] = rows
    for name in ("requester", "agent", "group"):
        offers[name] = tickets[name][rows]
    for name in ("ticket", "agent", "group"):
        offers[name][len(rows) - conversations :] = NOBODY
    offers["offered_ms"] = solved * 1000 + rng.integers(1000, 2000, size=len(rows))
    draw_ulid_bits(rng, offers)
    for name in ("rating", "first_rating", "revisions"):
        offers[name] = 0
    offers = offers[(solved > since) & (offers["offered_ms"] <= now * 1000)]
    return offers[np.argsort(offers["offered_ms"], kind="stable")]


def _draw_occasions(rng: np.random.Generator, tickets: np.ndarray) -> tuple[np.ndarray, np.ndarray, int]:
    """Return rows of tickets, when they were solved, and how many at the end stand for conversations."""
    is_offered = (tickets["first_solved"] != NEVER) & (rng.random(len(tickets)) < OFFERED_SHARE)
    is_again = is_offered & (tickets["solved"] > tickets["reopened"]) & (tickets["reopens"] > 0)
    is_again &= rng.random(len(tickets)) < OFFERED_AGAIN_SHARE
    first = np.flatnonzero(is_offered)
    second = np.flatnonzero(is_again)
    conversations = rng.integers(len(tickets), size=int(len(tickets) * CONVERSATIONS_SHARE))
    conversations = conversations[tickets["first_solved"][conversations] != NEVER]
    rows = np.concatenate([first, second, conversations])
    solved = np.concatenate(
        [tickets["first_solved"][first], tickets["solved"][second], tickets["first_solved"][conversations]]
    )
    return rows, solved, len(conversations)


def draw_ulid_bits(rng: np.random.Generator, offers: np.ndarray) -> None:
    """Fill in the random bits of the ids."""
    offers["random_high"] = rng.integers(2**64, size=len(offers), dtype="u8")
    offers["random_low"] = rng.integers(2**16, size=len(offers), dtype="u2")


def good_probability(
    tickets: np.ndarray, offers: np.ndarray, *, submitted_ms: np.ndarray, effects: Effects
) -> np.ndarray:
    """Return the chance of a good experience for each offer, if it is answered at `submitted_ms`."""
    logit = GOOD_LOGIT + effects.agent[offers["agent"]] + effects.group[offers["group"]]
    ticket = tickets[offers["ticket"]]
    reply_minutes = (ticket["first_reply"] - ticket["created"]).clip(0) / 60
    about_ticket = (
        effects.per_difficulty * ticket["difficulty"]
        + effects.per_reply_doubling * (np.log2(1 + reply_minutes) - MEAN_LOG2_REPLY)
        + effects.reopened * (ticket["reopens"] > 0)
    )
    logit = logit + np.where(offers["ticket"] == NOBODY, 0, about_ticket)
    logit = logit + effects.week * effects.is_in_week(submitted_ms)
    logit = logit + effects.drift_until(offers["group"], submitted_ms)
    return 1 / (1 + np.exp(-logit))


def answer_offers(
    rng: np.random.Generator, tickets: np.ndarray, offers: np.ndarray, *, effects: Effects, now: int
) -> None:
    """Fill in, in place, the answers given until `now`: rating, reason, comment and a few edits."""
    delay_ms = rng.lognormal(np.log(MEDIAN_HOURS_TO_ANSWER * HOUR_MS), ANSWER_SIGMA, size=len(offers))
    submitted_ms = offers["offered_ms"] + 15_000 + delay_ms.astype("i8")
    good = good_probability(tickets, offers, submitted_ms=submitted_ms, effects=effects)
    from_good = good * (RATINGS_WHEN_GOOD @ WILLINGNESS)
    from_bad = (1 - good) * (RATINGS_WHEN_BAD @ WILLINGNESS)
    chance = _answer_chances(tickets, offers) * (from_good + from_bad)
    is_answered = rng.random(len(offers)) < chance
    is_answered &= submitted_ms < np.minimum(last_moment_ms(offers), now * 1000)
    cells = []
    if effects.exact:
        cells = [effects.is_in_week(submitted_ms), offers["agent"] == effects.worse_agent]
    share = from_good / (from_good + from_bad)
    is_good = _draw_good(rng, share, [is_answered & cell for cell in cells])
    rating = np.where(is_answered, _draw_ratings(rng, is_good), 0)
    offers["rating"] = rating
    offers["first_rating"] = rating
    offers["submitted_ms"] = np.where(is_answered, submitted_ms, NEVER)
    _explain(rng, offers)
    _edit(rng, offers, now=now)


def _answer_chances(tickets: np.ndarray, offers: np.ndarray) -> np.ndarray:
    """Return the part of the chance of an answer that depends on the channel."""
    is_chat = np.isin(tickets["channel"][offers["ticket"]], (MESSAGING, VOICE)) | (offers["ticket"] == NOBODY)
    return np.where(is_chat, CHAT_ANSWER_CHANCE, ANSWER_CHANCE)


def _draw_good(rng: np.random.Generator, good: np.ndarray, cells: list[np.ndarray]) -> np.ndarray:
    """Return which ratings are good: independent draws, but systematic sampling within the given cells.

    The chance of each rating is the same in both ways.
    """
    is_good = rng.random(len(good)) < good
    for cell in map(np.flatnonzero, cells):
        marks = np.floor(np.append(0, np.cumsum(good[cell])) + rng.random())
        is_good[cell] = np.diff(marks) > 0
    return is_good


def _draw_ratings(rng: np.random.Generator, is_good: np.ndarray) -> np.ndarray:
    drawn = []
    for shares in (RATINGS_WHEN_GOOD, RATINGS_WHEN_BAD):
        weights = shares * WILLINGNESS
        drawn.append(rng.choice(len(weights), size=len(is_good), p=weights / weights.sum()))
    return np.where(is_good, *drawn)


def last_moment_ms(offers: np.ndarray) -> np.ndarray:
    """Return until when each survey can be answered: its expiry, or the next survey about the same ticket."""
    last = offers["offered_ms"] + ANSWER_WINDOW_MS
    order = np.lexsort((offers["offered_ms"], offers["ticket"]))
    ticket = offers["ticket"][order]
    is_same = (ticket[1:] == ticket[:-1]) & (ticket[1:] != NOBODY)
    earlier = order[:-1][is_same]
    later = order[1:][is_same]
    last[earlier] = np.minimum(last[earlier], offers["offered_ms"][later] - 5000)
    return last


def _explain(rng: np.random.Generator, offers: np.ndarray) -> None:
    """Fill in reasons and comments."""
    count = len(offers)
    rating = offers["rating"]
    is_bad = (rating > 0) & (rating <= HIGHEST_BAD_RATING)
    is_continued = (rating > 0) & (rng.random(count) >= RATING_ONLY_SHARE)
    choices = np.where(offers["version"] == 1, REASONS_OF_VERSION[1], REASONS_OF_VERSION[2])
    reason = np.where(rng.random(count) < REASON_SKIPPED_SHARE, SKIPPED, rng.integers(choices))
    offers["reason"] = np.where(is_bad & is_continued, reason, NO_TEXT)
    by_mood = [
        rng.integers(comments.start, comments.stop, size=count)
        for comments in (texts.BAD_COMMENTS, texts.GOOD_COMMENTS)
    ]
    comment = np.where(rng.random(count) < COMMENT_SKIPPED_SHARE, SKIPPED, np.where(is_bad, *by_mood))
    is_hostile = is_continued & (rng.random(count) < HOSTILE_SHARE)
    hostile = np.arange(is_hostile.sum()) % len(texts.HOSTILE_COMMENTS)
    comment[is_hostile] = texts.HOSTILE_COMMENTS.start + hostile
    offers["comment"] = np.where(is_continued, comment, NO_TEXT)


def _edit(rng: np.random.Generator, offers: np.ndarray, *, now: int) -> None:
    """Change a few ratings after they were given."""
    wait_ms = (60_000 + rng.exponential(DAY_MS, size=len(offers))).astype("i8")
    edited_ms = offers["submitted_ms"] + wait_ms
    is_edited = (offers["rating"] > 0) & (rng.random(len(offers)) < EDITED_SHARE)
    is_edited &= edited_ms < np.minimum(last_moment_ms(offers), now * 1000)
    other = (offers["rating"] - 1 + rng.integers(1, 5, size=len(offers))) % 5 + 1
    offers["rating"][is_edited] = other[is_edited]
    offers["edited_ms"][is_edited] = edited_ms[is_edited]
    offers["revisions"][is_edited] = 1
