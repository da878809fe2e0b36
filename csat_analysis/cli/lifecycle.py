"""The commands that annotate, erase, copy or publish what a history holds."""

from __future__ import annotations

import datetime as dt
import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import InvalidValue
from ..files import expand_home
from .histories import open_to_read
from .output import result_is_saved, say

if TYPE_CHECKING:
    from ..history.erasure import Found
    from ..history.publication import Excluded

OUT_OF_REACH = (
    "Not erased: backups, other copies of the history, the free space of the disk and, on Postgres, the server's "
    "write-ahead log and replicas. A published history keeps it until the next csat publish. "
    "Erase the person in Zendesk, too.\n"
    "The ids are kept as keyed hashes, so that later pulls leave these people out: the hashes are pseudonymous, "
    "not anonymous. See docs/privacy.md."
)
Ids = list[int] | None
DURATION = re.compile(r"(\d{1,4})([dh])")


def rebase(
    date: Annotated[str, typer.Argument(help="First day of the new level (YYYY-MM-DD).")],
    text: Annotated[str, typer.Argument(help="What changed, in one line.")] = "",
    group: Annotated[str | None, typer.Option(help="Name of a group. Default: the whole account.")] = None,
    remove: Annotated[
        bool, typer.Option("--remove", help="Remove the known change of that day and group.")
    ] = False,
) -> None:
    """Store a known change, such as a new survey: limits and lasting changes start again there.

    Example: csat rebase 2026-09-07 "new survey" --group Billing
    """
    from ..history.rebases import add_rebase, remove_rebase

    history = open_to_read()
    found = (
        remove_rebase(history, date, group=group) if remove else add_rebase(history, date, text, group=group)
    )
    done = "Removed from" if remove else "Stored in"
    with result_is_saved():
        say(f"{done} {history.name}: {found.day} {found.group or 'all groups'}: {found.text}")


def settings(
    name: Annotated[str | None, typer.Argument(help="Name of a definition. Default: list all.")] = None,
    value: Annotated[str | None, typer.Argument(help="Value to store for all who read the history.")] = None,
) -> None:
    """List the definitions of the history, such as what counts as good, or store one.

    Example: csat settings good top
    """
    from ..definitions import check_definition
    from ..history import open_history
    from ..history.definitions import definition_notes, list_definitions, store_definition

    check_definition(name, value)
    history = open_history()
    if name is not None and value is not None:
        store_definition(history, name, value)
        with result_is_saved():
            say(f"Stored in {history.name}: {name} {value}")
    for one in list_definitions(history):
        if name in (None, one.name):
            say(f"{one.name:<9}{one.value:<10}{one.origin:<13}{one.meaning}")
    for note in definition_notes(history):
        say(f"note: {note}")


def forget(
    requester: Annotated[Ids, typer.Option(help="User id of a customer. May be repeated.")] = None,
    ticket: Annotated[Ids, typer.Option(help="Id of a ticket. May be repeated.")] = None,
    agent: Annotated[Ids, typer.Option(help="User id of an agent. May be repeated.")] = None,
    output: Annotated[Path, typer.Option(help="Folder with reports and exports to search.")] = Path(
        "reports"
    ),
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be erased; erase nothing.")
    ] = False,
) -> None:
    """Erase a person's text, names and ids from the history. Their ratings stay as counts.

    Example: csat forget --requester 39000000000042 --dry-run
    """
    from ..history.copies import find_copies
    from ..history.erasure import People

    people = People(requester or [], ticket or [], agent or [])
    if not any(people):
        raise InvalidValue("missing id: give --requester ID, --ticket ID or --agent ID")
    history = open_to_read()
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
    with result_is_saved():
        say(f"{written.rows:,} rows of {written.account}: {file}")


def restore(
    source: Annotated[str, typer.Argument(help="File of csat backup, or place of csat publish.")],
) -> None:
    """Replace the history by a backup or by a published history, on DuckDB or Postgres.

    Example: csat restore csat-2026-11-25.backup
    """
    from ..history.backup import restore_backup
    from ..history.database import Database
    from ..history.place import Place
    from ..settings import PARQUET, load_settings

    database = Database(load_settings().database)
    path = expand_home(source)
    is_place = "://" in source or source.startswith(PARQUET) or path.is_dir()
    found = restore_backup(database, Place(source) if is_place else path)
    with result_is_saved():
        say(f"{found.rows:,} rows of {found.account}: {database.name}")
        for note in found.notes:
            say(f"note: {note}")


def publish(
    place: Annotated[str, typer.Argument(help="A folder, or an object store such as s3://bucket/folder.")],
    keep: Annotated[
        str, typer.Option(help="How long replaced files stay: days or hours, as 1d, 12h.")
    ] = "1d",
    no_comments: Annotated[
        bool, typer.Option("--no-comments", help="Leave out comments, subjects and custom fields.")
    ] = False,
    no_requesters: Annotated[
        bool, typer.Option("--no-requesters", help="Leave out customers: their ids and organizations.")
    ] = False,
    no_agent_names: Annotated[
        bool, typer.Option("--no-agent-names", help="Replace the names of agents by pseudonyms.")
    ] = False,
) -> None:
    """Publish the history as Parquet files, which any engine can read. Only months that changed are written.

    Example: csat publish /srv/csat --keep 1d
    """
    from ..history.place import Place
    from ..history.publish import publish as run_publish
    from ..settings import PARQUET

    match = DURATION.fullmatch(keep)
    if match is None:
        raise InvalidValue(f"invalid --keep {keep!r}; expected days or hours, for example 1d or 12h")
    hours = int(match[1]) * (24 if match[2] == "d" else 1)
    options: dict[Excluded, bool] = {
        "comments": no_comments,
        "requesters": no_requesters,
        "agent names": no_agent_names,
    }
    left_out = [what for what, is_left_out in options.items() if is_left_out]
    target = Place(place)
    done = run_publish(open_to_read(), target, keep=dt.timedelta(hours=hours), left_out=left_out)
    files = f"{done.written} files written, {done.kept} kept, {done.deleted} deleted"
    with result_is_saved():
        say(f"{done.rows:,} rows at {target.name}: {files}")
        if set(done.left_out) > set(left_out):
            say(f"Without {', '.join(done.left_out)}, as before: give another place to publish more.")
        # An address with a key or with options is not shown whole.
        is_shown = target.name == place.removeprefix(PARQUET)
        address = (
            shlex.quote(f"{PARQUET}{target.name}") if is_shown else f"{PARQUET} and the address given here"
        )
        say(f"Read it with CSAT_DATABASE={address}")
