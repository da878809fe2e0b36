"""Read the text of one setting, or raise ValueError with what is expected.

The error does not repeat the text, which may be a secret at the wrong place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

from ..periods import is_zone

MOST_DAYS = 36_500
LOCALE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,4})*")
# Spreadsheets of some countries write 0,9.
SHARE = re.compile(r"(0?[.,]\d+|[01]([.,]0+)?)", re.ASCII)
DIGITS = re.compile(r"\d{1,9}", re.ASCII)
SWITCH = {
    **dict.fromkeys(("yes", "y", "true", "t", "on", "1"), True),
    **dict.fromkeys(("no", "n", "false", "f", "off", "0"), False),
}


class SecretText:
    """Text that neither a message nor a traceback with all variables shows.

    Examples
    --------
    >>> SecretText("password"), SecretText("password").reveal()
    (SecretText(...), 'password')
    """

    __slots__ = ("_text",)

    def __init__(self, text: str):
        self._text = text

    def __bool__(self) -> bool:
        return bool(self._text)

    def __repr__(self) -> str:
        return "SecretText(...)"

    def reveal(self) -> str:
        """Return the text. Never print it."""
        return self._text


def parse_share(text: str) -> float:
    """Return a share above 0 and up to 1 that a user wrote. Raises ValueError.

    >>> parse_share("0.90"), parse_share("0,9")
    (0.9, 0.9)
    """
    value = float(text.replace(",", ".")) if SHARE.fullmatch(text.strip()) else 0.0
    if not value:
        raise ValueError("expected a share above 0 and up to 1; write 90 % as 0.90")
    return value


def parse_level(text: str) -> float:
    """Return a confidence level. Raises ValueError."""
    value = parse_share(text)
    if not 0.5 <= value < 1:
        raise ValueError("expected a confidence level from 0.5 to below 1, for example 0.95")
    return value


def parse_number(text: str) -> int:
    """Return a whole number from 1 on. Raises ValueError."""
    value = int(text) if DIGITS.fullmatch(text.strip()) else 0
    if not value:
        raise ValueError("expected a whole number, at least 1")
    return value


def parse_days(text: str) -> int:
    """Return a number of days. Raises ValueError."""
    value = parse_number(text)
    if value > MOST_DAYS:
        raise ValueError(f"expected at most {MOST_DAYS:,} days")
    return value


def parse_switch(text: str) -> bool:
    """Return whether a text means yes. Raises ValueError."""
    value = SWITCH.get(text.strip().lower())
    if value is None:
        raise ValueError("expected yes or no")
    return value


def parse_timezone(text: str) -> str:
    """Return the name of a time zone. Raises ValueError."""
    if not is_zone(text):
        raise ValueError("not an IANA time zone; expected a name such as Europe/Berlin")
    return text


def parse_locale(text: str) -> str:
    """Return a locale in lower case. Raises ValueError."""
    if not LOCALE.fullmatch(text):
        raise ValueError("not a locale; expected for example en-us")
    return text.lower()


def one_of(choices: Collection[str]) -> Callable[[str], str]:
    """Return a function that returns its text, or raises ValueError if it is not one of the choices."""

    def parse(text: str) -> str:
        if text not in choices:
            raise ValueError(f"choose from: {', '.join(choices)}")
        return text

    return parse
