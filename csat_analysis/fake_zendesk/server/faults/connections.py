"""Faults of the connection: it ends, stays silent, or never comes to the end of the headers."""

from __future__ import annotations

import time
from collections.abc import Iterable
from io import BufferedIOBase
from itertools import chain as join
from itertools import repeat

from .outcomes import Fault, RawAnswer

# below the longest line that Python's http.client reads
_LINE = b"X-Filler: " + b"a" * 60_000 + b"\r\n"


def dropped() -> Fault:
    """End the connection before a byte of the answer."""
    return lambda request: RawAnswer(lambda reader, writer: None)


def silence() -> Fault:
    """Take the request and never answer, until the client gives up."""
    return lambda request: RawAnswer(_wait_for_end)


def drip_headers(pause_seconds: float) -> Fault:
    """Send headers byte by byte with a pause before each, without an end."""
    start = b"HTTP/1.1 200 OK\r\n"
    letters = join(start, join.from_iterable(repeat(_LINE)))
    return lambda request: RawAnswer(lambda reader, writer: _drip(writer, map(_byte, letters), pause_seconds))


def endless_continue(pause_seconds: float) -> Fault:
    """Send "100 Continue" again and again, with a pause before each."""
    interim = repeat(b"HTTP/1.1 100 Continue\r\n\r\n")
    return lambda request: RawAnswer(lambda reader, writer: _drip(writer, interim, pause_seconds))


def _wait_for_end(reader: BufferedIOBase, writer: BufferedIOBase) -> None:
    while reader.read(1):
        pass


def _drip(writer: BufferedIOBase, pieces: Iterable[bytes], pause_seconds: float) -> None:
    for piece in pieces:
        time.sleep(pause_seconds)
        writer.write(piece)
        writer.flush()


def _byte(number: int) -> bytes:
    return bytes((number,))
