"""Use a Spark session of the user's own: check it, and do not wait for workers that never come.

Spark waits without end for a cluster to give it executors, also after all of them have died.
"""

from __future__ import annotations

import contextlib
import re
import secrets
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import ibis

from ..errors import HistoryError

# How long a question waits for the first executor, or after the last one was lost.
WAIT_SECONDS = 60.0
POLL_SECONDS = 1.0
# What a path of Hadoop cannot have as it is.
WILDCARD = r"[*?{}\[\]\\]"


@contextlib.contextmanager
def watched(session: Any) -> Iterator[None]:
    """Check a session, also while the block runs. Its queries cannot wait without end."""
    _check_open(session)
    _check_clock(session)
    try:
        with _cancelled_without_executors(session):
            yield
    except HistoryError:
        raise
    except Exception:
        # PySpark has an AttributeError where another thread has ended the session.
        _check_open(session)
        raise


def _check_open(session: Any) -> None:
    """Raise HistoryError if a session has ended."""
    if session.sparkContext._jsc is None:
        raise HistoryError("the Spark session has ended: open a new one, and connect again")


def _check_clock(session: Any) -> None:
    """Raise HistoryError if a session would read times on another clock than UTC."""
    zone = session.conf.get("spark.sql.session.timeZone")
    if zone != "UTC":
        raise HistoryError(f"the Spark session's time zone is {zone}: set spark.sql.session.timeZone to UTC")


def cause_in_java(error: Exception) -> str:
    """Return the message of what came first in Java, such as the file that cannot be read; "" without one."""
    # The session may have ended, and its Java with it.
    with contextlib.suppress(Exception):
        thrown = error.java_exception  # type: ignore[attr-defined]
        while (earlier := thrown.getCause()) is not None:
            thrown = earlier
        return str(thrown.getMessage() or thrown.toString())
    return ""


def register_in_spark(session: Any, name: str, columns: Mapping[str, str], addresses: Sequence[str]) -> None:
    """Create a temporary view of Parquet files by their addresses.

    columns: name -> Ibis type. Without them Spark would run a job to find them.
    """
    from ibis.backends.pyspark.datatypes import PySparkSchema

    schema = PySparkSchema.from_ibis(ibis.schema(columns))
    paths = [re.sub(WILDCARD, r"\\\g<0>", address) for address in addresses]
    session.read.schema(schema).parquet(*paths).createOrReplaceTempView(name)


@contextlib.contextmanager
def _cancelled_without_executors(session: Any) -> Iterator[None]:
    """Cancel what this thread runs in the block, and raise HistoryError, once there is no executor for a minute."""
    context, tag = session.sparkContext, f"csat-{secrets.token_hex(4)}"
    if context.master.startswith("local"):
        yield
        return
    ended, lost = threading.Event(), threading.Event()
    threading.Thread(target=_watch, args=(context, tag, ended, lost), daemon=True).start()
    context.addJobTag(tag)
    try:
        yield
    except Exception:
        if lost.is_set():
            raise HistoryError(
                f"Spark had no executor for {WAIT_SECONDS:g} s: check its master and workers, and ask again"
            ) from None
        raise
    finally:
        ended.set()
        # The session may have ended.
        with contextlib.suppress(Exception):
            context.removeJobTag(tag)


def _watch(context: Any, tag: str, ended: threading.Event, lost: threading.Event) -> None:
    """Cancel the jobs with a tag when the session has had no executor for too long."""
    seen = time.monotonic()
    with contextlib.suppress(Exception):  # the session has ended, and so has its query
        while not ended.wait(POLL_SECONDS):
            # One of them is the driver.
            if len(context._jsc.sc().statusTracker().getExecutorInfos()) > 1:
                seen = time.monotonic()
            elif time.monotonic() - seen > WAIT_SECONDS:
                lost.set()
                # Again and again: the query's next job may not have begun.
                context.cancelJobsWithTag(tag)
