"""Agents, groups, brands, forms, organizations and ticket fields: one object as one row.

Each function raises UnexpectedShape if the id cannot be read and adds what else cannot be read to `problems`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from .values import Json, Problems, Row, flag, integer, items, mapping, require_integer, text

STAFF_ROLES = ("agent", "admin")


def flatten_agent(body: Json, problems: Problems | None = None) -> Row:
    """Return one user object as a row of agents; a user who is no longer agent or admin is not active."""
    problems = [] if problems is None else problems
    agent_id = require_integer(body, "id", "user")
    role = text(body.get("role"), "role", problems)
    active = flag(body.get("active"), "active", problems, missing=True)
    return {
        "agent_id": agent_id,
        "name": text(body.get("name"), "name", problems) or None,
        "role": role,
        "default_group_id": integer(body.get("default_group_id"), "default_group_id", problems),
        "is_active": active and (role is None or role in STAFF_ROLES),
    }


def flatten_group(body: Json, problems: Problems | None = None) -> Row:
    """Return one group object as a row of groups."""
    problems = [] if problems is None else problems
    return {
        "group_id": require_integer(body, "id", "group"),
        "name": text(body.get("name"), "name", problems),
        "is_deleted": flag(body.get("deleted"), "deleted", problems, missing=False),
    }


def flatten_brand(body: Json, problems: Problems | None = None) -> Row:
    """Return one brand object as a row of brands."""
    problems = [] if problems is None else problems
    return {
        "brand_id": require_integer(body, "id", "brand"),
        "name": text(body.get("name"), "name", problems),
        "subdomain": text(body.get("subdomain"), "subdomain", problems),
        "is_active": flag(body.get("active"), "active", problems, missing=True),
    }


def flatten_form(body: Json, problems: Problems | None = None) -> Row:
    """Return one ticket form object as a row of ticket_forms."""
    problems = [] if problems is None else problems
    return {
        "ticket_form_id": require_integer(body, "id", "ticket form"),
        "name": text(body.get("name"), "name", problems),
        "is_active": flag(body.get("active"), "active", problems, missing=True),
    }


def flatten_organization(body: Json, problems: Problems | None = None) -> Row:
    """Return one organization object as a row of organizations; of all that it holds only the name is kept."""
    problems = [] if problems is None else problems
    return {
        "organization_id": require_integer(body, "id", "organization"),
        "name": text(body.get("name"), "name", problems),
    }


def flatten_field(body: Json, problems: Problems | None = None) -> Row:
    """Return one ticket field object as a row of ticket_fields."""
    problems = [] if problems is None else problems
    field_id = require_integer(body, "id", "ticket field")
    options = _options(body, problems)
    return {
        "field_id": field_id,
        "title": text(body.get("title"), "title", problems),
        "type": text(body.get("type"), "type", problems),
        "options": json.dumps(options, ensure_ascii=False) if options else None,
        "is_active": flag(body.get("active"), "active", problems, missing=True),
    }


def with_former_options(fields: Iterable[Row], stored: Iterable[Row]) -> list[Row]:
    """Return rows of ticket_fields that keep the names of options that were deleted: tickets keep their values.

    stored: rows of the same table with their options.
    """
    known = {row["field_id"]: row["options"] for row in stored}
    return [row | {"options": _join_options(known.get(row["field_id"]), row["options"])} for row in fields]


def _join_options(former: str | None, present: str | None) -> str | None:
    if former is None or former == present:
        return present
    options = json.loads(former) | json.loads(present or "{}")
    return json.dumps(options, ensure_ascii=False)


def _options(body: Json, problems: Problems) -> dict[str, str | None]:
    """Return stored value -> name of a drop-down field."""
    options = {}
    for option in items(body.get("custom_field_options"), "custom_field_options", problems):
        option = mapping(option, "option", problems)
        value = text(option.get("value"), "option value", problems)
        if value is None:
            problems.append("option without value")
        else:
            options[value] = text(option.get("name"), "option name", problems)
    return options
