"""What is really so in the synthetic account, for tests to compare a pull and an analysis with."""

from __future__ import annotations

import pandas as pd

from ..account import Account, Effects, texts
from ..account.identifiers import id_or_null, response_id, zendesk_id
from ..account.records import NEVER, NOBODY, OFFERED, SCORES, Legacy, Response
from .tickets import true_tickets


class GroundTruth:
    """The account's answers as they are now, without any of Zendesk's detours; it follows every change."""

    def __init__(self, account: Account):
        self._account = account

    @property
    def effects(self) -> Effects:
        """The effects built into the ratings."""
        return self._account.effects

    @property
    def worse_agent_id(self) -> int | None:
        """The id of the agent whose ratings are worse, None if there is none."""
        worse = self.effects.worse_agent
        return None if worse is None else zendesk_id("user", worse)

    @property
    def offers(self) -> list[str]:
        """The ids of all survey responses, answered or not, oldest first."""
        account = self._account
        return [
            response_id(response) for response in account.tables.responses_at(account.indexes.response_order)
        ]

    @property
    def ratings(self) -> pd.DataFrame:
        """One row per answered survey, oldest offer first.

        `response_id` (str), `ticket_id` (int, null for a conversation), `rating`, `first_rating` (1-5),
        `rating_category`, `comment`, `reason` (text or null), `offered_at`, `submitted_at`, `updated_at`
        (UTC), `agent_id`, `group_id` (when rated; int, null for nobody), `revisions` (changes of the rating).
        """
        account = self._account
        order = account.indexes.response_order
        rated = order[account.tables.responses["rating"][order] > 0]
        return _frame([self._rating(response) for response in account.tables.responses_at(rated)], _COLUMNS)

    @property
    def tickets(self) -> pd.DataFrame:
        """One row per ticket that the export shows; see `true_tickets`."""
        return true_tickets(self._account)

    @property
    def legacy(self) -> pd.DataFrame:
        """One row per rating of the old CSAT, answered or only offered, by ticket.

        The columns of `ratings` without the numbers (`rating`, `first_rating`, `revisions`); `response_id` is
        "legacy-" and Zendesk's id. `submitted_at` and `rating_category` are null for an offer. Zendesk tells
        only `updated_at`, so that `submitted_at` of a changed rating is known here alone.
        """
        rows = map(Legacy._make, self._account.tables.legacy.tolist())
        return _frame([self._legacy(row) for row in rows], _LEGACY_COLUMNS)

    def _rating(self, response: Response) -> tuple[object, ...]:
        return (
            response_id(response),
            None if response.ticket == NOBODY else response.ticket + 1,
            response.rating,
            response.first_rating,
            self._account.survey.category(response.rating, response.version),
            self._account.comment_of(response),
            texts.REASONS[response.reason] if response.reason >= 0 else None,
            response.offered_ms,
            response.submitted_ms,
            max(response.submitted_ms, response.edited_ms),
            id_or_null("user", response.agent),
            id_or_null("group", response.group),
            response.revisions,
        )

    def _legacy(self, rating: Legacy) -> tuple[object, ...]:
        return (
            f"legacy-{zendesk_id('rating', rating.ticket + 1)}",
            rating.ticket + 1,
            None if rating.score == OFFERED else SCORES[rating.score],
            self._account.comment_of(rating),
            texts.REASONS[rating.reason] if rating.reason >= 0 else None,
            rating.offered * 1000,
            None if rating.submitted == NEVER else rating.submitted * 1000,
            rating.updated * 1000,
            id_or_null("user", rating.agent),
            id_or_null("group", rating.group),
        )


def _frame(rows: list[tuple[object, ...]], columns: tuple[str, ...]) -> pd.DataFrame:
    """Rows with times in epoch milliseconds as a frame with UTC times and integers that can be null."""
    frame = pd.DataFrame(rows, columns=list(columns))
    integers = dict.fromkeys(("ticket_id", "agent_id", "group_id"), "Int64")
    times = {name: pd.to_datetime(frame[name], unit="ms", utc=True).dt.as_unit("us") for name in _TIMES}
    return frame.astype(integers).assign(**times)


_TIMES = ("offered_at", "submitted_at", "updated_at")
_COLUMNS = (
    "response_id", "ticket_id", "rating", "first_rating", "rating_category", "comment", "reason",
    *_TIMES, "agent_id", "group_id", "revisions",
)  # fmt: skip
_NUMBERS = ("rating", "first_rating", "revisions")
_LEGACY_COLUMNS = tuple(name for name in _COLUMNS if name not in _NUMBERS)
