"""The answers with which Zendesk refuses a request; Support and Guide put them in different envelopes."""

from __future__ import annotations

from .json_type import JSON

_NO_ACCESS = "You do not have access to this page. Please contact the account owner of this help desk."


class Refusal(Exception):
    """Raised by a view to end the request with an error: HTTP status, JSON body (or text) and headers."""

    def __init__(self, status: int, body: JSON | str, headers: dict[str, str] | None = None):
        super().__init__(status)
        self.status, self.body, self.headers = status, body, headers or {}


def _guide(code: str, status: int, title: str) -> Refusal:
    return Refusal(status, {"errors": [{"code": code, "status": str(status), "title": title}]})


def unauthorized(*, guide: bool) -> Refusal:
    if guide:
        return _guide("Unauthorized", 401, "Couldn't authenticate you")
    return Refusal(401, {"error": "Couldn't authenticate you"})


def bad_client() -> Refusal:
    return Refusal(
        401,
        {
            "error": "invalid_client",
            "error_description": "Client authentication failed due to unknown client.",
        },
    )


def bad_grant() -> Refusal:
    return Refusal(
        401,
        {"error": "invalid_grant", "error_description": "The provided grant is invalid, expired or revoked."},
    )


def forbidden(*, guide: bool) -> Refusal:
    if guide:
        return _guide("Forbidden", 403, "You do not have permission to do this")
    return Refusal(403, {"error": {"message": _NO_ACCESS, "title": "Forbidden"}})


def missing_scope(scope: str, *, guide: bool) -> Refusal:
    if guide:
        return _guide("Forbidden", 403, f"Missing the following required scopes: {scope}")
    return Refusal(
        403, {"description": f"Missing the following required scopes: {scope}", "error": "Forbidden"}
    )


def not_found(*, guide: bool = False) -> Refusal:
    if guide:
        return _guide("NotFound", 404, "Resource not found")
    return Refusal(404, {"description": "Not found", "error": "RecordNotFound"})


def no_endpoint() -> Refusal:
    return Refusal(404, {"description": "Not found", "error": "InvalidEndpoint"})


def bad_request(code: str, title: str) -> Refusal:
    return _guide(code, 400, title)


def invalid_value(description: str) -> Refusal:
    return Refusal(422, {"description": description, "error": "InvalidValue"})


def too_many(retry_after_seconds: int) -> Refusal:
    text = "Number of allowed API requests per minute exceeded"
    return Refusal(429, text, {"Retry-After": str(retry_after_seconds)})
