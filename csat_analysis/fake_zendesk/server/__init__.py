"""The local server that implements Zendesk's API."""

from . import faults
from .app import ServerOptions, create_app
from .credentials import (
    ADMIN_OAUTH_TOKEN,
    AGENT_OAUTH_TOKEN,
    API_TOKEN,
    CLIENT_ID,
    CLIENT_SECRET,
    EMAIL,
)
from .http_server import serving
from .rate_limits import RECORDED_LIMITS
from .variant import ApiVariant

__all__ = [
    "ADMIN_OAUTH_TOKEN",
    "AGENT_OAUTH_TOKEN",
    "API_TOKEN",
    "CLIENT_ID",
    "CLIENT_SECRET",
    "EMAIL",
    "ApiVariant",
    "RECORDED_LIMITS",
    "ServerOptions",
    "create_app",
    "faults",
    "serving",
]
