"""Where accounts differ, or where Zendesk's behaviour is not certain: what this server does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class ApiVariant:
    """One way in which an account's API can behave; the defaults are those of a recorded account.

    Attributes
    ----------
    guide : {"open", "forbidden", "not_found"}
        What `/guide/*` answers. An account on legacy CSAT only may refuse it, or list nothing (see
        `legacy_ratings` of `make_account`).
    forms : {"open", "forbidden", "not_found"}
        What `/ticket_forms` answers, which not all plans have.
    legacy_rows : {"per_ticket", "per_state"}
        Whether `/satisfaction_ratings` lists one row per ticket, or one per state of it (offered, bad, good).
    legacy_start_time : {"updated", "created"}
        Whether its `start_time` filters by `updated_at` or by `created_at`.
    no_reason_text : str, optional
        The text of reason code 0 in the account's language. If it is given, low ratings without a reason name
        it; otherwise their reason is null.
    reason_codes : bool
        Whether rows of `/satisfaction_ratings` have `reason_code` besides `reason_id`.
    time_zone, iana_time_zone : str, optional
        Of the signed-in user, in place of the usual ones.
    second_time_field : bool
        Whether an inactive ticket field with the title of the Time Tracking app comes before the active one.
    """

    guide: Literal["open", "forbidden", "not_found"] = "open"
    forms: Literal["open", "forbidden", "not_found"] = "open"
    legacy_rows: Literal["per_ticket", "per_state"] = "per_ticket"
    legacy_start_time: Literal["updated", "created"] = "updated"
    no_reason_text: str | None = None
    reason_codes: bool = False
    time_zone: str | None = None
    iana_time_zone: str | None = None
    second_time_field: bool = False
