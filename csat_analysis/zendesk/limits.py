"""The limits that keep every request, wait, response body and list finite."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """How long, how large and how many the client accepts before it stops with an error.

    Attributes
    ----------
    connect_seconds : float
        To connect to Zendesk.
    silence_seconds : float
        Between two bytes of a response; a large export page takes up to a minute to begin.
    request_seconds : float
        For one request with its retries, without the waits between them.
    wait_seconds : float
        For one wait. Where Zendesk asks for a longer one, the client stops with an error.
    all_waits_seconds : float
        For all waits of one request, those for rate limits included.
    tries : int
        For one request.
    tries_before_contact : int
        For one request as long as Zendesk has never responded: the address is probably wrong.
    tries_of_invalid_json : int
        For one request whose responses are cut off or not valid JSON.
    body_bytes : int
        For one response body, decompressed.
    json_values : int
        For the values of one response body; small values need far more memory than their text.
    pages : int
        For one list.
    pages_without_rows : int
        For consecutive empty pages of one list.
    """

    connect_seconds: float = 10
    silence_seconds: float = 120
    request_seconds: float = 300
    wait_seconds: float = 900
    all_waits_seconds: float = 1800
    tries: int = 8
    tries_before_contact: int = 3
    tries_of_invalid_json: int = 4
    body_bytes: int = 64_000_000
    json_values: int = 3_000_000
    pages: int = 50_000
    pages_without_rows: int = 10
