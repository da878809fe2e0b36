"""The account's CSAT survey: two versions, their reasons, and when a response expires.

Version 2 has one more reason than version 1; the ids of questions and options stay the same.
"""

from __future__ import annotations

from dataclasses import dataclass

from .identifiers import ulid

# Zendesk's default: 28 days, to the millisecond
ANSWER_WINDOW_MS = 28 * 86_400_000
# on five points Zendesk counts 1 to 3 as bad, 4 and 5 as good
HIGHEST_BAD_RATING = 3
REASONS_OF_VERSION = {1: 3, 2: 4}
_SURVEY, _RATING, _REASON, _COMMENT, _FIRST_OPTION = range(5)


def category(rating: int) -> str:
    """Return Zendesk's category of a rating from 1 to 5."""
    return "bad" if rating <= HIGHEST_BAD_RATING else "good"


@dataclass(frozen=True)
class Survey:
    """Ids of one survey and its parts; `founded_ms` and `revised_ms` are the times of version 1 and 2."""

    founded_ms: int
    revised_ms: int

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
        moment = self.founded_ms - (0 if part == _SURVEY else 7531)
        return ulid(moment, 0x9E3779B97F4A7C15 * (part + 1) % 2**64, part)
