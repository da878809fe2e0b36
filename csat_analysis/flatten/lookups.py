"""The look-ups: agents, groups, brands and ticket fields, one object as one row."""

from __future__ import annotations

import json

from .values import Json, Row, flag, identifier, integer, items, need, text


def flatten_agent(body: Json) -> Row:
    """One user object as a row of agents."""
    return {
        "agent_id": integer(need(body, "id", "user"), "user id"),
        "name": text(body.get("name"), "name") or None,
        "role": text(body.get("role"), "role"),
        "default_group_id": identifier(body.get("default_group_id"), "default_group_id"),
        "is_active": flag(body.get("active"), "active", missing=True),
    }


def flatten_group(body: Json) -> Row:
    """One group object as a row of groups."""
    return {
        "group_id": integer(need(body, "id", "group"), "group id"),
        "name": text(body.get("name"), "name"),
        "is_deleted": flag(body.get("deleted"), "deleted", missing=False),
    }


def flatten_brand(body: Json) -> Row:
    """One brand object as a row of brands."""
    return {
        "brand_id": integer(need(body, "id", "brand"), "brand id"),
        "name": text(body.get("name"), "name"),
        "subdomain": text(body.get("subdomain"), "subdomain"),
        "is_active": flag(body.get("active"), "active", missing=True),
    }


def flatten_field(body: Json) -> Row:
    """One ticket field object as a row of ticket_fields."""
    choices = items(body.get("custom_field_options"), "custom_field_options")
    options = {text(need(one, "value", "option"), "value"): text(one.get("name"), "name") for one in choices}
    return {
        "field_id": integer(need(body, "id", "ticket field"), "field id"),
        "title": text(body.get("title"), "title"),
        "type": text(body.get("type"), "type"),
        "options": json.dumps(options, ensure_ascii=False) if options else None,
        "is_active": flag(body.get("active"), "active", missing=True),
    }
