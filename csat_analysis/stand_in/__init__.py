"""A stand-in for Zendesk: a synthetic account with a known truth, and a local server that speaks its API.

    account = make_account(tickets=400, now=datetime(2026, 11, 23, 6, tzinfo=UTC))
    with serving(account) as url:            # http://127.0.0.1:PORT, open to the constants below
        ...                                  # pull, then compare with account.truth.ratings

It shares no code with the client, or a misreading of Zendesk would hide in both.
"""

from . import faults
from .access import (
    ADMIN_OAUTH_TOKEN,
    AGENT_OAUTH_TOKEN,
    API_TOKEN,
    CLIENT_ID,
    CLIENT_SECRET,
    EMAIL,
    REFRESH_TOKEN,
)
from .account import Account, Call, make_account
from .apart import Apart, serving_apart
from .limits import RECORDED_LIMITS
from .server import create_app, serving

__all__ = [
    "ADMIN_OAUTH_TOKEN",
    "AGENT_OAUTH_TOKEN",
    "API_TOKEN",
    "CLIENT_ID",
    "CLIENT_SECRET",
    "EMAIL",
    "RECORDED_LIMITS",
    "REFRESH_TOKEN",
    "Account",
    "Apart",
    "Call",
    "create_app",
    "faults",
    "make_account",
    "serving",
    "serving_apart",
]
