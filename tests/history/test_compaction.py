"""Compaction: a file of which a quarter is free shrinks at the end of a pull; any other is left alone."""

from __future__ import annotations

import pytest

from csat_analysis.errors import HistoryBusy
from csat_analysis.history import History

FILLER = "create table filler as select cast(uuid() as varchar) as text from range(300000)"


def test_a_file_shrinks_once_a_quarter_of_it_is_free(tmp_path):
    path = tmp_path / "csat.duckdb"
    history = History(str(path))
    history.create_or_migrate("https://acme.zendesk.com")
    with history._database.transaction() as con:
        con.raw_sql(FILLER)
    # Behind the filler, so that DuckDB cannot cut off the end of the file.
    history.save({"groups": [{"group_id": 1, "name": "Billing"}]})
    full, first = path.stat().st_size, path.stat().st_ino
    assert history.compact_if_needed() == []
    assert path.stat().st_ino == first

    with history._database.transaction() as con:
        con.raw_sql("drop table filler")
    assert path.stat().st_size > full / 2
    assert history.compact_if_needed() == []
    second = path.stat()
    assert (second.st_ino != first, second.st_mode & 0o777) == (True, 0o600)
    assert second.st_size < full / 2
    assert sorted(one.name for one in tmp_path.glob("*.duckdb*")) == ["csat.duckdb", "csat.duckdb.write.lock"]
    assert history.table("groups")["name"].tolist() == ["Billing"]

    assert history.compact_if_needed() == []
    assert path.stat().st_ino == second.st_ino


def test_a_first_pull_that_keeps_the_file_open_until_its_end(tmp_path):
    history = History(str(tmp_path / "csat.duckdb"))
    history._database.create()
    with history.pull_lock():
        history.create_or_migrate("https://acme.zendesk.com")
        assert history.compact_if_needed() == []


def test_a_pull_through_a_link_to_the_file_has_the_lock_of_the_file(history, tmp_path):
    link = tmp_path / "link.duckdb"
    link.symlink_to(history.location)
    with history.pull_lock(), pytest.raises(HistoryBusy), History(str(link)).pull_lock():
        pass
