"""psycopg, imported when it is first used: it takes a tenth of the time of a first question, and few need it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import psycopg as psycopg
else:
    import lazy_loader

    psycopg = lazy_loader.load("psycopg")
