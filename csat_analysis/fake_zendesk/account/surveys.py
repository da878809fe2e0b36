"""The account's CSAT survey: its versions, their scales and reasons, and when a response expires."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from . import texts
from .identifiers import ulid
from .records import BAD, GOOD

# Zendesk's default: 28 days, to the millisecond
ANSWER_WINDOW_MS = 28 * 86_400_000
# by the number of points of a scale: up to which rating Zendesk counts an answer as bad
HIGHEST_BAD_RATINGS = {2: 1, 3: 2, 5: 3}
# of a scale of five points, which the drawn past uses throughout
HIGHEST_BAD_RATING = HIGHEST_BAD_RATINGS[5]
FIVE_LABELS = ("Very unsatisfied", "", "", "", "Very satisfied")
# how many of texts.REASONS the first two versions offer
REASONS_OF_VERSION = {1: 3, 2: 4}
_SURVEY, _RATING, _REASON, _COMMENT, _FIRST_OPTION = range(5)


@dataclass(frozen=True)
class SurveyVersion:
    """What one version of the survey asks; `labels` has one text per point, from the worst to the best."""

    number: int
    created_ms: int
    labels: tuple[str, ...]
    reasons: tuple[str, ...]

    @property
    def points(self) -> int:
        """The number of points of the rating scale."""
        return len(self.labels)

    @property
    def highest_bad_rating(self) -> int:
        """The highest rating that counts as bad."""
        return HIGHEST_BAD_RATINGS[self.points]


@dataclass(frozen=True)
class Survey:
    """One survey; ids of questions and options stay the same in all versions, numbered from 1."""

    versions: tuple[SurveyVersion, ...]

    @property
    def current(self) -> SurveyVersion:
        """The version that is offered now."""
        return self.versions[-1]

    def version(self, number: int) -> SurveyVersion:
        """Return a version by its number."""
        return self.versions[number - 1]

    def category(self, rating: int, version: int) -> str:
        """Return Zendesk's category of a rating of that version: bad or good."""
        return "bad" if rating <= self.version(version).highest_bad_rating else "good"

    def scores(self, ratings: np.ndarray, versions: np.ndarray) -> np.ndarray:
        """Return BAD or GOOD for each rating."""
        highest_bad = np.array([version.highest_bad_rating for version in self.versions])
        return np.where(ratings <= highest_bad[versions - 1], BAD, GOOD)

    def revise(self, *, labels: tuple[str, ...], now_ms: int) -> Survey:
        """Return the survey with one more version, which has other labels on its scale."""
        newest = replace(self.current, number=len(self.versions) + 1, created_ms=now_ms, labels=labels)
        return Survey((*self.versions, newest))

    @property
    def id(self) -> str:
        """The survey's own id."""
        return self._id(_SURVEY)

    @property
    def rating_id(self) -> str:
        """The id of the rating question."""
        return self._id(_RATING)

    @property
    def reason_id(self) -> str:
        """The id of the question for the reason of a low rating."""
        return self._id(_REASON)

    @property
    def comment_id(self) -> str:
        """The id of the question for a comment."""
        return self._id(_COMMENT)

    def option_id(self, reason: int) -> str:
        """Return the id of the option for a position in `texts.REASONS`."""
        return self._id(_FIRST_OPTION + reason)

    def _id(self, part: int) -> str:
        moment = self.versions[0].created_ms - (0 if part == _SURVEY else 7531)
        return ulid(moment, 0x9E3779B97F4A7C15 * (part + 1) % 2**64, part)


def create_survey(*, founded_ms: int, revised_ms: int) -> Survey:
    """Return a survey of five points in two versions; the second one offers one reason more."""
    created = (founded_ms, revised_ms)
    return Survey(
        tuple(
            SurveyVersion(number, moment, FIVE_LABELS, texts.REASONS[: REASONS_OF_VERSION[number]])
            for number, moment in enumerate(created, 1)
        )
    )
