"""HTTP client for Zendesk: authentication, rate limits, retries, and lists page by page as raw JSON.

Credentials are only sent to the account's own host: redirects are not followed, and paging URLs are checked but
never requested. Every wait, request, response and list has a limit.

    client            the account: get, me, pages
    endpoints         the lists that are read, and how each of them is paged
    paging            a list must make progress
    envelopes         check the JSON around the data
    auth              API token, OAuth token, client credentials
    rate_limits       when to send, how long to wait
    transport         one request and its whole response
    connections       HTTP connections that another thread can end
    error_responses   an error response becomes an exception
    texts             the server's texts in error messages
    limits            the limits
    access_check      what the credentials can access
"""

from __future__ import annotations

from .auth import SCOPE, TOKEN_SECONDS
from .client import Zendesk
from .endpoints import (
    BRANDS,
    GROUPS,
    MAX_IDS_PER_CALL,
    ORGANIZATIONS_SHOW_MANY,
    SATISFACTION_RATINGS,
    SATISFACTION_REASONS,
    SURVEY_RESPONSES,
    TICKET_FIELDS,
    TICKET_FORMS,
    TICKETS,
    USERS,
    USERS_SHOW_MANY,
    Endpoint,
    Page,
    Paging,
    audits,
    ids_query,
    surveys,
)
from .limits import Limits

__all__ = [
    "BRANDS",
    "GROUPS",
    "MAX_IDS_PER_CALL",
    "ORGANIZATIONS_SHOW_MANY",
    "SATISFACTION_RATINGS",
    "SATISFACTION_REASONS",
    "SCOPE",
    "SURVEY_RESPONSES",
    "TICKETS",
    "TICKET_FIELDS",
    "TICKET_FORMS",
    "TOKEN_SECONDS",
    "USERS",
    "USERS_SHOW_MANY",
    "Endpoint",
    "Limits",
    "Page",
    "Paging",
    "Zendesk",
    "audits",
    "ids_query",
    "surveys",
]
