"""Users and their organizations as Zendesk's JSON."""

from __future__ import annotations

from ..account import texts
from ..account.identifiers import id_or_null, zendesk_id
from ..account.people import ADMIN, ADMIN_EMAIL, STAFF, agent_name, customer_name
from ..account.records import NOBODY, Customer
from .json_values import JSON, SITE, iso

DELETED_CUSTOMERS_EVERY = 997
_LOCALES = ("en-US", "de", "es", "pl", "ar", "he", "zh-CN", "ja")
_TIME_ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kolkata", "UTC")

# fields that most users share
_USER_DEFAULTS: JSON = {
    "alias": None,
    "custom_role_id": None,
    "default_group_id": None,
    "details": None,
    "external_id": None,
    "is_billing_admin": None,
    "last_login_at": None,
    "locale": "en-US",
    "locale_id": 1,
    "moderator": False,
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
    "two_factor_auth_enabled": None,
    "user_fields": {},
    "verified": False,
}


def agent_body(position: int, *, founded: int) -> JSON:
    """Return an agent, or the administrator."""
    is_admin = position == ADMIN
    group = 0 if is_admin else texts.AGENTS[position][1]
    name = agent_name(position)
    return _user_body(position, name=name, created=founded, active=True) | {
        "custom_role_id": zendesk_id("role", 1 if is_admin else 0),
        "alias": None if position % 3 else name.split()[0],
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
        "verified": True,
    }


def departed_agent_body(position: int, *, founded: int, left: int) -> JSON:
    """Return a former agent, who has been an inactive end user since `left`."""
    body = _user_body(position, name=agent_name(position), created=founded, active=False)
    return body | {"email": f"agent{position}@example.com", "updated_at": iso(left)}


def customer_body(position: int, customer: Customer) -> JSON:
    """Return a customer; `position` counts the staff too."""
    active = position % DELETED_CUSTOMERS_EVERY != 0
    body = _user_body(position, name=customer_name(customer), created=customer.created, active=active)
    return body | {
        "organization_id": id_or_null("organization", customer.organization),
        "tags": [] if customer.organization == NOBODY else ["business"],
        "locale": _LOCALES[position % len(_LOCALES)],
        "locale_id": 1 + position % len(_LOCALES),
    }


def organization_body(position: int, name: str, *, founded: int) -> JSON:
    """Return an organization of customers."""
    number = zendesk_id("organization", position)
    return {
        "created_at": iso(founded),
        "details": None,
        "domain_names": [f"customer{position}.example.com"],
        "external_id": None,
        "group_id": None,
        "id": number,
        "name": name,
        "notes": None,
        "organization_fields": {},
        "shared_comments": False,
        "shared_tickets": False,
        "tags": [],
        "updated_at": iso(founded),
        "url": f"{SITE}/api/v2/organizations/{number}.json",
    }


def _user_body(position: int, *, name: str, created: int, active: bool) -> JSON:
    number = zendesk_id("user", position)
    time_zone = _TIME_ZONES[position % len(_TIME_ZONES)]
    body = _USER_DEFAULTS | {
        "active": active,
        "created_at": iso(created),
        "email": f"customer{position}@example.com",
        "iana_time_zone": time_zone,
        "id": number,
        "name": name,
        "time_zone": time_zone,
        "updated_at": iso(created),
        "url": f"{SITE}/api/v2/users/{number}.json",
    }
    return body if active else body | {"permanently_deleted": False}


ANONYMOUS = _user_body(STAFF, name="Anonymous user", created=0, active=False) | {
    "created_at": None,
    "email": "invalid@example.com",
    "id": None,
    "updated_at": None,
    "url": None,
}
