"""Files are whole or absent, permissions do not depend on the umask, and leftovers of dead processes are deleted."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from csat_analysis.files import (
    HOST,
    PRIVATE,
    SHARED,
    delete_leftovers,
    replace_file,
    temporary_folder,
    temporary_name,
)


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o027, 0o077])
def test_a_page_is_at_most_0640_and_other_files_are_for_their_owner(umask, tmp_path):
    before = os.umask(umask)
    try:
        for name, wanted in (("page.html", SHARED), ("rows.csv", PRIVATE)):
            with replace_file(tmp_path / name, mode=wanted) as draft:
                assert mode(draft) == PRIVATE
                draft.write_text("x")
        with temporary_folder(tmp_path) as folder:
            assert mode(folder) == 0o700
    finally:
        os.umask(before)
    assert (mode(tmp_path / "page.html"), mode(tmp_path / "rows.csv")) == (0o640 & ~umask, 0o600)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["page.html", "rows.csv"]


def test_a_file_whose_writing_fails_is_as_before(tmp_path):
    (tmp_path / "rows.csv").write_text("old")
    with pytest.raises(KeyError), replace_file(tmp_path / "rows.csv") as draft:
        draft.write_text("half")
        raise KeyError
    assert [path.read_text() for path in tmp_path.iterdir()] == ["old"]


def test_leftovers_of_dead_processes_are_deleted_and_files_of_others_kept(tmp_path):
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    mine = tmp_path / temporary_name("x")
    gone = [tmp_path / f".csat-{dead.pid}-{HOST}-x", tmp_path / f".csat-{dead.pid}-{HOST}-y.duckdb.wal"]
    elsewhere = [tmp_path / f".csat-{dead.pid}-00000000-{age}" for age in ("new", "old")]
    others = [tmp_path / name for name in (".csat-1", ".csat-x-y-z", "csat.duckdb", f"csat-{dead.pid}")]
    for path in (mine, *gone, *elsewhere, *others):
        path.write_text("x")
    folder = tmp_path / f".csat-{dead.pid}-{HOST}-folder"
    folder.mkdir()
    (folder / "copy.duckdb").write_text("x")
    os.utime(elsewhere[1], (time.time() - 90_000,) * 2)
    delete_leftovers(tmp_path)
    assert set(tmp_path.iterdir()) == {mine, elsewhere[0], *others}
