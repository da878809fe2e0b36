"""A fake Zendesk: a synthetic account, its ground truth, and a local server that implements Zendesk's API.

    account = make_account(tickets=400, now=datetime(2026, 11, 23, 6, tzinfo=UTC))
    with serving(account) as url:            # http://127.0.0.1:PORT, open to the credentials below
        ...                                  # pull, then compare with GroundTruth(account).ratings

It shares no code with the client; otherwise a misreading of Zendesk could be in both and stay hidden.
`account` imports neither of the others; `server` and `ground_truth` import only `account`.
"""

from .account import Account, Call, make_account
from .ground_truth import GroundTruth
from .server import (
    ADMIN_OAUTH_TOKEN,
    AGENT_OAUTH_TOKEN,
    API_TOKEN,
    CLIENT_ID,
    CLIENT_SECRET,
    EMAIL,
    RECORDED_LIMITS,
    ApiVariant,
    create_app,
    faults,
    serving,
)

__all__ = [
    "ADMIN_OAUTH_TOKEN",
    "AGENT_OAUTH_TOKEN",
    "API_TOKEN",
    "CLIENT_ID",
    "CLIENT_SECRET",
    "EMAIL",
    "RECORDED_LIMITS",
    "Account",
    "ApiVariant",
    "Call",
    "GroundTruth",
    "create_app",
    "faults",
    "make_account",
    "serving",
]
