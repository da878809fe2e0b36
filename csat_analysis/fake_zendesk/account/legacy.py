"""Draw the ratings of legacy CSAT, which was in use before the survey."""

from __future__ import annotations

import numpy as np

from . import texts
from .events import events_of
from .records import BAD, GOOD, LEGACY, NEVER, OFFERED, REASON, SCORE, UNOFFERED, blank
from .tickets import latest

# higher than in real accounts, so that a few ratings are enough for a test
ANSWERED_SHARE = 0.75
GOOD_SHARE = 0.80
COMMENT_SHARE = 0.50
# the reason is asked after a bad rating only
REASON_SHARE = 0.60
# of texts.REASONS; the last one was added later
REASONS = 3
SECONDS_TO_ANSWER = (600, 48 * 3600)


def draw_legacy(rng: np.random.Generator, tickets: np.ndarray, count: int, *, now: int) -> np.ndarray:
    """Return rows of LEGACY, by ticket, for the `count` tickets that were solved first."""
    solved = np.flatnonzero(tickets["first_solved"] != NEVER)
    first = np.sort(solved[np.argsort(tickets["first_solved"][solved], kind="stable")][:count])
    legacy = blank(LEGACY, len(first))
    legacy["ticket"] = first
    legacy["offered"] = tickets["first_solved"][first] + 1
    legacy["agent"] = tickets["agent"][first]
    legacy["group"] = tickets["group"][first]
    answered = legacy["offered"] + rng.integers(*SECONDS_TO_ANSWER, size=len(first))
    reopened = tickets["reopened"][first]
    last = np.minimum(np.where(reopened == NEVER, now, reopened - 1), now)
    is_rated = (rng.random(len(first)) < ANSWERED_SHARE) & (answered <= last)
    legacy["submitted"] = np.where(is_rated, answered, NEVER)
    legacy["updated"] = latest(legacy, "offered", "submitted")
    _draw_ratings(rng, legacy, is_rated)
    return legacy


def _draw_ratings(rng: np.random.Generator, legacy: np.ndarray, is_rated: np.ndarray) -> None:
    count = len(legacy)
    is_good = rng.random(count) < GOOD_SHARE
    has_comment = rng.random(count) < COMMENT_SHARE
    has_reason = rng.random(count) < REASON_SHARE
    by_mood = [
        rng.integers(comments.start, comments.stop, size=count)
        for comments in (texts.GOOD_COMMENTS, texts.BAD_COMMENTS)
    ]
    reason = rng.integers(REASONS, size=count)
    legacy["score"] = np.where(is_rated, np.where(is_good, GOOD, BAD), OFFERED)
    legacy["comment"] = np.where(is_rated & has_comment, np.where(is_good, *by_mood), legacy["comment"])
    legacy["reason"] = np.where(is_rated & ~is_good & has_reason, reason, legacy["reason"])


def legacy_events(legacy: np.ndarray) -> list[np.ndarray]:
    """Return offers, ratings and reasons as events of the tickets."""
    rated = legacy[legacy["submitted"] != NEVER]
    explained = rated[rated["reason"] >= 0]
    return [
        events_of(SCORE, legacy["ticket"], legacy["offered"], value=OFFERED, previous=UNOFFERED),
        events_of(SCORE, rated["ticket"], rated["submitted"], value=rated["score"], previous=OFFERED),
        events_of(REASON, explained["ticket"], explained["submitted"], value=explained["reason"]),
    ]
