"""`kill -9` at any moment of a later pull, fifty times: edits, moves and deletions arrive as if nothing had been."""

from __future__ import annotations

import shutil
from pathlib import Path

from support.accounts import assert_same, contents
from support.kill_pulls import kill_and_mend, undisturbed

from csat_analysis.stand_in import Account


def something_happens(account: Account) -> None:
    """What a later pull has to find: edits, late answers, moved and deleted tickets, new ones."""
    rated = account.truth.ratings.dropna(subset=["ticket_id", "agent_id"]).iloc[-12:]
    account.advance(hours=2)
    for row in rated.iloc[:4].itertuples():
        account.edit(row.response_id, 1 if row.rating > 3 else 5)
    for row in rated.iloc[4:8].itertuples():
        account.reassign(int(row.ticket_id), int(rated["agent_id"].iloc[0]))
    for row in rated.iloc[8:10].itertuples():
        account.delete(int(row.ticket_id))
    account.new_tickets(40)
    for response_id in account.truth.offers[-20:]:
        account.answer(response_id, 2, comment="late")
    account.advance(hours=2)


def test_kills_of_a_later_pull_leave_no_trace(account, url, tmp_path):
    base, _ = undisturbed(url, str(tmp_path / "base.duckdb"))
    shutil.copy(base.location, tmp_path / "whole.duckdb")
    something_happens(account)
    whole, lasts = undisturbed(url, str(tmp_path / "whole.duckdb"))
    assert contents(whole) != contents(base)
    kill_and_mend(url, tmp_path, whole, lasts, base=Path(base.location))
    assert_same(whole, account)
