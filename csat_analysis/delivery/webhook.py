"""A report's summary to a chat: one POST of {"text": …}, as Slack and Mattermost take it."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import HTTPError

from ..errors import DeliveryError, SettingsError
from ..formats import BIDI_CONTROLS
from ..settings import LOOPBACK, Settings

SETTING = "CSAT_WEBHOOK"
TIMEOUT_SECONDS = (10, 30)  # to connect, to answer
HARMLESS = BIDI_CONTROLS | str.maketrans(
    "<>", "‹›"
)  # in Slack <!channel> calls everyone; a group may be named so


def checked_webhook(given: str, settings: Settings) -> str:
    """The address to post to: `given`, or that of CSAT_WEBHOOK where `given` is this very word.

    Whoever knows the address can post, so no message shows it. Raises SettingsError where it is not https.
    """
    url = settings.secret_address("csat_webhook") if given == SETTING else given
    try:
        parts = urlsplit(url.strip())
        host, _ = parts.hostname, parts.port
    except ValueError:
        host, parts = None, urlsplit("")
    if not host or not (parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK)):
        raise SettingsError(
            f"the webhook is no https address: write it like https://…, or {SETTING} for the setting"
        )
    return url.strip()


def text_of(title: str, lines: Sequence[str]) -> str:
    """The summary as text: the title, then one line each."""
    return "\n".join([title, *(f"• {line}" for line in lines)]).translate(HARMLESS)


def post(text: str, url: str) -> None:
    """Send `text` to a checked address, over verified TLS; it follows no redirect. Raises DeliveryError."""
    host = urlsplit(url).hostname
    try:
        with requests.Session() as session:
            session.trust_env = host not in LOOPBACK  # a proxy is not for this machine
            answer = session.post(url, json={"text": text}, timeout=TIMEOUT_SECONDS, allow_redirects=False)
    except requests.Timeout:
        raise DeliveryError(f"the webhook at {host} did not answer in time: try again") from None
    except requests.exceptions.SSLError:
        raise DeliveryError(f"no safe connection to the webhook at {host}: check its certificate") from None
    except (requests.RequestException, HTTPError, UnicodeError):  # its words would show the address
        raise DeliveryError(f"the webhook at {host} cannot be reached: check the address") from None
    if not answer.ok or answer.is_redirect:
        raise DeliveryError(
            f"the webhook at {host} answered {answer.status_code}: check that it still exists"
        )
