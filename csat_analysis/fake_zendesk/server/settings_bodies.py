"""What an administrator has set up, as Zendesk's JSON: groups, brands, forms and ticket fields."""

from __future__ import annotations

from ..account import texts
from ..account.identifiers import zendesk_id
from .json_values import JSON, SITE, iso

BRANDS = ("Nordwind", "Nordwind Outlet")
TOPIC_FIELD, TOTAL_TIME_FIELD, LAST_TIME_FIELD, ORDER_FIELD, CONSENT_FIELD, OLD_TIME_FIELD = range(100, 106)
# the titles of Zendesk's Time Tracking app
TOTAL_TIME_TITLE = "Total time spent (sec)"
LAST_TIME_TITLE = "Time spent last update (sec)"
# position, type, title
FIELDS = (
    (0, "subject", "Subject"),
    (1, "description", "Description"),
    (2, "status", "Status"),
    (3, "tickettype", "Type"),
    (4, "priority", "Priority"),
    (5, "group", "Group"),
    (6, "assignee", "Assignee"),
    (TOPIC_FIELD, "tagger", "Topic"),
    (TOTAL_TIME_FIELD, "integer", TOTAL_TIME_TITLE),
    (LAST_TIME_FIELD, "integer", LAST_TIME_TITLE),
    (ORDER_FIELD, "text", "Order number"),
    (CONSENT_FIELD, "checkbox", "Consent given"),
)
PRIORITY_OPTIONS = [{"name": name.title(), "value": name} for name in ("low", "normal", "high", "urgent")]

# fields that all brands, and all ticket fields, share
_BRAND_DEFAULTS: JSON = {
    "active": True,
    "brand_url": SITE,
    "has_help_center": True,
    "help_center_state": "restricted",
    "host_mapping": None,
    "is_deleted": False,
    "logo": None,
    "signature_template": "{{agent.signature}}",
}
_FIELD_DEFAULTS: JSON = {
    "active": True,
    "agent_can_edit": True,
    "agent_description": None,
    "collapsed_for_agents": False,
    "editable_in_portal": False,
    "key": None,
    "raw_agent_description": None,
    "required": False,
    "required_in_portal": False,
}


def group_bodies(founded: int) -> list[JSON]:
    """Return all groups; the first one is the account's default."""
    return [
        {
            "created_at": iso(founded),
            "default": position == 0,
            "deleted": False,
            "description": "",
            "id": zendesk_id("group", position),
            "is_public": True,
            "name": name,
            "updated_at": iso(founded),
            "url": f"{SITE}/api/v2/groups/{zendesk_id('group', position)}.json",
        }
        for position, name in enumerate(texts.GROUPS)
    ]


def brand_bodies(founded: int) -> list[JSON]:
    """Return both brands; the first one is the account's default."""
    return [
        {
            **_BRAND_DEFAULTS,
            "created_at": iso(founded),
            "default": position == 0,
            "id": zendesk_id("brand", position),
            "name": name,
            "subdomain": name.lower().replace(" ", "-"),
            "ticket_form_ids": [zendesk_id("form", form) for form in range(len(texts.FORMS))],
            "updated_at": iso(founded),
            "url": f"{SITE}/api/v2/brands/{zendesk_id('brand', position)}.json",
        }
        for position, name in enumerate(BRANDS)
    ]


def ticket_form_bodies(founded: int) -> list[JSON]:
    """Return all ticket forms; the first one is the account's default, the last one is not active."""
    return [
        {
            "active": position < len(texts.FORMS) - 1,
            "agent_conditions": [],
            "created_at": iso(founded),
            "default": position == 0,
            "display_name": name,
            "end_user_conditions": [],
            "end_user_visible": True,
            "id": zendesk_id("form", position),
            "in_all_brands": True,
            "name": name,
            "position": position,
            "raw_display_name": name,
            "raw_name": name,
            "restricted_brand_ids": [],
            "ticket_field_ids": [zendesk_id("field", field) for field, *_ in FIELDS],
            "updated_at": iso(founded),
            "url": f"{SITE}/api/v2/ticket_forms/{zendesk_id('form', position)}.json",
        }
        for position, name in enumerate(texts.FORMS)
    ]


def ticket_field_bodies(founded: int, *, second_time_field: bool) -> list[JSON]:
    """Return system fields, the Topic dropdown, the two Time Tracking fields, a text and a checkbox field.

    second_time_field: an inactive field with the title of the first Time Tracking field comes before all.
    """
    fields = [_field_body(*field, place=place, founded=founded) for place, field in enumerate(FIELDS)]
    if not second_time_field:
        return fields
    old = _field_body(OLD_TIME_FIELD, "integer", TOTAL_TIME_TITLE, place=len(FIELDS), founded=founded)
    return [old | {"active": False}, *fields]


def _field_body(position: int, kind: str, title: str, *, place: int, founded: int) -> JSON:
    number = zendesk_id("field", position)
    titles = (
        "description",
        "raw_description",
        "raw_title",
        "raw_title_in_portal",
        "title",
        "title_in_portal",
    )
    return {
        **_FIELD_DEFAULTS,
        **dict.fromkeys(titles, title),
        **_options(kind),
        "created_at": iso(founded),
        "id": number,
        "position": place,
        "regexp_for_validation": r"\A[-+]?\d+\z" if kind == "integer" else None,
        "removable": position >= TOPIC_FIELD,
        "tag": "consent_given" if kind == "checkbox" else None,
        "type": kind,
        "updated_at": iso(founded),
        "url": f"{SITE}/api/v2/ticket_fields/{number}.json",
        "visible_in_portal": kind in ("subject", "description", "priority"),
    }


def _options(kind: str) -> JSON:
    """Return what only fields with options have."""
    if kind == "priority":
        return {"sub_type_id": 0, "system_field_options": PRIORITY_OPTIONS}
    return {"custom_field_options": _topic_options()} if kind == "tagger" else {}


def _topic_options() -> list[JSON]:
    names = {tag: name for topics in texts.TOPICS for name, tag, _ in topics}
    return [
        {
            "allow_solving": True,
            "default": False,
            "id": zendesk_id("option", position),
            "name": name,
            "raw_name": name,
            "value": tag,
        }
        for position, (tag, name) in enumerate(names.items())
    ]
