"""Erasure: no personal data is left in tables or files, later pulls do not restore it, and counts are kept."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import psycopg
import pytest
from support.accounts import ZONE, contents, pulled_history, settings_for, small_account
from support.postgres_roles import owner_of_tables_url

from csat_analysis.errors import CsatError, HistoryBusy, HistoryError
from csat_analysis.fake_zendesk import Account, serving
from csat_analysis.history import History, postgres
from csat_analysis.history.erasure import People
from csat_analysis.schema.tables import TABLES
from csat_analysis.sync import pull

pytestmark = pytest.mark.slow

WORDS = "Mr Quillfeather-Zobel never called me back, order 55512"


class Served:
    """A synthetic account and its history."""

    def __init__(self, url: str, account: Account, location: str):
        self.url, self.account, self.location = url, account, location
        self.history = History(location, timezone=ZONE)

    def pull(self, **changes: Any) -> None:
        reconcile = changes.pop("reconcile", False)
        settings = settings_for(self.url, self.location, **changes)
        pull(settings=settings, now=self.account.now, progress=False, reconcile=reconcile)


@pytest.fixture
def served(location):
    account = small_account()
    with serving(account) as url:
        made = Served(url, account, location)
        if "://" in location:
            made.pull()
        else:
            pulled_history(Path(location)).create_or_migrate(url)
        yield made


def everything(history: History) -> str:
    """Return all rows of all tables as text."""
    return "\n".join(row for rows in contents(history, TABLES).values() for row in rows)


def bytes_of(location: str) -> bytes:
    """Return the bytes of a history: the DuckDB file and all files beside it, or the data files of the server."""
    if "://" not in location:
        return b"".join(path.read_bytes() for path in Path(location).parent.glob("*") if path.is_file())
    with psycopg.connect(location, autocommit=True) as con:
        con.execute("checkpoint")
        folder = Path(con.execute("show data_directory").fetchone()[0])
    return b"".join(path.read_bytes() for path in (folder / "base").rglob("*") if path.is_file())


def commented(history: History) -> dict[str, Any]:
    """Return a rating with a comment and a ticket."""
    rows = history.ratings().dropna(subset=["comment", "ticket_id", "agent_id"])
    return rows[rows["comment"].str.len() > 20].iloc[-1].to_dict()


def per_week(history: History) -> dict[Any, int]:
    return history.ratings().groupby(["week", "rating_category", "group", "channel"]).size().to_dict()


def test_no_text_id_or_byte_of_an_erased_requester_is_left_and_no_pull_restores_them(served):
    history = served.history
    chosen = commented(history)
    requester, ticket = int(chosen["responder_id"]), int(chosen["ticket_id"])
    history.save(
        {
            "survey_responses": [{"response_id": chosen["response_id"], "comment": WORDS}],
            "unknown_bodies": [
                {
                    "kind": "ticket",
                    "id": "77",
                    "problem": "p",
                    "body": f'{{"id": 77, "requester_id": {requester}, "subject": "{WORDS}"}}',
                }
            ],
        }
    )
    counts = per_week(history)
    planned = history.forget(People(requesters=[requester]), dry_run=True)
    assert WORDS in everything(history)
    done = history.forget(People(requesters=[requester]))
    assert done.counts == planned.counts and done.counts["unknown_bodies"] == 1
    gone = [WORDS, str(requester), chosen["response_id"]]
    rows, data = everything(history), bytes_of(served.location)
    assert not [word for word in gone if word in rows or word.encode() in data]
    assert per_week(history) == counts
    served.account.advance(hours=1)
    served.account.edit(chosen["response_id"], 1)
    served.account.advance(hours=1)
    served.pull(reconcile=True)
    found = everything(history)
    assert not [word for word in gone if word in found]
    assert ticket not in set(history.table("tickets")["ticket_id"])
    assert len(history.ratings()) >= sum(counts.values())
    assert history.ratings()["response_id"].str.startswith("forgotten-").sum() >= 1


def test_an_erased_ticket_is_deleted_and_the_requesters_other_tickets_are_kept(served):
    history = served.history
    chosen = commented(history)
    before = len(history.table("tickets"))
    history.forget(People(tickets=[int(chosen["ticket_id"])]))
    assert chosen["response_id"] not in everything(history)
    assert chosen["comment"].encode() not in bytes_of(served.location)
    assert len(history.table("tickets")) == before
    served.pull()
    assert chosen["response_id"] not in everything(history)


def test_an_organization_is_erased_with_its_last_ticket(served):
    history = served.history
    tickets = history.table("tickets").dropna(subset=["organization_id"])
    chosen = tickets.iloc[0]
    alone = {"organization_id": 5, "name": "Quillfeather & Daughter"}
    history.save(
        {
            "organizations": [alone],
            "tickets": [{"ticket_id": int(chosen["ticket_id"]), "organization_id": 5}],
            "unknown_bodies": [{"kind": "organizations", "id": "5", "problem": "p", "body": "{}"}],
        }
    )
    shared = set(history.table("organizations")["organization_id"]) - {5}
    done = history.forget(People(tickets=[int(chosen["ticket_id"])]))
    assert done.counts["organizations"] == 1
    assert "Quillfeather" not in everything(history)
    assert b"Quillfeather" not in bytes_of(served.location)
    assert history.table("unknown_bodies").empty
    assert set(history.table("organizations")["organization_id"]) == shared
    served.pull()
    assert "Quillfeather" not in everything(history)


@pytest.mark.parametrize("location", ["postgres"], indirect=True)
def test_no_byte_is_left_in_the_samples_of_values_that_postgres_keeps_for_its_planner(served):
    chosen = commented(served.history)
    with psycopg.connect(served.location, autocommit=True) as con:
        con.execute("analyze")
    served.history.forget(People(tickets=[int(chosen["ticket_id"])]))
    assert chosen["comment"].encode() not in bytes_of(served.location)


@pytest.mark.parametrize("location", ["postgres"], indirect=True)
def test_bytes_that_another_transaction_still_reads_are_erased_when_the_command_is_repeated(
    served, monkeypatch
):
    chosen = commented(served.history)
    people = People(tickets=[int(chosen["ticket_id"])])
    with psycopg.connect(served.location) as reader:
        reader.execute("set transaction isolation level repeatable read")
        reader.execute("select 1 from groups").fetchall()
        with monkeypatch.context() as patch, pytest.raises(HistoryBusy, match="run the same command again"):
            patch.setattr(postgres, "READERS_SECONDS", 0.5)
            served.history.forget(people)
    assert chosen["comment"] not in everything(served.history)
    served.history.forget(people)
    assert chosen["comment"].encode() not in bytes_of(served.location)


@pytest.mark.parametrize("location", ["postgres"], indirect=True)
def test_a_role_that_does_not_own_the_database_is_told_to_ask_its_owner(served):
    chosen = commented(served.history)
    url = owner_of_tables_url(served.location)
    with pytest.raises(HistoryError, match="let the owner of the database run VACUUM FULL") as raised:
        History(url, timezone=ZONE).forget(People(tickets=[int(chosen["ticket_id"])]))
    assert "\n" not in str(raised.value)
    assert chosen["comment"] not in everything(served.history)


def test_an_erased_agent_is_counted_under_a_pseudonym_also_after_later_pulls(served):
    history = served.history
    chosen = commented(history)
    sizes = sorted(history.ratings().groupby("agent").size())
    history.forget(People(agents=[int(chosen["agent_id"])]))
    name, number = chosen["agent"], str(int(chosen["agent_id"]))
    assert "forgotten agent 1" in set(history.ratings()["agent"])
    assert sorted(history.ratings().groupby("agent").size()) == sizes
    assert name not in everything(history) and number not in everything(history)
    served.account.new_tickets(20)
    served.account.advance(hours=30)
    served.pull(reconcile=True)
    assert name not in everything(history) and number not in everything(history)
    assert "forgotten agent 1" in set(history.ratings()["agent"])


def test_an_unknown_id_is_a_one_line_error_and_erases_nothing(served):
    before = everything(served.history)
    with pytest.raises(CsatError, match="holds nothing about requester 4711"):
        served.history.forget(People(requesters=[4711]))
    assert everything(served.history) == before


def test_the_hashes_are_never_exported(served):
    with pytest.raises(CsatError, match="unknown table"):
        served.history.table("forgotten")


def test_a_pull_erases_old_comments_and_keeps_new_ones(served):
    history = served.history
    answers = history.ratings().dropna(subset=["comment"])
    served.pull(csat_keep_comments_days=14)
    cutoff = served.account.now - dt.timedelta(days=14)
    old = answers[answers["updated_at"] < cutoff]
    left = history.ratings().dropna(subset=["comment"])
    assert len(old) and set(left["response_id"]) == set(answers["response_id"]) - set(old["response_id"])
    assert len(history.ratings()) == len(answers) + history.ratings()["comment"].isna().sum() - len(old)
    served.pull(csat_keep_comments_days=14, reconcile=True)
    assert set(history.ratings().dropna(subset=["comment"])["response_id"]) == set(left["response_id"])


@pytest.mark.parametrize("location", ["duckdb"], indirect=True)
def test_no_byte_of_a_deleted_ticket_is_left_after_the_pull_that_erases_it(served):
    chosen = commented(served.history)
    served.history.save({"survey_responses": [{"response_id": chosen["response_id"], "comment": WORDS}]})
    assert WORDS.encode() in bytes_of(served.location)
    served.account.delete(int(chosen["ticket_id"]))
    served.account.advance(hours=1)
    served.pull()
    assert WORDS.encode() not in bytes_of(served.location)
    assert Path(served.location).stat().st_mode & 0o777 == 0o600
    assert "erased_text" not in served.history.cursors()


@pytest.mark.parametrize("location", ["duckdb"], indirect=True)
def test_the_command_needs_an_id_and_lists_reports_that_still_contain_the_person(served, csat, tmp_path):
    chosen = commented(served.history)
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "old.html").write_text(f"<p>{chosen['comment']}</p>")
    (tmp_path / "reports" / "other.html").write_text("<p>nothing</p>")

    assert csat("forget").code == 2
    unknown = csat("forget", "--ticket", "987654321")
    assert unknown.code == 1 and unknown.err.count("\n") == 1
    done = csat("forget", "--ticket", str(int(chosen["ticket_id"])))
    assert done.code == 0, done.err
    assert "old.html" in done.out and "other.html" not in done.out
    assert "pseudonymous" in done.out and "backups" in done.out
