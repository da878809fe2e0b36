"""Odd values in one row, as some accounts send them: functions for `faults.change_rows` and `faults.change_tickets`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

JSON = dict[str, Any]
RowChange = Callable[[JSON], None]


def _set(name: str, value: Any) -> RowChange:
    def change(row: JSON) -> None:
        row[name] = value

    return change


def _answer_of(response: JSON, kind: str) -> JSON | None:
    return next((answer for answer in response["answers"] if answer["type"] == kind), None)


def _replace_answer(response: JSON, kind: str, **value: Any) -> None:
    """Give an answered response another answer to its question of one type."""
    if not response["answers"]:
        return
    stamps = {name: response["answers"][0][name] for name in ("created_at", "updated_at")}
    others = [answer for answer in response["answers"] if answer["question"]["type"] != kind]
    question = {"id": f"01M-{kind}", "type": kind}
    response["answers"] = [*others, stamps | {"question": question, "type": kind, **value}]


def _set_comment_null(response: JSON) -> None:
    _replace_answer(response, "open_ended", value=None)


def _set_reason_text(response: JSON) -> None:
    """Give the response a reason in the customer's own words, without an option."""
    _replace_answer(response, "closed_ended", selections=[{"type": "other", "value": "wet parcel"}])


def _set_rating_decimal(response: JSON) -> None:
    answer = _answer_of(response, "rating_scale")
    if answer:
        answer["rating"] = float(answer["rating"])


def _set_channel_number(ticket: JSON) -> None:
    ticket["via"]["channel"] = 23


def _add_tag_with_blank(ticket: JSON) -> None:
    ticket["tags"] = [*ticket["tags"], "two words"]


def _set_metrics_decimal(ticket: JSON) -> None:
    for durations in (ticket.get("metric_set") or {}).values():
        if isinstance(durations, dict):
            durations.update({clock: value and float(value) for clock, value in durations.items()})


def _set_solved_empty(ticket: JSON) -> None:
    if ticket.get("metric_set"):
        ticket["metric_set"]["solved_at"] = ""


def _write_times_as_text(decimals: bool) -> RowChange:
    def change(ticket: JSON) -> None:
        for name in ("custom_fields", "fields"):
            for field in ticket[name]:
                if isinstance(field["value"], int) and not isinstance(field["value"], bool):
                    field["value"] = f"{field['value']}.0" if decimals else str(field["value"])

    return change


ODD_RESPONSES = {
    "comment null": _set_comment_null,
    "reason without an option": _set_reason_text,
    "responder anonymous": _set("responder_id", "anonymous"),
    "responder empty": _set("responder_id", ""),
    "rating a decimal": _set_rating_decimal,
    "expiry empty": _set("expires_at", ""),
}
ODD_TICKETS = {
    "channel a number": _set_channel_number,
    "tag with a blank": _add_tag_with_blank,
    "subject a number": _set("subject", 7),
    "metrics decimals": _set_metrics_decimal,
    "solved_at empty": _set_solved_empty,
    "time spent as text": _write_times_as_text(decimals=False),
    "time spent as decimal text": _write_times_as_text(decimals=True),
}
