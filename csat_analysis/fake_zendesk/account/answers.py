"""Draws who was asked, who answered and what, with planted effects that an analysis should find again.

The chance of a good rating is logistic in the ticket's difficulty, its first reply, a reopening, the agent,
the group and the week. Unhappy and delighted customers answer more often: what is seen is not what was felt.
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
OFFERED_SHARE = 0.84  # of the solved tickets
OFFERED_AGAIN_SHARE = 0.5  # of the tickets solved a second time
CONVERSATIONS_SHARE = 0.006  # surveys about a conversation without a ticket, per ticket
EDITED_SHARE = 0.02
MEDIAN_HOURS_TO_ANSWER, ANSWER_SIGMA = 3.0, 1.6

GOOD_LOGIT = 2.1
RATINGS_WHEN_GOOD = np.array([0, 0, 0, 0, 0.16, 0.84])  # by rating, 0 to 5
RATINGS_WHEN_BAD = np.array([0, 0.75, 0.08, 0.17, 0, 0])
# The chance of an answer is a product, so that it mixes neither channel nor agent nor week into the share of
# good ratings among those who answer: what is null stays null.
ANSWER_CHANCE, CHAT_ANSWER_CHANCE = 0.27, 0.61
WILLINGNESS = np.array([0, 1.0, 0.72, 0.72, 0.55, 0.8])  # by rating: the angry and the delighted answer
MEAN_LOG2_REPLY = 6.7  # log2(1 + minutes) of the usual first reply
RATING_ONLY_SHARE = 0.05  # left after the rating click: the further questions are absent
REASON_SKIPPED_SHARE, COMMENT_SKIPPED_SHARE, HOSTILE_SHARE = 0.15, 0.60, 0.03


def draw_offers(rng: np.random.Generator, tickets: np.ndarray, *, since: int, now: int) -> np.ndarray:
    """Rows of RESPONSE, unanswered, by time: 1-2 s after solves later than `since`, and of conversations."""
    asked = (tickets["first_solved"] != NEVER) & (rng.random(len(tickets)) < OFFERED_SHARE)
    again = asked & (tickets["solved"] > tickets["reopened"]) & (tickets["reopens"] > 0)
    again &= rng.random(len(tickets)) < OFFERED_AGAIN_SHARE
    first, second = np.flatnonzero(asked), np.flatnonzero(again)
    talks = rng.integers(len(tickets), size=int(len(tickets) * CONVERSATIONS_SHARE))
    talks = talks[tickets["first_solved"][talks] != NEVER]
    rows = np.concatenate([first, second, talks])
    solved = np.concatenate(
        [tickets["first_solved"][first], tickets["solved"][second], tickets["first_solved"][talks]]
    )
    offers = blank(RESPONSE, len(rows))
    offers["ticket"], offers["requester"] = rows, tickets["requester"][rows]
    offers["agent"], offers["group"] = tickets["agent"][rows], tickets["group"][rows]
    for name in ("ticket", "agent", "group"):
        offers[name][len(rows) - len(talks) :] = NOBODY
    offers["offered_ms"] = solved * 1000 + rng.integers(1000, 2000, size=len(rows))
    draw_ulid_bits(rng, offers)
    offers["rating"] = offers["first_rating"] = offers["revisions"] = 0
    offers = offers[(solved > since) & (offers["offered_ms"] <= now * 1000)]
    return offers[np.argsort(offers["offered_ms"], kind="stable")]


def draw_ulid_bits(rng: np.random.Generator, offers: np.ndarray) -> None:
    offers["random_high"] = rng.integers(2**64, size=len(offers), dtype="u8")
    offers["random_low"] = rng.integers(2**16, size=len(offers), dtype="u2")


def good_probability(
    tickets: np.ndarray, offers: np.ndarray, *, submitted_ms: np.ndarray, effects: Effects
) -> np.ndarray:
    """The chance of a good rating for each offer, were it answered at `submitted_ms`."""
    logit = GOOD_LOGIT + effects.agent[offers["agent"]] + effects.group[offers["group"]]
    ticket = tickets[offers["ticket"]]
    reply_minutes = (ticket["first_reply"] - ticket["created"]).clip(0) / 60
    about_ticket = (
        effects.per_difficulty * ticket["difficulty"]
        + effects.per_reply_doubling * (np.log2(1 + reply_minutes) - MEAN_LOG2_REPLY)
        + effects.reopened * (ticket["reopens"] > 0)
    )
    logit = logit + np.where(offers["ticket"] == NOBODY, 0, about_ticket)
    logit = logit + effects.week * effects.in_week(submitted_ms)
    logit = logit + effects.drifted(offers["group"], submitted_ms)
    return 1 / (1 + np.exp(-logit))


def answer_offers(
    rng: np.random.Generator, tickets: np.ndarray, offers: np.ndarray, *, effects: Effects, now: int
) -> None:
    """Fills in, in place, the answers given until `now`: rating, reason, comment and a few edits."""
    delay_ms = rng.lognormal(np.log(MEDIAN_HOURS_TO_ANSWER * 3_600_000), ANSWER_SIGMA, size=len(offers))
    submitted_ms = offers["offered_ms"] + 15_000 + delay_ms.astype("i8")
    good = good_probability(tickets, offers, submitted_ms=submitted_ms, effects=effects)
    from_good = good * (RATINGS_WHEN_GOOD @ WILLINGNESS)
    from_bad = (1 - good) * (RATINGS_WHEN_BAD @ WILLINGNESS)
    is_chat = np.isin(tickets["channel"][offers["ticket"]], (MESSAGING, VOICE)) | (offers["ticket"] == NOBODY)
    chance = np.where(is_chat, CHAT_ANSWER_CHANCE, ANSWER_CHANCE) * (from_good + from_bad)
    answers = rng.random(len(offers)) < chance
    answers &= submitted_ms < np.minimum(last_moment_ms(offers), now * 1000)
    planted = [effects.in_week(submitted_ms), offers["agent"] == effects.worse_agent] if effects.exact else []
    is_good = _draw_good(rng, from_good / (from_good + from_bad), [answers & cell for cell in planted])
    by_mood = [_ratings(rng, shares, len(offers)) for shares in (RATINGS_WHEN_GOOD, RATINGS_WHEN_BAD)]
    rating = np.where(is_good, *by_mood)
    offers["rating"] = offers["first_rating"] = np.where(answers, rating, 0)
    offers["submitted_ms"] = np.where(answers, submitted_ms, NEVER)
    _explain(rng, offers)
    _edit(rng, offers, now=now)


def _draw_good(rng: np.random.Generator, good: np.ndarray, planted: list[np.ndarray]) -> np.ndarray:
    """Which ratings are good: independent draws, but systematic sampling within the planted agent and week.

    Each chance stays what it is.
    """
    is_good = rng.random(len(good)) < good
    for cell in map(np.flatnonzero, planted):
        marks = np.floor(np.append(0, np.cumsum(good[cell])) + rng.random())
        is_good[cell] = np.diff(marks) > 0
    return is_good


def _ratings(rng: np.random.Generator, shares: np.ndarray, count: int) -> np.ndarray:
    weights = shares * WILLINGNESS
    return rng.choice(len(weights), size=count, p=weights / weights.sum())


def last_moment_ms(offers: np.ndarray) -> np.ndarray:
    """Until when each survey can be answered: its expiry, or the next survey about the same ticket."""
    last = offers["offered_ms"] + ANSWER_WINDOW_MS
    order = np.lexsort((offers["offered_ms"], offers["ticket"]))
    ticket = offers["ticket"][order]
    same = (ticket[1:] == ticket[:-1]) & (ticket[1:] != NOBODY)
    followed, following = order[:-1][same], order[1:][same]
    last[followed] = np.minimum(last[followed], offers["offered_ms"][following] - 5000)
    return last


def _explain(rng: np.random.Generator, offers: np.ndarray) -> None:
    count, rating = len(offers), offers["rating"]
    is_bad = (rating > 0) & (rating <= HIGHEST_BAD_RATING)
    went_on = (rating > 0) & (rng.random(count) >= RATING_ONLY_SHARE)
    choices = np.where(offers["version"] == 1, REASONS_OF_VERSION[1], REASONS_OF_VERSION[2])
    reason = np.where(rng.random(count) < REASON_SKIPPED_SHARE, SKIPPED, rng.integers(choices))
    offers["reason"] = np.where(is_bad & went_on, reason, NO_TEXT)
    choices_by_mood = (texts.BAD_COMMENTS, texts.GOOD_COMMENTS)
    spoken = np.where(is_bad, *(rng.integers(text.start, text.stop, size=count) for text in choices_by_mood))
    comment = np.where(rng.random(count) < COMMENT_SKIPPED_SHARE, SKIPPED, spoken)
    hostile = went_on & (rng.random(count) < HOSTILE_SHARE)
    comment[hostile] = texts.HOSTILE_COMMENTS.start + np.arange(hostile.sum()) % len(texts.HOSTILE_COMMENTS)
    offers["comment"] = np.where(went_on, comment, NO_TEXT)


def _edit(rng: np.random.Generator, offers: np.ndarray, *, now: int) -> None:
    wait_ms = (60_000 + rng.exponential(DAY_MS, size=len(offers))).astype("i8")
    edited_ms = offers["submitted_ms"] + wait_ms
    edits = (offers["rating"] > 0) & (rng.random(len(offers)) < EDITED_SHARE)
    edits &= edited_ms < np.minimum(last_moment_ms(offers), now * 1000)
    other = (offers["rating"] - 1 + rng.integers(1, 5, size=len(offers))) % 5 + 1
    offers["rating"][edits] = other[edits]
    offers["edited_ms"][edits] = edited_ms[edits]
    offers["revisions"][edits] = 1
