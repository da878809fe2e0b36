"""What can go wrong for a user: one root, and children that carry the data a caller may act on.

Every message says what happened, where, and what to do next, on one line and without secrets;
the `csat` command prints it as it is and exits with 1.
"""

from __future__ import annotations

from collections.abc import Iterable


class CsatError(Exception):
    """Root of every error that a user can cause or cure."""

    def _render_traceback_(self) -> list[str]:
        """IPython's hook: a notebook shows the one line, not the way it took."""
        return [f"{type(self).__name__}: {self}"]


class SettingsError(CsatError):
    """Raised when a setting is missing, malformed or contradicts another."""


class UnknownChoice(CsatError):
    """Raised when a name is not among the valid ones; carries them as `valid`."""

    def __init__(self, name: str, given: object, valid: Iterable[object]):
        self.name, self.given, self.valid = name, given, [str(choice) for choice in valid]
        shown = ", ".join(self.valid[:20]) + (", …" if len(self.valid) > 20 else "")
        super().__init__(f"no {name} {str(given)!r}; there is: {shown or 'none'}")


class ZendeskError(CsatError):
    """Raised when Zendesk fails or refuses; `status` is None where there was no usable answer.

    `retry_after_seconds` is what Zendesk asked to wait, None where it asked nothing; `said` are its own words.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        retry_after_seconds: float | None = None,
        said: str = "",
    ):
        self.status, self.retry_after_seconds, self.said = status, retry_after_seconds, said
        super().__init__(message)


class Unreachable(ZendeskError):
    """Raised when no whole answer arrives: no network, no such host, a broken connection."""


class NotAuthorized(ZendeskError):
    """Raised on 401: the credentials are wrong, expired or switched off."""


class NotAllowed(ZendeskError):
    """Raised on 403: role, scope or plan do not reach this endpoint."""


class NotFound(ZendeskError):
    """Raised on 404: no such record, endpoint or account."""


class CursorRefused(ZendeskError):
    """Raised when Zendesk no longer takes a cursor it once gave; the list can be read anew from a time."""


class RateLimited(ZendeskError):
    """Raised when 429 outlasts all tries."""


class UnsafeAddress(ZendeskError):
    """Raised before a request would carry credentials to another host or over plain http."""


class HistoryError(CsatError):
    """Raised when the history cannot be opened, is damaged, or belongs to someone else."""


class HistoryBusy(HistoryError):
    """Raised when another process keeps the history locked; `holder` says which."""

    def __init__(self, message: str, *, holder: str = ""):
        self.holder = holder
        super().__init__(message)


class ReportError(CsatError):
    """Raised when a notebook stops before its end; nothing was exported."""


class ExportError(CsatError):
    """Raised when a table cannot be written as the file asked for."""


class DeliveryError(CsatError):
    """Raised when a report that was made cannot be handed on: as PDF, by mail, to a webhook."""
