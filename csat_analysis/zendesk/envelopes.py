"""Check the JSON around the data: lists, the signed-in user, access tokens.

A response of another shape becomes one error that names the endpoint and the field. The rows of a list are not
checked here: the package `flatten` reads them and keeps what it does not understand.
"""

from __future__ import annotations

import json
from typing import Annotated, Any, NamedTuple, TypeVar
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from pydantic_core import from_json

from ..errors import Unreachable, UnsafeAddress, ZendeskError
from ..settings import SecretText
from .endpoints import Endpoint, Json, Paging
from .texts import printable_text
from .transport import ResponseTooLarge

Cursor = Annotated[str, StringConstraints(max_length=10_000)]
MAX_BYTES_LENIENT = 16_000_000
EXPECTED = {
    "missing": "it is missing",
    "model_type": "an object is expected",
    "dict_type": "an object is expected",
    "list_type": "a list is expected",
    "bool_type": "true or false is expected",
    "int_type": "a whole number is expected",
    "int_parsing": "a whole number is expected",
    "string_type": "a text is expected",
    "string_too_long": "it is too long",
    "string_pattern_mismatch": "it has a blank, a line break or another character that cannot be sent",
}
SEPARATORS = (b",", b"[", b"{")  # one stands before each value of a JSON text


class _Envelope(BaseModel):
    model_config = ConfigDict(strict=True)


class _Links(_Envelope):
    next: str | None = None


class _Meta(_Envelope):
    has_more: bool
    after_cursor: Cursor | None = None


class _CursorList(_Envelope):
    meta: _Meta | None = None
    links: _Links | None = None
    next_page: str | None = None
    after_url: str | None = None


class _Export(_Envelope):
    end_of_stream: bool
    after_cursor: Cursor | None = None
    after_url: str | None = None
    metric_sets: list[dict[str, Any] | None] | None = None


class _SingleList(_Envelope):
    next_page: str | None = None


class _User(_Envelope):
    id: Annotated[int, Field(strict=False)] | None = None  # or its digits as a text
    role: str | None = None
    iana_time_zone: str | None = None


class _SignedIn(_Envelope):
    user: _User | None = None


class _Token(_Envelope):
    # what a header can carry: ASCII without blanks and control characters
    access_token: Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]+\z", max_length=10_000)]


class InvalidJson(Unreachable):
    """Raised when a response body is not a JSON object; a few more tries may help."""


class Position(NamedTuple):
    """Where a list continues behind a page.

    Attributes
    ----------
    cursor : str or None
        The cursor of the next page, or of the next run.
    has_more : bool
        Whether there is another page.
    urls : tuple of str
        The paging URLs in the body; they are not requested, but must belong to the account.
    """

    cursor: str | None
    has_more: bool
    urls: tuple[str, ...] = ()


Model = TypeVar("Model", bound=_Envelope)


def parse_object(body: bytes | bytearray, path: str, *, max_values: int) -> Json:
    """Parse a response body that must be a JSON object.

    Raises
    ------
    ResponseTooLarge
        If it holds more than `max_values` values.
    InvalidJson
        If it is cut off or not a JSON object.
    """
    if sum(body.count(separator) for separator in SEPARATORS) > max_values:
        raise ResponseTooLarge(
            f"Zendesk's response to {path} holds more than {max_values:,} values: run the command again later"
        )
    try:
        parsed = _parse(body)
    except (ValueError, RecursionError):
        message = f"Zendesk's response to {path} is cut off or not valid JSON: run the command again later"
        # a smaller page may arrive whole
        raise (ResponseTooLarge if len(body) > MAX_BYTES_LENIENT else InvalidJson)(message) from None
    if not isinstance(parsed, dict):
        raise InvalidJson(f"Zendesk's response to {path} is not a JSON object: run the command again later")
    return parsed


def read_rows(endpoint: Endpoint, body: Json) -> list[Json]:
    """Return the rows of a page. Raises ZendeskError if there is no list of objects."""
    rows = body.get(endpoint.rows_key)
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise _unexpected(endpoint.path, endpoint.rows_key, "a list of objects is expected")
    return rows


def read_position(endpoint: Endpoint, body: Json, *, rows: int, page_size: int) -> Position:
    """Return where a list continues. Raises ZendeskError if the body does not say so in a valid form."""
    if endpoint.paging is Paging.SINGLE:
        _check_end(endpoint, _validate(_SingleList, body, endpoint.path).next_page)
        return Position(None, False)
    if endpoint.paging is Paging.EXPORT:
        export = _validate(_Export, body, endpoint.path)
        return Position(export.after_cursor or None, not export.end_of_stream, _urls(export.after_url))
    listed = _validate(_CursorList, body, endpoint.path)
    urls = _urls(listed.links.next if listed.links else None, listed.after_url)
    if listed.meta is None:
        # Zendesk leaves it out where one response holds all rows
        _check_end(endpoint, listed.next_page)
        if rows >= page_size and "next_page" not in body:
            raise _unexpected(endpoint.path, "meta.has_more", "it is missing")
        return Position(None, False, urls)
    return Position(listed.meta.after_cursor or None, listed.meta.has_more, urls)


def read_user(body: Json, path: str) -> Json | None:
    """Return the signed-in user, or None for the anonymous one. Raises ZendeskError on another shape."""
    user = _validate(_SignedIn, body, path).user
    return body["user"] if user and user.id else None


def read_token(body: Json, path: str) -> SecretText:
    """Return the access token of a token response. Raises ZendeskError if there is none that can be used."""
    return SecretText(_validate(_Token, body, path).access_token)


def check_host(url: str, account_url: str) -> None:
    """Raise UnsafeAddress if a paging URL does not belong to the account."""
    host = host_of(url)
    if host.casefold() != host_of(account_url).casefold():
        raise UnsafeAddress(
            f"Zendesk's response refers to another host ({printable_text(host)}): no request was sent there; "
            "set ZENDESK_URL to the account's own address"
        )


def host_of(url: str) -> str:
    """Return host and port of a URL; "an invalid address" if it has none.

    Examples
    --------
    >>> host_of("https://acme.zendesk.com/api/v2/groups"), host_of("http://[::1")
    ('acme.zendesk.com', 'an invalid address')
    """
    try:
        return urlsplit(url).netloc or "an invalid address"
    except ValueError:
        return "an invalid address"


def _parse(body: bytes | bytearray) -> Any:
    try:
        return from_json(body, cache_strings="keys")
    except ValueError:
        if len(body) > MAX_BYTES_LENIENT:
            raise
        # the lenient parser also reads half an emoji, as left by a text that was cut; it needs more memory
        return json.loads(body)


def _validate(model: type[Model], body: Json, path: str) -> Model:
    try:
        return model.model_validate(body)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
    field = ".".join(str(part) for part in first["loc"])
    raise _unexpected(path, field, EXPECTED.get(first["type"], "a valid value is expected"))


def _unexpected(path: str, field: str, reason: str) -> ZendeskError:
    return ZendeskError(
        f"unexpected response to {path}: {field}: {reason}; check that ZENDESK_SUBDOMAIN or ZENDESK_URL is "
        "a Zendesk account, then run the command again"
    )


def _check_end(endpoint: Endpoint, next_page: str | None) -> None:
    if next_page is not None:
        raise _unexpected(endpoint.path, "next_page", "a page behind this one is not expected")


def _urls(*urls: str | None) -> tuple[str, ...]:
    return tuple(url for url in urls if url)
