"""The old CSAT, in use before the survey: who was asked good or bad, who answered, and what happened then."""

from __future__ import annotations

import numpy as np

from . import texts
from .events import events_of
from .records import BAD, GOOD, LEGACY, NEVER, OFFERED, REASON, SCORE, UNOFFERED, blank
from .tickets import latest

ANSWERED_SHARE = 0.75  # far more than in life, so that a few ratings are enough for a test
GOOD_SHARE = 0.80
COMMENT_SHARE, REASON_SHARE = 0.50, 0.60  # the reason is asked after a bad rating only
REASONS = 3  # of texts.REASONS; the last one came later
SECONDS_TO_ANSWER = (600, 48 * 3600)


def draw_legacy(rng: np.random.Generator, tickets: np.ndarray, count: int, *, now: int) -> np.ndarray:
    """Rows of LEGACY, by ticket, of the `count` tickets that were solved first."""
    solved = np.flatnonzero(tickets["first_solved"] != NEVER)
    first = np.sort(solved[np.argsort(tickets["first_solved"][solved], kind="stable")][:count])
    legacy = blank(LEGACY, len(first))
    legacy["ticket"], legacy["score"] = first, OFFERED
    legacy["offered"] = tickets["first_solved"][first] + 1
    legacy["agent"], legacy["group"] = tickets["agent"][first], tickets["group"][first]
    answered = legacy["offered"] + rng.integers(*SECONDS_TO_ANSWER, size=len(first))
    reopened = tickets["reopened"][first]
    last = np.minimum(np.where(reopened == NEVER, now, reopened - 1), now)
    rated = (rng.random(len(first)) < ANSWERED_SHARE) & (answered <= last)
    legacy["submitted"] = np.where(rated, answered, NEVER)
    legacy["updated"] = latest(legacy, "offered", "submitted")
    _fill_in(rng, legacy, rated)
    return legacy


def _fill_in(rng: np.random.Generator, legacy: np.ndarray, rated: np.ndarray) -> None:
    count = len(legacy)
    good = rng.random(count) < GOOD_SHARE
    commented, gave_reason = rng.random(count) < COMMENT_SHARE, rng.random(count) < REASON_SHARE
    choices = (texts.GOOD_COMMENTS, texts.BAD_COMMENTS)
    comment = np.where(good, *(rng.integers(text.start, text.stop, size=count) for text in choices))
    reason = rng.integers(REASONS, size=count)
    legacy["score"] = np.where(rated, np.where(good, GOOD, BAD), OFFERED)
    legacy["comment"] = np.where(rated & commented, comment, legacy["comment"])
    legacy["reason"] = np.where(rated & ~good & gave_reason, reason, legacy["reason"])


def legacy_events(legacy: np.ndarray) -> list[np.ndarray]:
    """Offers and ratings, as they changed the tickets' scores."""
    rated = legacy[legacy["submitted"] != NEVER]
    explained = rated[rated["reason"] >= 0]
    return [
        events_of(SCORE, legacy["ticket"], legacy["offered"], value=OFFERED, previous=UNOFFERED),
        events_of(SCORE, rated["ticket"], rated["submitted"], value=rated["score"], previous=OFFERED),
        events_of(REASON, explained["ticket"], explained["submitted"], value=explained["reason"]),
    ]
