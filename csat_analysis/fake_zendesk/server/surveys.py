"""Endpoints of the survey and of the responses to it, which belong to Zendesk's Guide API."""

from __future__ import annotations

import numpy as np

from ..account import Account
from ..account.identifiers import UlidParts, parse_ulid, position_of
from ..account.people import STAFF
from ..account.records import NOBODY, Response
from . import paging, survey_bodies
from .errors import bad_request, not_found
from .json_values import JSON
from .request import ApiRequest


def list_surveys(request: ApiRequest, locale: str) -> JSON:
    """Return the one survey at its current version."""
    survey = survey_bodies.survey_body(request.account.survey)
    meta = {"after_cursor": survey["id"], "before_cursor": survey["id"], "has_more": False}
    return {"meta": meta, "surveys": [survey]}


def list_survey_responses(request: ApiRequest) -> JSON:
    """Return responses, answered or not, newest first unless `sort=id`.

    Filters: time of the offer, subjects, responders.
    """
    account = request.account
    rows = _find_rows(request)
    size = paging.list_page_size(request.arguments)
    page = [_response_body(account, response) for response in account.tables.responses_at(rows[:size])]
    meta = {"after_cursor": page[-1]["id"], "before_cursor": page[0]["id"]} if page else {}
    return {"meta": meta | {"has_more": len(rows) > size}, "survey_responses": page}


def show_survey_response(request: ApiRequest, locale: str, response_id: str) -> JSON:
    """Return one response with its full questions; the locale changes nothing, as all texts are static."""
    account = request.account
    parts = parse_ulid(response_id)
    row = None if parts is None else account.indexes.find_response(parts)
    if row is None:
        raise not_found(guide=True)
    response = account.tables.response_at(row)
    comment = account.comment_of(response)
    return {
        "survey_response": survey_bodies.detailed_response_body(account.survey, response, comment=comment)
    }


def _response_body(account: Account, response: Response) -> JSON:
    return survey_bodies.response_body(account.survey, response, comment=account.comment_of(response))


def _find_rows(request: ApiRequest) -> np.ndarray:
    """Return rows of all responses that this and the following pages show, in their order."""
    arguments = request.arguments
    is_ascending = _is_ascending(request)
    cursor = _parse_cursor(arguments["page[after]"]) if "page[after]" in arguments else None
    rows = request.account.indexes.responses_between(
        paging.integer(arguments, "filter[created_at_start]", default=0),
        paging.integer(arguments, "filter[created_at_end]", default=1 << 62),
        after=cursor if is_ascending else None,
        before=None if is_ascending else cursor,
    )
    if "filter[responder_ids]" in arguments:
        rows = rows[_is_from(arguments["filter[responder_ids]"].split(","), request.account, rows)]
    if "filter[subject_zrns]" in arguments:
        rows = rows[_is_about(set(arguments["filter[subject_zrns]"].split(",")), request.account, rows)]
    return rows if is_ascending else rows[::-1]


def _is_ascending(request: ApiRequest) -> bool:
    direction = request.arguments.get("sort", "-id")
    if direction not in ("id", "-id"):
        raise bad_request("InvalidSort", "sort must be id or -id")
    return direction == "id"


def _parse_cursor(text: str) -> UlidParts:
    parts = parse_ulid(text)
    if parts is None:
        raise bad_request("InvalidCursor", "page[after] is not valid")
    return parts


def _is_from(numbers: list[str], account: Account, rows: np.ndarray) -> np.ndarray:
    positions = [position_of("user", int(number)) or 0 for number in numbers if number.isdecimal()]
    requesters = account.tables.responses["requester"][rows]
    return np.isin(requesters, np.array(positions, int) - STAFF)


def _is_about(zrns: set[str], account: Account, rows: np.ndarray) -> np.ndarray:
    tickets = account.tables.responses["ticket"][rows]
    numbers = [zrn.removeprefix("zen:ticket:") for zrn in zrns]
    found = np.isin(tickets, [int(number) - 1 for number in numbers if number.isdecimal()])
    if any(zrn.startswith("zen:conversation:") for zrn in zrns):
        conversations = np.flatnonzero(tickets == NOBODY)
        responses = account.tables.responses_at(rows[conversations])
        found[conversations] = [survey_bodies.subject(response)["zrn"] in zrns for response in responses]
    return found
