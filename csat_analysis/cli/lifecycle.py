"""The commands that erase or copy what a history holds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .output import say

if TYPE_CHECKING:
    from ..history.erasure import Found

OUT_OF_REACH = (
    "Out of reach: backups, other copies of the history, the free space of the disk and, on Postgres, the server's "
    "write-ahead log and replicas. Erase the person in Zendesk, too.\n"
    "The ids are remembered as keyed hashes, so that a later pull does not bring them back: these are pseudonymous, "
    "not anonymous. See docs/privacy.md."
)
Ids = list[int] | None


def forget(
    requester: Annotated[Ids, typer.Option(help="User id of a customer. May be repeated.")] = None,
    ticket: Annotated[Ids, typer.Option(help="Id of a ticket. May be repeated.")] = None,
    agent: Annotated[Ids, typer.Option(help="User id of an agent. May be repeated.")] = None,
    output: Annotated[Path, typer.Option(help="Folder with reports and exports to search.")] = Path(
        "reports"
    ),
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be erased.")] = False,
) -> None:
    """Erase a person's text, names and ids from the history. Their ratings stay as counts.

    Example: csat forget --requester 39000000000042 --dry-run
    """
    from ..history import open_history
    from ..history.copies import find_copies
    from ..history.erasure import People

    people = People(requester or [], ticket or [], agent or [])
    if not any(people):
        raise typer.BadParameter("name whom to forget: --requester ID, --ticket ID or --agent ID")
    history = open_history()
    found = history.forget(people, dry_run=dry_run)
    say(f"{'Would erase' if dry_run else 'Erased'} in {history.name}:")
    _print_counts(found)
    copies = find_copies(output, people, found)
    for path in copies:
        say(f"still contains it: {path}")
    if not copies:
        say(f"No report or export in {output} contains it.")
    say(OUT_OF_REACH)


def _print_counts(found: Found) -> None:
    for table, count in found.counts.items():
        say(f"{table:<17}{count:>10,} rows")


def backup(file: Annotated[Path, typer.Argument(help="File to write.")]) -> None:
    """Write the history to one file that only you can read.

    Example: csat backup csat-2026-11-25.backup
    """
    from ..history.backup import write_backup
    from ..history.database import Database
    from ..settings import load_settings

    written = write_backup(Database(load_settings().database), file)
    say(f"{sum(table.rows for table in written.tables.values()):,} rows of {written.account}: {file}")


def restore(file: Annotated[Path, typer.Argument(help="File that csat backup wrote.")]) -> None:
    """Replace the history by a backup, on DuckDB or Postgres.

    Example: csat restore csat-2026-11-25.backup
    """
    from ..history.backup import restore_backup
    from ..history.database import Database
    from ..settings import load_settings

    database = Database(load_settings().database)
    found = restore_backup(database, file)
    say(f"{sum(table.rows for table in found.tables.values()):,} rows of {found.account}: {database.name}")
