"""A full disk and a read-only disk are one line with this cause; nothing half-written is left, and reading goes on."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import ACCOUNT, ZONE
from support.rating_factory import ratings, store

import csat_analysis as csat
from csat_analysis.errors import CsatError
from csat_analysis.export import export
from csat_analysis.history import History
from csat_analysis.history.backup import restore_backup, write_backup
from csat_analysis.history.database import Database
from csat_analysis.history.erasure import People
from csat_analysis.history.place import Place
from csat_analysis.history.publish import publish
from csat_analysis.history.rebases import add_rebase

pytestmark = pytest.mark.slow

Use = Callable[[History, Path, Path], object]
SAVES: dict[str, Use] = {  # of the history on the disk
    "pull": lambda history, *_: history.create_or_migrate(ACCOUNT, ZONE),
    "save": lambda history, *_: history.save({"brands": [{"brand_id": 1, "name": "x" * 1_000_000}]}),
    "rebase": lambda history, *_: add_rebase(history, "2026-11-11", "new survey"),
    "forget": lambda history, *_: history.forget(People(tickets=[1])),
    "restore": lambda history, _, file: restore_backup(Database(history.location), file),
}
WRITES: dict[str, Use] = {  # to the disk
    "backup": lambda history, disk, _: write_backup(Database(history.location), disk / "a.backup"),
    "publish": lambda history, disk, _: publish(history, Place(str(disk / "place"))),
    "new history": lambda _, disk, file: restore_backup(Database(str(disk / "new.duckdb")), file),
    **{
        ending: lambda history, disk, _, ending=ending: export(history.ratings(), disk / f"r{ending}")
        for ending in (".csv", ".xlsx", ".parquet")
    },
}


@pytest.fixture(scope="module")
def pulled(tmp_path_factory) -> Path:
    history = History(str(tmp_path_factory.mktemp("pulled") / "csat.duckdb"))
    history.create_or_migrate(ACCOUNT, ZONE)
    store(history, ratings(6, 2))
    return Path(history.location)


@pytest.fixture(scope="module")
def backup(pulled, tmp_path_factory) -> Path:
    file = tmp_path_factory.mktemp("backup") / "a.backup"
    write_backup(Database(str(pulled)), file)
    return file


@pytest.fixture
def disk(tmp_path, pulled) -> Iterator[Path]:
    """Yield a small disk that holds a history."""
    folder = tmp_path / "disk"
    folder.mkdir()
    size = pulled.stat().st_size + 50_000
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "csat", folder], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("only root can mount a small disk")
    try:
        shutil.copy(pulled, folder)
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


def fill(disk: Path) -> None:
    with pytest.raises(OSError, match="No space left"), (disk / "filled").open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))


def check(disk: Path, pulled: Path, backup: Path, causes: str, *, saves: dict[str, Use]) -> None:
    history, before = History(str(disk / "csat.duckdb"), wait_seconds=1), sorted(disk.iterdir())
    for uses, source in ((saves, history), (WRITES, History(str(pulled)))):
        for name, use in uses.items():
            with pytest.raises(CsatError, match=causes) as caught:
                use(source, disk, backup)
            assert "\n" not in str(caught.value) and "damaged" not in str(caught.value), name
            assert len(history.ratings()) == 8 and csat.status(history).counts["tickets"] == 8, name
    left = [path for path in disk.iterdir() if path not in before and path.suffix not in (".lock", ".wal")]
    assert {path.name for path in left} <= {"place"}
    assert not list(disk.rglob(".csat-*"))


@pytest.mark.long
def test_a_full_disk_is_named_as_the_cause(disk, pulled, backup):
    fill(disk)
    # To open a history of this version writes nothing, and what does not fit is found when it is committed.
    saves = {name: use for name, use in SAVES.items() if name != "pull"}
    check(disk, pulled, backup, "No space left on device", saves=saves)


@pytest.mark.long
def test_a_read_only_disk_is_named_as_the_cause(disk, pulled, backup):
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)

    check(disk, pulled, backup, "Read-only file system", saves=SAVES)


def test_a_compaction_without_room_is_a_note_and_keeps_the_file(disk):
    history = History(str(disk / "csat.duckdb"))
    history.save({"cursors": [{"stream": "erased_text", "cursor": "x"}]})
    fill(disk)
    (note,) = history.compact_if_needed()
    assert "No space left on device" in note and "the next pull tries again" in note
    assert len(history.ratings()) == 8
    assert not list(disk.glob(".csat-*"))
