"""Errors that a user can cause or fix: one base class, and subclasses with data that a caller can use.

Every message says what happened, where, and what to do next, on one line and without secrets;
the `csat` command prints it as it is and exits with 1, or with 2 for an `InvalidValue`.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable
from typing import Any

SHOWN_CHOICES = 20
LONGEST_SHOWN = 60


class CsatError(Exception):
    """Base class of all errors that a user can cause or fix."""

    def _render_traceback_(self) -> list[str]:
        """Return the lines that a notebook shows for the error: its message, without the traceback."""
        return [f"{type(self).__name__}: {self}"]

    def __reduce__(self) -> tuple[Any, ...]:
        """Send the message and the data to another process, whatever the constructor takes."""
        return _rebuild, (type(self), str(self), self.__dict__)


def _rebuild(kind: type[CsatError], message: str, data: dict[str, object]) -> CsatError:
    error = kind.__new__(kind, message)
    error.__dict__.update(data)
    return error


class SettingsError(CsatError):
    """Raised when a setting is missing, malformed or contradicts another."""


class InvalidValue(CsatError):
    """Raised when an argument is malformed, or not one of a fixed list: no history could make it valid."""


class UnknownChoice(CsatError):
    """Raised when a name is not among the valid ones, which are in `valid`.

    Parameters
    ----------
    name : str
        What was chosen, such as "group".
    given : object
        The unknown value.
    valid : iterable
        The valid values.

    Examples
    --------
    >>> print(UnknownChoice("group", "Biling", ["Billing", "Technical"]))
    unknown group 'Biling'; choose from: Billing, Technical (did you mean 'Billing'?)
    """

    def __init__(self, name: str, given: object, valid: Iterable[object]):
        self.name = name
        self.given = given
        self.valid = [str(choice) for choice in valid]
        nearest = _nearest(str(given)[:LONGEST_SHOWN], self.valid)
        hint = f" (did you mean {brief(nearest)}?)" if nearest else ""
        more = ", …" if len(self.valid) > SHOWN_CHOICES else ""
        choices = ", ".join(map(_shorten, self.valid[:SHOWN_CHOICES])) + more
        super().__init__(f"unknown {name} {brief(str(given))}; choose from: {choices or 'none'}{hint}")


class InvalidChoice(UnknownChoice, InvalidValue):
    """Raised when a name is not one of a fixed list, such as the tables."""


def check_choice(name: str, given: object, valid: Collection[str]) -> None:
    """Raise InvalidChoice unless a value is one of a fixed list."""
    if not isinstance(given, str) or given not in valid:
        raise InvalidChoice(name, given, valid)


def brief(given: object) -> str:
    """Return what somebody gave, for a message: as Python writes it, on one line, at most 60 characters.

    Examples
    --------
    >>> print(brief("last week"), brief(-3), brief(list(range(100))))
    'last week' -3 [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 1…
    """
    return _shorten(repr(given))


def _shorten(text: str) -> str:
    line = " ".join(text.split()) if "\n" in text else text
    return line if len(line) <= LONGEST_SHOWN else f"{line[:LONGEST_SHOWN]}…"


def _nearest(given: str, valid: list[str]) -> str | None:
    """Return the valid name that is most similar, ignoring case."""
    by_lower_case = {name.casefold(): name for name in valid}
    found = difflib.get_close_matches(given.casefold(), by_lower_case, n=1)
    return by_lower_case[found[0]] if found else None


class ZendeskError(CsatError):
    """Raised when Zendesk fails or refuses a request; `status` is None without a usable response.

    `retry_after_seconds` is the wait that Zendesk asked for, or None; `server_text` is the text of its response.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        retry_after_seconds: float | None = None,
        server_text: str = "",
    ):
        self.status, self.retry_after_seconds, self.server_text = status, retry_after_seconds, server_text
        super().__init__(message)


class Unreachable(ZendeskError):
    """Raised when no complete response arrives: no network, unknown host, broken connection."""


class NotAuthorized(ZendeskError):
    """Raised on 401: the credentials are wrong, expired or disabled."""


class NotAllowed(ZendeskError):
    """Raised on 403: role, scope or plan do not grant access to this endpoint."""


class NotFound(ZendeskError):
    """Raised on 404: no such record, endpoint or account."""


class CursorRefused(ZendeskError):
    """Raised when Zendesk no longer accepts a cursor; the list can be read again from a time.

    `what` is what happened, without what to do; it is all that a pull says which reads the list again by itself.
    """

    def __init__(self, what: str, *, status: int):
        self.what = what
        super().__init__(f"{what}: run the command again", status=status)


class RateLimited(ZendeskError):
    """Raised when every try of a request gets a 429."""


class UnsafeAddress(ZendeskError):
    """Raised before a request would carry credentials to another host or over plain http."""


class HistoryError(CsatError):
    """Raised when the history cannot be opened, is damaged, or belongs to another account."""


class HistoryBusy(HistoryError):
    """Raised when another process has locked the history; `holder` names it."""

    def __init__(self, message: str, *, holder: str = ""):
        self.holder = holder
        super().__init__(message)


class ReportError(CsatError):
    """Raised when a notebook stops before its end; nothing was exported."""


class ExportError(CsatError):
    """Raised when a table cannot be written to the requested file."""


class DeliveryError(CsatError):
    """Raised when a finished report cannot be delivered: as PDF, by mail or to a webhook."""
