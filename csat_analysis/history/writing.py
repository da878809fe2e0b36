"""What writes to a history: pages of a pull, migrations, erasures.

A page and the cursor behind it are saved in one transaction; a process killed at any moment leaves whole pages and a
cursor that fits them.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from ..errors import HistoryError
from ..schema.tables import TABLES
from . import erasure, migrations, upsert
from .compaction import compact_if_needed
from .database import named_rows
from .forgotten import Forgotten
from .old_text import erase_old_text, leave_out_old_text
from .reading import Reader, Row
from .several import COMPLETE_FROM
from .timezones import choose_timezone


class Writer(Reader):
    """The methods of `History` that write."""

    # What customers wrote before it is not stored (CSAT_KEEP_COMMENTS_DAYS).
    text_cutoff: dt.datetime | None = None
    _forgotten: Forgotten | None = None

    def save(
        self, rows: Mapping[str, Sequence[Row]], cursors: Mapping[str, str | None] | None = None
    ) -> dict[str, upsert.UpsertCounts]:
        """Upsert rows of any tables and store the cursors behind them, in one transaction.

        With a ticket that is deleted the customer's text goes, in every table and in the same transaction.

        Parameters
        ----------
        rows
            Table name -> rows. Rows may leave out columns, all rows of a table the same ones; stored rows keep their
            values of those. Of rows with the same key the last one counts.
        cursors
            Stream of the pull -> where its next page begins.

        Returns
        -------
        dict
            Table name -> how many rows were new and how many changed.
        """
        now = dt.datetime.now(dt.UTC)
        places = (cursors or {}).items()
        saved = [{"stream": stream, "cursor": cursor, "saved_at": now} for stream, cursor in places]
        rows = {**rows, "cursors": [*rows.get("cursors", ()), *saved]}
        with self._database.transaction() as con:
            rows = self._leave_out(con, rows)
            deleted = [row["ticket_id"] for row in rows.get("tickets", ()) if row.get("is_deleted")]
            if erasure.holds_text(con, deleted):
                erasure.mark_erased(self._database, con)
            done = {
                name: upsert.upsert(self._database, con, TABLES[name], new)
                for name, new in rows.items()
                if new
            }
            upsert.erase_text(con, deleted)
        return done

    def cursors(self) -> dict[str, str]:
        """Return stream -> where its next page begins, of every stream that has begun."""
        rows = self.fetch("select stream, cursor from cursors where cursor is not null")
        return {row["stream"]: row["cursor"] for row in rows}

    def delete_copies(self, stream: str) -> bool:
        """Delete legacy ratings that repeat the answer to a survey; return whether there were any.

        If so, the cursor of their stream becomes "": a pull that ends now is followed by one that reads all of it.
        """
        with self._database.transaction() as con:
            return upsert.delete_copies(con, stream)

    def update_revision_counts(self) -> None:
        """Set how often each rating changed."""
        with self._database.transaction() as con:
            upsert.update_revision_counts(con)

    def create_or_migrate(self, url: str, timezone: object = None) -> list[str]:
        """Create the tables and views for an account, or migrate those of an earlier version.

        A history keeps its time zone: without a setting, the one of its first pull. So its weeks do not depend on who
        signs in.

        Parameters
        ----------
        url
            Base URL of the account.
        timezone
            Time zone that Zendesk names for the user who signs in; used if none is set and none is stored.

        Returns
        -------
        list of str
            What the user should know about the time zone.

        Raises
        ------
        HistoryError
            If the history belongs to another account, to a newer version of this package or to another program.
        """
        self._database.create()
        with self._database.transaction() as con:
            is_history = migrations.is_history(con, migrations.stored_tables(con))
            stored = named_rows(con, "select * from account") if is_history else []
            chosen, notes = choose_timezone(
                self._timezone, stored[0]["timezone"] if stored else None, timezone
            )
            migrations.create_or_migrate(con, self.name, chosen)
            if stored and stored[0]["url"] != url:
                raise HistoryError(
                    f"{self.name} is the history of {stored[0]['url']}: for {url} set CSAT_DATABASE to another file"
                )
            owner = {"url": url, "timezone": chosen}
            if owner not in stored:
                upsert.upsert(self._database, con, TABLES["account"], [owner])
        self._owner = None
        self._is_current = True
        return notes

    def set_complete_from(self, moment: dt.datetime | None) -> None:
        """Store the time from which the history has every rating; None: it has all. Earlier ones are not counted."""
        if moment != self.complete_from:
            self.save({}, {COMPLETE_FROM: moment.isoformat() if moment else None})
            self._owner = None

    def forget(self, people: erasure.People, *, dry_run: bool = False) -> erasure.Found:
        """Erase what is stored about people: their text, names and ids. Their ratings stay as counts.

        Parameters
        ----------
        people
            Ids of requesters, tickets and agents.
        dry_run
            Change nothing.

        Returns
        -------
        Found
            What is, or would be, erased.

        Raises
        ------
        CsatError
            If an id is not in the history.
        HistoryBusy
            If a pull is running.
        """
        with self._open() as con:
            # Raises HistoryError for a published history, which does not have it.
            forgotten = Forgotten(con.table("forgotten").to_pyarrow().to_pylist())
            found = erasure.find(con, people, forgotten, self.name)
        if dry_run:
            return found
        with self.pull_lock():
            with self._database.transaction() as con:
                forgotten = Forgotten.load(con)
                found = erasure.find(con, people, forgotten, self.name)
                erasure.erase(self._database, con, people, found, forgotten)
            self._forgotten = None
            erasure.erase_bytes(self._database)
        return found

    def checkpoint(self) -> None:
        """Do now what closing a DuckDB file does: a pull has nothing else to do while it waits for Zendesk."""
        self._database.checkpoint()

    def erase_old_text(self) -> None:
        """Erase the text that `text_cutoff` excludes, if one is set."""
        if self.text_cutoff:
            with self._database.transaction() as con:
                if erase_old_text(con, self.text_cutoff):
                    erasure.mark_erased(self._database, con)

    def compact_if_needed(self) -> list[str]:
        """Copy a DuckDB file from which text was erased; return what the user should know.

        The caller holds the pull lock.
        """
        return compact_if_needed(self._database)

    def _leave_out(self, con: Any, rows: Mapping[str, Sequence[Row]]) -> Mapping[str, Sequence[Row]]:
        """Return rows without forgotten people and old text."""
        if self._forgotten is None:
            self._forgotten = Forgotten.load(con)
        kept = self._forgotten.leave_out(rows)
        if self._forgotten.new_tickets:
            self._erase_new_tickets(con, self._forgotten)
        if self._forgotten.added:
            kept = {**kept, "forgotten": self._forgotten.added}
            self._forgotten.added = []
        return leave_out_old_text(kept, self.text_cutoff) if self.text_cutoff else kept

    def _erase_new_tickets(self, con: Any, forgotten: Forgotten) -> None:
        """Erase responses that came before the ticket told that their requester was forgotten."""
        people = erasure.People(tickets=forgotten.new_tickets)
        found = erasure.find(con, people, forgotten, self.name)
        if any(found.counts.values()):
            erasure.erase(self._database, con, people, found, forgotten)
        forgotten.new_tickets = []

    def pull_lock(self) -> contextlib.AbstractContextManager[None]:
        """Return a lock that one pull at a time can hold. Raises HistoryBusy if another pull holds it."""
        return self._database.pull_lock()
