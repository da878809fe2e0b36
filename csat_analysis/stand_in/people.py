"""Who and what is there before the first ticket: staff, customers, groups, brands, fields and statuses.

Each is rendered as Zendesk's JSON object. Staff come first among the users: the agents of `words.AGENTS`,
then the administrator.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from . import words
from .records import NO_TEXT, NOBODY, id_or_null, iso, zendesk_id

JSON = dict[str, Any]

SITE = "https://stand-in.example"  # .example can never be a real account (RFC 2606)
ADMIN = len(words.AGENTS)  # position of the administrator among the users
STAFF = ADMIN + 1  # so many users are staff, the others are customers
ADMIN_EMAIL = "admin@example.com"
DELETED_AGENT = 25  # left half way through the history and was deleted; the ratings stay
SHARED_AGENT = 9  # works in two groups:
SHARED_GROUPS = (1, 2)
DELETED_CUSTOMERS_EVERY = 997

BRANDS = ("Nordwind", "Nordwind Outlet")
STATUS_LABELS = (  # custom statuses: category, label, is the category's default
    ("new", "New", True),
    ("open", "Open", True),
    ("pending", "Pending", True),
    ("hold", "On-hold", True),
    ("solved", "Solved", True),
    ("pending", "Waiting for warehouse", False),
)
TOPIC_FIELD, TOTAL_TIME_FIELD, LAST_TIME_FIELD, ORDER_FIELD, CONSENT_FIELD = range(100, 105)
FIELDS = (  # position, type, title
    (0, "subject", "Subject"),
    (1, "description", "Description"),
    (2, "status", "Status"),
    (3, "tickettype", "Type"),
    (4, "priority", "Priority"),
    (5, "group", "Group"),
    (6, "assignee", "Assignee"),
    (TOPIC_FIELD, "tagger", "Topic"),
    (TOTAL_TIME_FIELD, "integer", "Total time spent (sec)"),  # the titles of Zendesk's Time Tracking app
    (LAST_TIME_FIELD, "integer", "Time spent last update (sec)"),
    (ORDER_FIELD, "text", "Order number"),
    (CONSENT_FIELD, "checkbox", "Consent given"),
)
PRIORITY_OPTIONS = [{"name": name.title(), "value": name} for name in ("low", "normal", "high", "urgent")]

CUSTOMER = np.dtype(
    [("first", "i2"), ("last", "i2"), ("hostile", "i1"), ("organization", "i1"), ("created", "i8")]
)
_LOCALES = ("en-US", "de", "es", "pl", "ar", "he", "zh-CN", "ja")
_TIME_ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kolkata", "UTC")


def draw_customers(rng: np.random.Generator, count: int, *, founded: int) -> np.ndarray:
    """`count` rows of CUSTOMER, created on the first day; about one in 150 has a hostile name."""
    rows = np.zeros(count, CUSTOMER)
    rows["first"] = rng.integers(len(words.FIRST_NAMES), size=count)
    rows["last"] = rng.integers(len(words.LAST_NAMES), size=count)
    is_hostile = rng.random(count) < 1 / 150
    rows["hostile"] = np.where(is_hostile, rng.integers(len(words.HOSTILE_NAMES), size=count), NO_TEXT)
    rows["organization"] = np.where(
        rng.random(count) < 0.2, rng.integers(len(words.ORGANIZATIONS), size=count), -1
    )
    rows["created"] = founded + np.sort(rng.integers(1, 86400, size=count))
    return rows


def customer_name(customer: np.void) -> str:
    if customer["hostile"] >= 0:
        return words.HOSTILE_NAMES[customer["hostile"]]
    return f"{words.FIRST_NAMES[customer['first']]} {words.LAST_NAMES[customer['last']]}"


def agent_name(position: int) -> str:
    return "Ada Admin" if position == ADMIN else words.AGENTS[position][0]


def home_groups() -> np.ndarray:
    """The home group of every agent, by position."""
    return np.array([group for _, group in words.AGENTS])


def staff_updated(*, founded: int, left: int) -> np.ndarray:
    """When each member of staff was last changed: at the founding, or at deletion."""
    updated = np.full(STAFF, founded)
    updated[DELETED_AGENT] = left
    return updated


def roles_of(positions: np.ndarray) -> np.ndarray:
    """Zendesk's role of users by position: agent, admin or end-user."""
    return np.select([positions < ADMIN, positions == ADMIN], ["agent", "admin"], "end-user")


def agent_body(position: int, *, founded: int, left: int) -> JSON:
    """A member of staff as Zendesk's user object; `left` is when the deleted agent was deleted."""
    is_admin, is_deleted = position == ADMIN, position == DELETED_AGENT
    group = 0 if is_admin else words.AGENTS[position][1]
    body = _user_body(position, name=agent_name(position), created=founded, active=not is_deleted)
    body |= {
        "custom_role_id": zendesk_id("role", 1 if is_admin else 0),
        "alias": None if position % 3 else agent_name(position).split()[0],
        "default_group_id": zendesk_id("group", group),
        "email": ADMIN_EMAIL if is_admin else f"agent{position}@example.com",
        "is_billing_admin": is_admin,
        "last_login_at": iso(founded + 3600),
        "moderator": True,
        "report_csv": is_admin,
        "role": "admin" if is_admin else "agent",
        "role_type": 4 if is_admin else 0,
        "ticket_restriction": None,
        "two_factor_auth_enabled": False,
        "updated_at": iso(left if is_deleted else founded),
        "verified": True,
    }
    return body


def customer_body(position: int, customer: np.void) -> JSON:
    """An end user as Zendesk's user object; `position` counts the staff too."""
    active = position % DELETED_CUSTOMERS_EVERY != 0
    body = _user_body(position, name=customer_name(customer), created=int(customer["created"]), active=active)
    organization = int(customer["organization"])
    return body | {
        "organization_id": id_or_null("organization", organization),
        "tags": [] if organization == NOBODY else ["business"],
        "locale": _LOCALES[position % len(_LOCALES)],
        "locale_id": 1 + position % len(_LOCALES),
    }


def _user_body(position: int, *, name: str, created: int, active: bool) -> JSON:
    number = zendesk_id("user", position)
    time_zone = _TIME_ZONES[position % len(_TIME_ZONES)]
    body = {
        "active": active,
        "alias": None,
        "created_at": iso(created),
        "custom_role_id": None,
        "default_group_id": None,
        "details": None,
        "email": f"customer{position}@example.com",
        "external_id": None,
        "iana_time_zone": time_zone,
        "id": number,
        "is_billing_admin": None,
        "last_login_at": None,
        "locale": "en-US",
        "locale_id": 1,
        "moderator": False,
        "name": name,
        "notes": None,
        "only_private_comments": False,
        "organization_id": None,
        "phone": None,
        "photo": None,
        "report_csv": False,
        "restricted_agent": False,
        "role": "end-user",
        "role_type": None,
        "shared": False,
        "shared_agent": False,
        "shared_phone_number": None,
        "signature": None,
        "suspended": False,
        "suspension_details": None,
        "tags": [],
        "ticket_restriction": "requested",
        "time_zone": time_zone,
        "two_factor_auth_enabled": None,
        "updated_at": iso(created),
        "url": f"{SITE}/api/v2/users/{number}.json",
        "user_fields": {},
        "verified": False,
    }
    return body if active else body | {"permanently_deleted": False}


ANONYMOUS = _user_body(STAFF, name="Anonymous user", created=0, active=False) | {
    "created_at": None,
    "email": "invalid@example.com",
    "id": None,
    "updated_at": None,
    "url": None,
}


def group_bodies(founded: int) -> list[JSON]:
    """All groups, the first one the account's default."""
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
        for position, name in enumerate(words.GROUPS)
    ]


def brand_bodies(founded: int) -> list[JSON]:
    """Both brands, the first one the account's default."""
    return [
        {
            "active": True,
            "brand_url": SITE,
            "created_at": iso(founded),
            "default": position == 0,
            "has_help_center": True,
            "help_center_state": "restricted",
            "host_mapping": None,
            "id": zendesk_id("brand", position),
            "is_deleted": False,
            "logo": None,
            "name": name,
            "signature_template": "{{agent.signature}}",
            "subdomain": name.lower().replace(" ", "-"),
            "ticket_form_ids": [zendesk_id("form", 0)],
            "updated_at": iso(founded),
            "url": f"{SITE}/api/v2/brands/{zendesk_id('brand', position)}.json",
        }
        for position, name in enumerate(BRANDS)
    ]


def custom_status_bodies(founded: int) -> list[JSON]:
    """One default status per category, and one of the account's own."""
    return [
        {
            "active": True,
            "agent_label": label,
            "created_at": iso(founded),
            "default": is_default,
            "description": f"The ticket is {label.lower()}",
            "end_user_description": f"Your request is {label.lower()}",
            "end_user_label": label,
            "id": zendesk_id("status", position),
            "raw_agent_label": f"{{{{zd.status_{category}}}}}" if is_default else label,
            "raw_description": f"{{{{zd.status_{category}_description}}}}" if is_default else label,
            "raw_end_user_description": f"{{{{zd.status_end_user_{category}_description}}}}",
            "raw_end_user_label": f"{{{{zd.status_end_user_{category}}}}}" if is_default else label,
            "status_category": category,
            "updated_at": iso(founded),
            "url": f"{SITE}/api/v2/custom_statuses/{zendesk_id('status', position)}.json",
        }
        for position, (category, label, is_default) in enumerate(STATUS_LABELS)
    ]


def ticket_field_bodies(founded: int) -> list[JSON]:
    """System fields, the Topic dropdown, the two Time Tracking fields, a text and a checkbox field."""
    return [_field_body(*field, place=place, founded=founded) for place, field in enumerate(FIELDS)]


def _field_body(position: int, kind: str, title: str, *, place: int, founded: int) -> JSON:
    number = zendesk_id("field", position)
    body = {
        "active": True,
        "agent_can_edit": True,
        "agent_description": None,
        "collapsed_for_agents": False,
        "created_at": iso(founded),
        "description": title,
        "editable_in_portal": False,
        "id": number,
        "key": None,
        "position": place,
        "raw_agent_description": None,
        "raw_description": title,
        "raw_title": title,
        "raw_title_in_portal": title,
        "regexp_for_validation": r"\A[-+]?\d+\z" if kind == "integer" else None,
        "removable": position >= TOPIC_FIELD,
        "required": False,
        "required_in_portal": False,
        "tag": "consent_given" if kind == "checkbox" else None,
        "title": title,
        "title_in_portal": title,
        "type": kind,
        "updated_at": iso(founded),
        "url": f"{SITE}/api/v2/ticket_fields/{number}.json",
        "visible_in_portal": kind in ("subject", "description", "priority"),
    }
    if kind == "priority":
        return body | {"sub_type_id": 0, "system_field_options": PRIORITY_OPTIONS}
    return body | {"custom_field_options": _topic_options()} if kind == "tagger" else body


def _topic_options() -> list[JSON]:
    names = {tag: name for topics in words.TOPICS for name, tag, _ in topics}
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
