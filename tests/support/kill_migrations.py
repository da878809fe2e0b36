"""Kill a migration at a chosen statement: helper of the tests of killed migrations."""

from __future__ import annotations

import os
import signal
from typing import Any

from ibis.backends import duckdb, postgres

from csat_analysis.history import History


def migrate_until(location: str, statements: int, seen: Any) -> None:
    """Open a history, and die by SIGKILL before the given statement of the transaction that migrates it.

    seen: a shared number that counts the statements.
    """
    history = History(location)
    queries: list[str] = []

    def counted(original: Any) -> Any:
        def run(self: Any, query: Any, *args: Any, **options: Any) -> Any:
            # What is read after the transaction is not a part of it.
            if "commit" not in queries and (seen.value or query == "begin"):
                seen.value += 1
                if seen.value > statements:
                    os.kill(os.getpid(), signal.SIGKILL)
            queries.append(query)
            return original(self, query, *args, **options)

        return run

    for backend in (duckdb.Backend, postgres.Backend):
        backend.raw_sql = counted(backend.raw_sql)
    history.table("account")
