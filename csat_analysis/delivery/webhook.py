"""Post the summary of a report to a chat, as Slack and Mattermost accept it: {"text": …}."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import HTTPError

from ..errors import DeliveryError, InvalidValue, SettingsError
from ..formats import BIDI_CONTROLS
from ..settings import LOOPBACK, SecretText, Settings

SETTING = "CSAT_WEBHOOK"
CONNECT_SECONDS = 10
RESPONSE_SECONDS = 30
# In Slack, <!channel> notifies everyone, and a group's name may contain it.
REPLACEMENTS = BIDI_CONTROLS | str.maketrans("<>", "‹›")


def check_webhook(given: str, settings: Settings) -> SecretText:
    """Return the address to post to.

    Everybody who knows the address can post, so it is a secret and not part of any message.

    Parameters
    ----------
    given : str
        An address, or "CSAT_WEBHOOK" for the one in the settings.
    settings : Settings
        With CSAT_WEBHOOK.

    Raises
    ------
    InvalidValue, SettingsError
        If the address, or that of the settings, is not https, or http on this computer.
    """
    url = SecretText(settings.secret_address("csat_webhook") if given == SETTING else given)
    try:
        parts = urlsplit(url.reveal().strip())
        # Raises ValueError if it is not a number.
        _ = parts.port
    except ValueError:
        parts = urlsplit("")
    local = parts.scheme == "http" and parts.hostname in LOOPBACK
    if not parts.hostname or not (parts.scheme == "https" or local):
        kind = SettingsError if given == SETTING else InvalidValue
        raise kind(f"the webhook is not an https address: use https://…, or {SETTING} for the setting")
    return SecretText(url.reveal().strip())


def to_text(title: str, lines: Sequence[str]) -> str:
    """Return the summary as text: the title, then one line each.

    Examples
    --------
    >>> print(to_text("All groups: no change", ["91 % of 124 ratings were good."]))
    All groups: no change
    • 91 % of 124 ratings were good.
    """
    return "\n".join([title, *(f"• {line}" for line in lines)]).translate(REPLACEMENTS)


def post(text: str, url: SecretText) -> None:
    """Post a text over verified TLS, without following redirects.

    Raises
    ------
    DeliveryError
        If the server cannot be reached or does not accept the text.
    """
    host = urlsplit(url.reveal()).hostname
    try:
        status = _post(text, url, host)
    except requests.Timeout:
        raise DeliveryError(f"the webhook at {host} did not respond in time: try again") from None
    except requests.exceptions.SSLError:
        raise DeliveryError(f"no safe connection to the webhook at {host}: check its certificate") from None
    except (requests.RequestException, HTTPError, UnicodeError):
        # The message of the error contains the address.
        raise DeliveryError(f"cannot reach the webhook at {host}: check the address") from None
    if not 200 <= status < 300:
        raise DeliveryError(f"the webhook at {host} answered {status}: check that it still exists")


def _post(text: str, url: SecretText, host: str | None) -> int:
    """Return the status of the response."""
    with _address_not_logged(), requests.Session() as session:
        # A proxy is not for this computer.
        session.trust_env = host not in LOOPBACK
        response = session.post(
            url.reveal(),
            json={"text": text},
            timeout=(CONNECT_SECONDS, RESPONSE_SECONDS),
            allow_redirects=False,
        )
        return response.status_code


@contextmanager
def _address_not_logged() -> Iterator[None]:
    """Drop what urllib3 logs at the level DEBUG: it contains the address, which is a secret."""
    logger = logging.getLogger("urllib3.connectionpool")
    logger.addFilter(_drop)
    try:
        yield
    finally:
        logger.removeFilter(_drop)


def _drop(_: logging.LogRecord) -> bool:
    return False
