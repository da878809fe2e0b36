"""A backup that is damaged or that somebody else made is refused in one line, and nothing changes."""

from __future__ import annotations

import hashlib
import io
import json
import random
import shutil
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from support.accounts import contents, history_of, small_account

from csat_analysis.errors import HistoryError
from csat_analysis.export.parquet import ROWS_PER_GROUP
from csat_analysis.history import History
from csat_analysis.history.backup import restore_backup, write_backup
from csat_analysis.history.database import Database
from csat_analysis.schema.tables import TABLES

pytestmark = pytest.mark.slow

MANIFEST = "manifest.json"
GROUPS = "groups.parquet"
Entries = dict[str, bytes]
Change = Callable[[pa.Table], pa.Table]


@pytest.fixture(scope="module")
def pulled(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("pulled") / "pulled.duckdb"
    history_of(small_account(tickets=60), path)
    return path


@pytest.fixture(scope="module")
def backup(pulled, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("backup") / "good.backup"
    write_backup(Database(str(pulled)), path)
    return path


@pytest.fixture
def entries(backup) -> Entries:
    with zipfile.ZipFile(backup) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture
def refuses(pulled, tmp_path) -> Callable[[Path, str], None]:
    """Return a function that checks that a file is refused, by a history with rows and by a new one."""
    mine = Database(str(shutil.copy(pulled, tmp_path / "mine.duckdb")))
    before = rows_of(mine.location)
    (tmp_path / "empty").mkdir()
    new = Database(str(tmp_path / "empty" / "new.duckdb"))

    def check(file: Path, why: str) -> None:
        for database in (mine, new):
            with pytest.raises(HistoryError, match=why) as refused:
                restore_backup(database, file)
            assert "\n" not in str(refused.value)
        assert rows_of(mine.location) == before
        assert not [path for path in (tmp_path / "empty").iterdir() if not path.name.endswith(".lock")]

    return check


def rows_of(location: str) -> dict[str, list[str]]:
    return contents(History(location), TABLES)


def write(path: Path, entries: Entries, **options: Any) -> Path:
    with zipfile.ZipFile(path, "w", **options) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return path


def with_manifest(entries: Entries, **changes: Any) -> Entries:
    manifest = json.loads(entries[MANIFEST]) | changes
    return {**entries, MANIFEST: json.dumps(manifest).encode()}


def with_table(entries: Entries, name: str, change: Change, **options: Any) -> Entries:
    """Return entries with a changed table whose checksum and number of rows are right."""
    table = change(pq.read_table(io.BytesIO(entries[f"{name}.parquet"])))
    raw = io.BytesIO()
    pq.write_table(table, raw, **{"use_dictionary": False, "compression": "zstd", **options})
    tables = json.loads(entries[MANIFEST])["tables"]
    tables[name] = {"rows": table.num_rows, "sha256": hashlib.sha256(raw.getvalue()).hexdigest()}
    return {**with_manifest(entries, tables=tables), f"{name}.parquet": raw.getvalue()}


def with_column(name: str, values: Callable[[pa.ChunkedArray], Any]) -> Change:
    def change(table: pa.Table) -> pa.Table:
        place = table.column_names.index(name)
        return table.set_column(place, name, values(table[name]))

    return change


def add_long_texts(groups: pa.Table) -> pa.Table:
    """Return 150 MB of rows that take a few kilobytes in a file."""
    rows = {"group_id": range(ROWS_PER_GROUP), "name": ["x" * 15_000] * ROWS_PER_GROUP}
    columns = [rows.get(field.name, [None] * ROWS_PER_GROUP) for field in groups.schema]
    return pa.table([pa.array(one, field.type) for one, field in zip(columns, groups.schema, strict=True)],
                    schema=groups.schema)  # fmt: skip


def to_float(values: pa.ChunkedArray) -> pa.ChunkedArray:
    return values.cast(pa.float64())


def all_null(values: pa.ChunkedArray) -> pa.Array:
    return pa.nulls(len(values), values.type)


def at(microseconds: int) -> Callable[[pa.ChunkedArray], pa.Array]:
    return lambda values: pa.array([microseconds] * len(values), pa.int64()).cast(values.type)


def twice(table: pa.Table) -> pa.Table:
    return pa.concat_tables([table, table])


TABLE_CASES: dict[str, tuple[str, Change, dict[str, Any], str]] = {
    "keys twice": ("groups", twice, {}, "keys of groups are missing or twice"),
    "keys missing": ("groups", with_column("group_id", all_null), {}, "keys of groups are missing or twice"),
    "no key column": ("groups", lambda t: t.drop_columns("group_id"), {}, "keys of groups"),
    "year 9999": (
        "survey_responses", with_column("updated_at", at(253_402_300_799_000_000)), {}, "impossible time"
    ),
    "year 290000": ("tickets", with_column("created_at", at(2**62)), {}, "impossible time"),
    "another type": ("groups", with_column("group_id", to_float), {}, "groups has other columns"),
    "another column": ("groups", lambda t: t.append_column("x", t["group_id"]), {}, "has other columns"),
    "no columns": ("groups", lambda t: t.select([]), {}, "has other columns"),
    "dictionaries": ("groups", lambda t: t, {"use_dictionary": True}, "unpacks to more"),
    "other encodings": ("groups", lambda t: t, {"column_encoding": "DELTA_BYTE_ARRAY"}, "unpacks to more"),
    "long texts": ("groups", add_long_texts, {}, "unpacks to more"),
    "large row groups": ("groups", lambda t: pa.concat_tables([t] * 4000), {}, "unpacks to more"),
    "another account": (
        "account", with_column("url", lambda v: pa.array(["https://x.test"])), {}, "its account is not the one"
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", TABLE_CASES)
def test_a_table_that_csat_backup_does_not_write_is_refused(case, entries, refuses, tmp_path):
    name, change, options, why = TABLE_CASES[case]
    if "column_encoding" in options:
        entries = with_table(entries, name, lambda t: t.select(["group_id", "name"]))
        options = {"column_encoding": {"name": "DELTA_BYTE_ARRAY", "group_id": "PLAIN"}}
    refuses(write(tmp_path / "hostile", with_table(entries, name, change, **options)), why)


MANIFEST_CASES: dict[str, tuple[dict[str, Any], str]] = {
    "newer": ({"schema_version": 900}, "upgrade csat_analysis"),
    "no version": ({"schema_version": 0}, "it is not a backup"),
    "text as version": ({"schema_version": "6"}, "it is not a backup"),
    "another format": ({"format": "csat_analysis backup 2"}, "it is not a backup"),
    "more": ({"more": 1}, "it is not a backup"),
    "a zone that is SQL": ({"timezone": "x'; drop table tickets; --"}, "its manifest is not valid"),
    "another account": ({"account": "https://elsewhere.test"}, "is a copy of|its account is not the one"),
    "no tables": ({"tables": {}}, "its files are not those of its manifest"),
}


@pytest.mark.parametrize("case", MANIFEST_CASES)
def test_a_manifest_that_does_not_fit_is_refused(case, entries, refuses, tmp_path):
    changes, why = MANIFEST_CASES[case]
    refuses(write(tmp_path / "hostile", with_manifest(entries, **changes)), why)


@pytest.mark.parametrize(
    "name", ["../../evil.parquet", "/etc/evil.parquet", "C:\\evil", "x.parquet", "\x1b[2J"]
)
def test_an_entry_with_another_name_is_refused_and_not_unpacked(name, entries, refuses, tmp_path):
    refuses(write(tmp_path / "hostile", {**entries, name: b"x"}), "its files are not those of its manifest")
    assert not list(tmp_path.rglob("evil*"))


def test_a_missing_table_is_named(entries, refuses, tmp_path):
    tables = json.loads(entries[MANIFEST])["tables"]
    del tables["tickets"], entries["tickets.parquet"]
    refuses(write(tmp_path / "hostile", with_manifest(entries, tables=tables)), "it has no table 'tickets'")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_an_entry_that_is_there_twice_is_refused(entries, refuses, tmp_path):
    file = write(tmp_path / "hostile", entries)
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr(GROUPS, entries[GROUPS])
    refuses(file, "its files are not those of its manifest")


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFDIR])
def test_an_entry_that_is_a_link_or_a_device_is_refused(kind, entries, refuses, tmp_path):
    file = tmp_path / "hostile"
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in entries.items():
            info = zipfile.ZipInfo(name)
            info.external_attr = (kind if name == GROUPS else stat.S_IFREG) << 16
            archive.writestr(info, b"/etc/passwd" if name == GROUPS else data)
    refuses(file, "it was not written by csat backup")


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_compressed_archive_is_refused_before_anything_is_unpacked(method, entries, refuses, tmp_path):
    bomb = {**entries, MANIFEST: entries[MANIFEST] + b" " * 10_000_000}
    file = write(tmp_path / "hostile", bomb, compression=method, compresslevel=1)
    assert file.stat().st_size < 1_000_000
    refuses(file, "it was not written by csat backup")


def test_an_encrypted_entry_is_refused(entries, refuses, tmp_path):
    data = bytearray(write(tmp_path / "hostile", entries).read_bytes())
    place = data.rindex(b"PK\x01\x02")
    data[place + 8] |= 1
    (tmp_path / "hostile").write_bytes(data)
    refuses(tmp_path / "hostile", "it was not written by csat backup")


def test_an_entry_that_claims_to_be_larger_than_the_file_is_refused(entries, refuses, tmp_path):
    data = bytearray(write(tmp_path / "hostile", entries).read_bytes())
    place = data.rindex(b"PK\x01\x02")
    data[place + 20 : place + 28] = (2**31 - 1).to_bytes(4, "little") * 2
    (tmp_path / "hostile").write_bytes(data)
    refuses(tmp_path / "hostile", "it claims to be larger than it is")


def test_a_file_with_other_bytes_or_of_another_length_is_refused(backup, refuses, tmp_path):
    good, chance = backup.read_bytes(), random.Random(11)
    for number in range(8):
        data = bytearray(good)
        place = chance.randrange(len(data))
        if number % 2:
            del data[place:]
        else:
            data[place] ^= 0xFF
        (tmp_path / "hostile").write_bytes(data)
        refuses(tmp_path / "hostile", "hostile")


def test_what_is_not_a_file_is_refused(refuses, tmp_path):
    for path in (tmp_path, tmp_path / "missing", Path("/dev/zero")):
        refuses(path, "is not a file: give a file that csat backup wrote")


@pytest.mark.parametrize("location", ["postgres"], indirect=True)
def test_a_text_that_postgres_cannot_store_is_refused_and_the_tables_stay_as_they_are(
    location, entries, backup, tmp_path
):
    restore_backup(Database(location), backup)
    before = rows_of(location)
    hostile = with_table(entries, "groups", with_column("name", lambda v: pa.array(["a\0b"] * len(v))))
    cases = {"nul": hostile, "twice": with_table(entries, "tickets", twice)}
    for name, changed in cases.items():
        with pytest.raises(HistoryError, match=r"rows of (groups|tickets) cannot be stored \(\w+\)"):
            restore_backup(Database(location), write(tmp_path / name, changed))
        assert rows_of(location) == before
