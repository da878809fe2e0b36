"""What a fault can be: the types that the server understands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from io import BufferedIOBase

from flask import Request, Response

# the status noted for a request whose connection a fault took over
NO_ANSWER = 0


@dataclass(frozen=True)
class RawAnswer:
    """Takes over the connection; `write` gets its reading and its writing end, then the connection is closed."""

    write: Callable[[BufferedIOBase, BufferedIOBase], None]


Change = Callable[[Response], Response]
Outcome = Response | RawAnswer | Change
Fault = Callable[[Request], Outcome | None]
