"""What is really so in the synthetic account, for tests to compare a pull and an analysis with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from . import words
from .records import NOBODY, Response, zendesk_id
from .surveys import category, response_id

if TYPE_CHECKING:
    from .account import Account


class Truth:
    """The account's answers as they are now, without any of Zendesk's detours; it follows every change."""

    def __init__(self, account: Account):
        self._account = account

    @property
    def planted(self) -> dict[str, object]:
        """The effects on the logit of a good rating; `worse_agent_id` and `week_start` say where."""
        planted = self._account.effects.planted
        worse = planted["worse_agent"]
        return planted | {"worse_agent_id": None if worse is None else zendesk_id("user", worse)}

    @property
    def offers(self) -> list[str]:
        """The ids of all survey responses, answered or not, oldest first."""
        account = self._account
        return [
            response_id(response) for response in account.indexes.responses_at(account.indexes.response_order)
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
        rated = order[account.responses["rating"][order] > 0]
        frame = pd.DataFrame(
            [self._rating(response) for response in account.indexes.responses_at(rated)], columns=_COLUMNS
        )
        integers = dict.fromkeys(("ticket_id", "agent_id", "group_id"), "Int64")
        times = {name: pd.to_datetime(frame[name], unit="ms", utc=True).dt.as_unit("us") for name in _TIMES}
        return frame.astype(integers).assign(**times)

    def _rating(self, response: Response) -> tuple[object, ...]:
        return (
            response_id(response),
            None if response.ticket == NOBODY else response.ticket + 1,
            response.rating,
            response.first_rating,
            category(response.rating),
            self._account.comment_of(response),
            words.REASONS[response.reason] if response.reason >= 0 else None,
            response.offered_ms,
            response.submitted_ms,
            max(response.submitted_ms, response.edited_ms),
            None if response.agent == NOBODY else zendesk_id("user", response.agent),
            None if response.group == NOBODY else zendesk_id("group", response.group),
            response.revisions,
        )


_TIMES = ("offered_at", "submitted_at", "updated_at")
_COLUMNS = (
    "response_id", "ticket_id", "rating", "first_rating", "rating_category", "comment", "reason",
    *_TIMES, "agent_id", "group_id", "revisions",
)  # fmt: skip
