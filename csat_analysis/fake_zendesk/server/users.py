"""Endpoints of users."""

from __future__ import annotations

import numpy as np

from ..account import Account
from ..account.identifiers import position_of
from ..account.people import ADMIN, STAFF
from .errors import bad_request
from .json_type import JSON
from .paging import LazyList
from .request import ApiRequest
from .user_bodies import ANONYMOUS, agent_body, customer_body

MAX_SHOWN_MANY = 100


def show_me(request: ApiRequest) -> JSON:
    """Return the caller; Zendesk answers an anonymous user, with status 200, when there are no credentials."""
    if request.caller is None:
        return {"user": ANONYMOUS}
    return {"user": _user_body(request.account, request.caller.user)}


def list_users(request: ApiRequest) -> JSON:
    """Return all users, or those of the `role[]`s."""
    roles = request.arguments.getlist("role[]")
    positions = np.arange(STAFF + len(request.account.tables.customers))
    if roles:
        positions = positions[np.isin(_roles_of(positions), roles)]
    return request.list_page("users", LazyList(positions, lambda row: _user_body(request.account, row)))


def show_many_users(request: ApiRequest) -> JSON:
    """Return the users with the `ids` (at most 100); unknown ids are left out."""
    count = STAFF + len(request.account.tables.customers)
    positions = [position_of("user", number) for number in _ids(request)]
    found = [position for position in positions if position is not None and position < count]
    users = [_user_body(request.account, position) for position in found]
    return {"count": len(users), "next_page": None, "previous_page": None, "users": users}


def _roles_of(positions: np.ndarray) -> np.ndarray:
    return np.select([positions < ADMIN, positions == ADMIN], ["agent", "admin"], "end-user")


def _user_body(account: Account, position: int) -> JSON:
    if position < STAFF:
        return agent_body(position, founded=account.founded, left=account.agent_left)
    return customer_body(position, account.tables.customer_at(position - STAFF))


def _ids(request: ApiRequest) -> list[int]:
    texts = request.arguments.get("ids", "").split(",")
    if len(texts) > MAX_SHOWN_MANY:
        raise bad_request("TooManyIds", f"ids must be at most {MAX_SHOWN_MANY}")
    return [int(text) for text in texts if text.strip().isdecimal()]
