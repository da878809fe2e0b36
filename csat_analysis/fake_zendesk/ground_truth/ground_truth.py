"""The ground truth of a synthetic account."""

from __future__ import annotations

import pandas as pd

from ..account import Account, Effects, texts
from ..account.identifiers import id_or_null, response_id, zendesk_id
from ..account.records import NEVER, NOBODY, OFFERED, SCORES, Legacy, Response
from .tickets import list_tickets

_TIMES = ("offered_at", "submitted_at", "updated_at")
_IDS = ("ticket_id", "agent_id", "group_id")
_COLUMNS = (
    "response_id",
    "ticket_id",
    "rating",
    "first_rating",
    "rating_category",
    "comment",
    "reason",
    *_TIMES,
    "agent_id",
    "group_id",
    "revisions",
)
_NUMBERS = ("rating", "first_rating", "revisions")
_LEGACY_COLUMNS = tuple(name for name in _COLUMNS if name not in _NUMBERS)


class GroundTruth:
    """What is true in an account now, read from its tables and not from its JSON.

    Parameters
    ----------
    account : Account
        The account; later changes of it show in later reads.

    Examples
    --------
    >>> from csat_analysis.fake_zendesk import make_account
    >>> ratings = GroundTruth(make_account(tickets=60)).ratings
    >>> set(ratings["rating_category"]) <= {"good", "bad"}
    True
    """

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
        return list(map(response_id, account.tables.responses_at(account.indexes.response_order)))

    @property
    def ratings(self) -> pd.DataFrame:
        """One row per answered survey, oldest offer first.

        `response_id` (str), `ticket_id` (int, null for a conversation), `rating`, `first_rating` (1-5),
        `rating_category`, `comment`, `reason` (text or null), `offered_at`, `submitted_at`, `updated_at`
        (UTC), `agent_id`, `group_id` (at the time of rating; int or null), `revisions` (changes of the
        rating).
        """
        tables = self._account.tables
        order = self._account.indexes.response_order
        answered = tables.responses_at(order[tables.responses["rating"][order] > 0])
        return _to_frame([self._rating_row(response) for response in answered], _COLUMNS)

    @property
    def tickets(self) -> pd.DataFrame:
        """One row per ticket that the export shows; see `tickets.list_tickets`."""
        return list_tickets(self._account)

    @property
    def legacy(self) -> pd.DataFrame:
        """One row per rating of legacy CSAT, answered or only offered, by ticket.

        The columns of `ratings` without the numbers (`rating`, `first_rating`, `revisions`); `response_id` is
        "legacy-" and Zendesk's id. `submitted_at` and `rating_category` are null for an offer. `submitted_at`
        of a changed rating is the first rating, which Zendesk does not show.
        """
        rows = map(Legacy._make, self._account.tables.legacy.tolist())
        return _to_frame([self._legacy_row(row) for row in rows], _LEGACY_COLUMNS)

    def _rating_row(self, response: Response) -> tuple[object, ...]:
        return (
            response_id(response),
            None if response.ticket == NOBODY else response.ticket + 1,
            response.rating,
            response.first_rating,
            self._account.survey.category(response.rating, response.version),
            self._account.comment_of(response),
            _reason_text(response.reason),
            response.offered_ms,
            response.submitted_ms,
            max(response.submitted_ms, response.edited_ms),
            id_or_null("user", response.agent),
            id_or_null("group", response.group),
            response.revisions,
        )

    def _legacy_row(self, rating: Legacy) -> tuple[object, ...]:
        return (
            f"legacy-{zendesk_id('rating', rating.ticket + 1)}",
            rating.ticket + 1,
            None if rating.score == OFFERED else SCORES[rating.score],
            self._account.comment_of(rating),
            _reason_text(rating.reason),
            rating.offered * 1000,
            None if rating.submitted == NEVER else rating.submitted * 1000,
            rating.updated * 1000,
            id_or_null("user", rating.agent),
            id_or_null("group", rating.group),
        )


def _reason_text(reason: int) -> str | None:
    return texts.REASONS[reason] if reason >= 0 else None


def _to_frame(rows: list[tuple[object, ...]], columns: tuple[str, ...]) -> pd.DataFrame:
    """Return rows as a frame: epoch milliseconds as UTC times, ids as integers that can be null."""
    frame = pd.DataFrame(rows, columns=list(columns))
    times = {name: pd.to_datetime(frame[name], unit="ms", utc=True).dt.as_unit("us") for name in _TIMES}
    return frame.astype(dict.fromkeys(_IDS, "Int64")).assign(**times)
