"""The Guide endpoints of the stand-in: surveys and the responses to them."""

from __future__ import annotations

import numpy as np

from . import paging
from .endpoints import Asked
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
    order = _sorted(asked, asked.account.indexes.response_order)
    rows = order[_matches(asked, order)]
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


def _sorted(asked: Asked, ascending: np.ndarray) -> np.ndarray:
    direction = asked.arguments.get("sort", "-id")
    if direction not in ("id", "-id"):
        raise bad_request("InvalidSort", "sort must be id or -id")
    return ascending if direction == "id" else ascending[::-1]


def _matches(asked: Asked, order: np.ndarray) -> np.ndarray:
    responses, arguments = asked.account.responses[order], asked.arguments
    offered_ms = responses["offered_ms"]
    start = paging.integer(arguments, "filter[created_at_start]", default=0)
    end = paging.integer(arguments, "filter[created_at_end]", default=1 << 62)
    found = (offered_ms >= start) & (offered_ms <= end)
    if "page[after]" in arguments:
        found &= _beyond(arguments["page[after]"], responses, ascending=arguments.get("sort") == "id")
    if "filter[responder_ids]" in arguments:
        numbers = filter(str.isdecimal, arguments["filter[responder_ids]"].split(","))
        positions = [position_of("user", int(number)) or 0 for number in numbers]
        found &= np.isin(responses["requester"], np.array(positions, int) - STAFF)
    if "filter[subject_zrns]" in arguments:
        found &= _about(arguments["filter[subject_zrns]"].split(","), asked, order)
    return found


def _beyond(cursor: str, responses: np.ndarray, *, ascending: bool) -> np.ndarray:
    parts = ulid_parts(cursor)
    if parts is None:
        raise bad_request("InvalidCursor", "page[after] is not valid")
    milliseconds, high, low = responses["offered_ms"], responses["random_high"], responses["random_low"]
    same_time, same_high = milliseconds == parts[0], high == np.uint64(parts[1])
    if ascending:
        return (milliseconds > parts[0]) | same_time & ((high > parts[1]) | same_high & (low > parts[2]))
    return (milliseconds < parts[0]) | same_time & ((high < parts[1]) | same_high & (low < parts[2]))


def _about(zrns: list[str], asked: Asked, order: np.ndarray) -> np.ndarray:
    tickets = asked.account.responses["ticket"][order]
    numbers = [zrn.removeprefix("zen:ticket:") for zrn in zrns]
    found = np.isin(tickets, [int(number) - 1 for number in numbers if number.isdecimal()])
    talks = np.flatnonzero(tickets == NOBODY)
    responses = asked.account.indexes.responses_at(order[talks])
    found[talks] = [subject(response)["zrn"] in zrns for response in responses]
    return found
