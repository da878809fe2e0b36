"""Faults that answer in place of the true answer."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping
from typing import Any

from flask import Request, Response
from werkzeug.datastructures import Headers

from .. import errors
from ..errors import Refusal
from ..paging import MAX_EXPORT_PAGE
from .outcomes import Fault

_HTML = "<!DOCTYPE html>\n<html><head><title>{0}</title></head><body><h1>Error {0}</h1></body></html>\n"
_MEBIBYTE = 1 << 20


class _Verbatim(Response):
    """A response whose headers are sent as they are, even a `Location` that is not a URL."""

    def get_wsgi_headers(self, environ: dict[str, Any]) -> Headers:
        headers = Headers(self.headers)
        headers["Content-Length"] = str(len(self.get_data()))
        return headers


def answer(status: int, body: object = None, headers: Mapping[str, str] | None = None) -> Fault:
    """Answer with a status, a JSON body and headers, for example `answer(302, headers={"Location": "//["})`."""
    text = json.dumps(body)
    return lambda request: _Verbatim(text, status, dict(headers or {}), mimetype="application/json")


def too_many_requests(retry_after: float | str | None = None) -> Fault:
    """Answer 429, with `Retry-After` (seconds, a date, or any text) or without."""
    text = errors.too_many_requests(0).body
    return lambda request: Response(text, 429, _retry_after(retry_after), mimetype="text/plain")


def html_error(status: int, retry_after: float | str | None = None) -> Fault:
    """Answer an error whose body is a page for people, as proxies send it."""
    return lambda request: Response(_HTML.format(status), status, _retry_after(retry_after))


def page_too_big(above: int) -> Fault:
    """Answer 504 to pages of an export with more rows than `above`."""

    def fault(request: Request) -> Response | None:
        default = MAX_EXPORT_PAGE if "/incremental/" in request.path else 0
        if request.args.get("per_page", default, type=int) <= above:
            return None
        return Response("upstream request timeout", 504, mimetype="text/plain")

    return fault


def cursor_refused(status: int = 422) -> Fault:
    """Refuse every cursor: `status` for `cursor` of an export, 400 for `page[after]` of a list."""

    def fault(request: Request) -> Response | None:
        if "cursor" in request.args:
            return _response(Refusal(status, errors.invalid_value("cursor is invalid").body))
        if "page[after]" in request.args:
            return _response(errors.bad_request("InvalidCursor", "page[after] is not valid"))
        return None

    return fault


def token_expired() -> Fault:
    """Answer 401 to the first token seen, from then on; any other token works."""
    expired: list[str] = []

    def fault(request: Request) -> Response | None:
        token = request.headers.get("Authorization")
        if token and not expired:
            expired.append(token)
        return _response(errors.unauthorized(guide=_is_guide(request))) if token in expired else None

    return fault


def unauthorized() -> Fault:
    """Answer 401, whatever the token."""
    return lambda request: _response(errors.unauthorized(guide=_is_guide(request)))


def forbidden() -> Fault:
    """Answer 403: role, plan or scope do not allow the call."""
    return lambda request: _response(errors.forbidden(guide=_is_guide(request)))


def missing() -> Fault:
    """Answer 404: there is no such record (any more)."""
    return lambda request: _response(errors.not_found(guide=_is_guide(request)))


def conflict() -> Fault:
    """Answer 409: another process writes at the same moment."""
    body = {"description": "The resource is being modified", "error": "Conflict"}
    return lambda request: _response(Refusal(409, body))


def big_body(size_bytes: int) -> Fault:
    """Answer 200 with a JSON text of this size, generated while it is sent."""

    def fault(request: Request) -> Response:
        headers = {"Content-Length": str(size_bytes)}
        return Response(_long_text(size_bytes), 200, headers, mimetype="application/json")

    return fault


def gzip_bomb(size_bytes: int) -> Fault:
    """Answer 200 with a compressed body of about a thousandth of this size, which unpacks to it."""
    part = gzip.compress(b" " * _MEBIBYTE)
    count = max(1, size_bytes // _MEBIBYTE)

    def fault(request: Request) -> Response:
        # several gzip members in a row are one valid gzip stream
        headers = {"Content-Encoding": "gzip", "Content-Length": str(count * len(part))}
        return Response((part for _ in range(count)), 200, headers, mimetype="application/json")

    return fault


def _long_text(size_bytes: int) -> Iterator[bytes]:
    """Yield a JSON string in pieces of at most one mebibyte."""
    yield b'"'
    rest = size_bytes - 2
    while rest > 0:
        piece = b"x" * min(rest, _MEBIBYTE)
        rest -= len(piece)
        yield piece
    yield b'"'


def _response(refusal: Refusal) -> Response:
    return Response(json.dumps(refusal.body), refusal.status, refusal.headers, mimetype="application/json")


def _retry_after(value: float | str | None) -> dict[str, str]:
    return {} if value is None else {"Retry-After": str(value)}


def _is_guide(request: Request) -> bool:
    return request.path.startswith("/api/v2/guide/")
