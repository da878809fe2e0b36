"""Endpoints of users and their organizations."""

from __future__ import annotations

import numpy as np

from ..account import Account
from ..account.identifiers import position_of
from ..account.people import ADMIN, STAFF
from .errors import bad_request
from .json_values import JSON
from .paging import LazyList
from .request import ApiRequest
from .user_bodies import ANONYMOUS, agent_body, customer_body, departed_agent_body, organization_body

MAX_SHOWN_MANY = 100


def show_me(request: ApiRequest) -> JSON:
    """Return the caller; Zendesk answers an anonymous user, with status 200, when there are no credentials."""
    if request.caller is None:
        return {"user": ANONYMOUS}
    user = user_body(request.account, request.caller.user)
    zones = {"time_zone": request.variant.time_zone, "iana_time_zone": request.variant.iana_time_zone}
    return {"user": user | {name: zone for name, zone in zones.items() if zone is not None}}


def list_users(request: ApiRequest) -> JSON:
    """Return all users, or those of the `role[]`s."""
    roles = request.arguments.getlist("role[]")
    positions = np.arange(STAFF + len(request.account.tables.customers))
    if roles:
        positions = positions[np.isin(_roles_of(positions, request.account), roles)]
    return request.list_page("users", LazyList(positions, lambda row: user_body(request.account, row)))


def show_many_users(request: ApiRequest) -> JSON:
    """Return the users with the `ids` (at most 100); unknown ids are left out."""
    count = STAFF + len(request.account.tables.customers)
    users = [user_body(request.account, position) for position in _positions(request, "user", count)]
    return {"count": len(users), "next_page": None, "previous_page": None, "users": users}


def show_many_organizations(request: ApiRequest) -> JSON:
    """Return the organizations with the `ids` (at most 100); unknown and deleted ones are left out."""
    names = request.account.organizations
    found = [
        organization_body(position, name, founded=request.account.founded)
        for position in _positions(request, "organization", len(names))
        if (name := names[position]) is not None
    ]
    return {"count": len(found), "next_page": None, "organizations": found, "previous_page": None}


def _roles_of(positions: np.ndarray, account: Account) -> np.ndarray:
    is_agent = (positions < ADMIN) & ~np.isin(positions, list(account.departed))
    return np.select([is_agent, positions == ADMIN], ["agent", "admin"], "end-user")


def user_body(account: Account, position: int) -> JSON:
    """Return a user by position."""
    if position in account.departed:
        return departed_agent_body(position, founded=account.founded, left=account.departed[position])
    if position < STAFF:
        return agent_body(position, founded=account.founded)
    return customer_body(position, account.tables.customer_at(position - STAFF))


def _positions(request: ApiRequest, kind: str, count: int) -> list[int]:
    """Return the positions behind the `ids` of one kind that exist."""
    positions = [position_of(kind, number) for number in _ids(request)]
    return [position for position in positions if position is not None and position < count]


def _ids(request: ApiRequest) -> list[int]:
    texts = request.arguments.get("ids", "").split(",")
    if len(texts) > MAX_SHOWN_MANY:
        raise bad_request("TooManyIds", f"ids must be at most {MAX_SHOWN_MANY}")
    return [int(text) for text in texts if text.strip().isdecimal()]
