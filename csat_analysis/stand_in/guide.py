"""The Guide endpoints of the stand-in: surveys and the responses to them."""

from __future__ import annotations

import numpy as np

from . import paging
from .endpoints import Asked
from .indexes import Ulid
from .people import JSON, STAFF
from .records import NOBODY, Response, position_of
from .refusals import bad_request, not_found
from .surveys import subject, ulid_parts

DEFAULT_PAGE = 30  # of Guide's lists; 50 were recorded, more than 100 are refused


def list_surveys(asked: Asked, locale: str) -> JSON:
    """The one survey at its current version."""
    survey = asked.account.survey.body()
    return {
        "meta": {"after_cursor": survey["id"], "before_cursor": survey["id"], "has_more": False},
        "surveys": [survey],
    }


def list_survey_responses(asked: Asked) -> JSON:
    """Responses, answered or not, newest first unless `sort=id`; filtered by offer, subject, responder."""
    rows = _wanted(asked)
    size = _page_size(asked)
    page = [_body(asked, response) for response in asked.account.indexes.responses_at(rows[:size])]
    meta = {"after_cursor": page[-1]["id"], "before_cursor": page[0]["id"]} if page else {}
    return {"meta": meta | {"has_more": len(rows) > size}, "survey_responses": page}


def show_survey_response(asked: Asked, locale: str, response_id: str) -> JSON:
    """One response with full questions; the locale changes nothing, all texts are static."""
    account, parts = asked.account, ulid_parts(response_id)
    row = None if parts is None else account.indexes.find_response(parts)
    if row is None:
        raise not_found(guide=True)
    response = account.indexes.responses_at(np.array([row]))[0]
    body = account.survey.detailed_response_body(
        response, customer=STAFF + response.requester, comment=account.comment_of(response)
    )
    return {"survey_response": body}


def _body(asked: Asked, response: Response) -> JSON:
    comment = asked.account.comment_of(response)
    return asked.account.survey.response_body(response, customer=STAFF + response.requester, comment=comment)


def _page_size(asked: Asked) -> int:
    return paging.list_page_size(asked.arguments) if "page[size]" in asked.arguments else DEFAULT_PAGE


def _wanted(asked: Asked) -> np.ndarray:
    """Rows of all responses that this and the following pages show, in their order."""
    arguments, is_ascending = asked.arguments, _is_ascending(asked)
    cursor = _cursor(arguments["page[after]"]) if "page[after]" in arguments else None
    rows = asked.account.indexes.responses_between(
        paging.integer(arguments, "filter[created_at_start]", default=0),
        paging.integer(arguments, "filter[created_at_end]", default=1 << 62),
        after=cursor if is_ascending else None,
        before=None if is_ascending else cursor,
    )
    if "filter[responder_ids]" in arguments:
        rows = rows[_from(arguments["filter[responder_ids]"].split(","), asked, rows)]
    if "filter[subject_zrns]" in arguments:
        rows = rows[_about(set(arguments["filter[subject_zrns]"].split(",")), asked, rows)]
    return rows if is_ascending else rows[::-1]


def _is_ascending(asked: Asked) -> bool:
    direction = asked.arguments.get("sort", "-id")
    if direction not in ("id", "-id"):
        raise bad_request("InvalidSort", "sort must be id or -id")
    return direction == "id"


def _cursor(text: str) -> Ulid:
    parts = ulid_parts(text)
    if parts is None:
        raise bad_request("InvalidCursor", "page[after] is not valid")
    return parts


def _from(numbers: list[str], asked: Asked, rows: np.ndarray) -> np.ndarray:
    positions = [position_of("user", int(number)) or 0 for number in numbers if number.isdecimal()]
    return np.isin(asked.account.responses["requester"][rows], np.array(positions, int) - STAFF)


def _about(zrns: set[str], asked: Asked, rows: np.ndarray) -> np.ndarray:
    tickets = asked.account.responses["ticket"][rows]
    numbers = [zrn.removeprefix("zen:ticket:") for zrn in zrns]
    found = np.isin(tickets, [int(number) - 1 for number in numbers if number.isdecimal()])
    if any(zrn.startswith("zen:conversation:") for zrn in zrns):
        talks = np.flatnonzero(tickets == NOBODY)
        found[talks] = [
            subject(response)["zrn"] in zrns for response in asked.account.indexes.responses_at(rows[talks])
        ]
    return found
