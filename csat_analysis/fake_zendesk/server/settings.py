"""Endpoints of what an administrator has set up: groups, brands, ticket forms and fields."""

from __future__ import annotations

from . import settings_bodies
from .errors import forbidden, not_found
from .json_values import JSON
from .request import ApiRequest


def list_groups(request: ApiRequest) -> JSON:
    """Return all groups."""
    return request.list_page("groups", settings_bodies.group_bodies(request.account.founded))


def list_brands(request: ApiRequest) -> JSON:
    """Return all brands."""
    return request.list_page("brands", settings_bodies.brand_bodies(request.account.founded))


def list_ticket_forms(request: ApiRequest) -> JSON:
    """Return all ticket forms, if the plan has forms."""
    if request.variant.forms == "forbidden":
        raise forbidden(guide=False)
    if request.variant.forms == "not_found":
        raise not_found()
    return request.list_page("ticket_forms", settings_bodies.ticket_form_bodies(request.account.founded))


def list_ticket_fields(request: ApiRequest) -> JSON:
    """Return all ticket fields."""
    fields = settings_bodies.ticket_field_bodies(
        request.account.founded, second_time_field=request.variant.second_time_field
    )
    return request.list_page("ticket_fields", fields)
