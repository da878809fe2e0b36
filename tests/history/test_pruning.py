"""A query without its unused columns gives the same rows, whatever its steps are."""

from __future__ import annotations

from collections.abc import Callable

import ibis
import pytest
from ibis.expr.types import Table
from support.every_question import odd_account
from support.long_tests import long_test

from csat_analysis.history import History
from csat_analysis.history.pruning import prune
from csat_analysis.history.views import VIEWS

QUERIES: dict[str, Callable[[Table, Table], Table]] = {
    "a table": lambda t, u: t,
    "rows counted": lambda t, u: t.mutate(d=t.a + 1).aggregate(n=ibis._.count()),
    "rows of a filter counted": lambda t, u: t.mutate(d=t.a + 1).filter(t.b > 2).aggregate(n=ibis._.count()),
    "distinct values": lambda t, u: t.mutate(d=t.a + 1)[["d"]].distinct(),
    "distinct values of a stored column": lambda t, u: t[["a"]].distinct(),
    "distinct rows counted": lambda t, u: t.distinct().aggregate(n=ibis._.count()),
    "a subquery": lambda t, u: t.filter(t.a.isin(u.filter(u.x > 1).x))[["b"]],
    "a subquery of the same table": lambda t, u: t.filter(t.a.isin(t.filter(t.b > 1).a))[["b"]],
    "a scalar of another table": lambda t, u: t.mutate(d=t.a + u.x.max().as_scalar())[["d"]],
    "unused elements of lists make rows": lambda t, u: t.mutate(one=t.tags.unnest())[["a"]],
    "elements counted": lambda t, u: t.mutate(one=t.tags.unnest()).aggregate(n=ibis._.count()),
    "a left join": lambda t, u: t.left_join(u, t.a == u.x)[["b", "y"]],
    "a join of which nothing is used": lambda t, u: t.left_join(u, t.a == u.x).aggregate(n=ibis._.count()),
    "a join with itself": lambda t, u: t.join(t.view(), "a")[["a", "b"]],
    "rows without a partner": lambda t, u: t.anti_join(u, t.a == u.x)[["b"]],
    "dropped columns": lambda t, u: t.mutate(d=t.a).drop("a", "b")[["c", "d"]],
    "a union": lambda t, u: ibis.union(t[["a", "b"]], t.mutate(a=t.b, b=t.a)[["a", "b"]])[["b"]],
    "a union of distinct rows": lambda t, u: ibis.union(t[["a", "b"]], t[["a", "b"]], distinct=True)[["a"]],
    "a window": lambda t, u: t.mutate(n=ibis.row_number().over(group_by=t.a, order_by=t.b)).filter(
        ibis._.n == 0
    )[["c"]],
    "sorted and limited": lambda t, u: t.order_by(ibis.desc(t.b)).limit(2)[["a"]],
    "counts of counts": lambda t, u: (
        t.group_by("a").aggregate(n=t.count(), m=t.b.max()).group_by("n").aggregate(k=ibis._.count())
    ),
    "a step used twice": lambda t, u: (d := t.mutate(d=t.a * 2)).left_join(
        d.group_by("d").aggregate(n=d.b.sum()), "d"
    )[["c", "n"]],
}


@pytest.mark.parametrize("name", QUERIES)
def test_the_rows_are_the_same(name):
    con = ibis.duckdb.connect()
    con.raw_sql(
        "create table t as select * from (values (1, 2, 'x', ['p', 'q']), (1, 5, 'y', ['p']), (2, 5, null, null), "
        "(3, 1, 'x', ['r', 'p', 'p'])) as v(a, b, c, tags)"
    )
    con.raw_sql("create table u as select * from (values (1, 'one'), (1, 'uno'), (2, 'two')) as v(x, y)")
    query = QUERIES[name](con.table("t"), con.table("u"))
    rows = query.to_pyarrow()
    pruned = prune(query).to_pyarrow()
    assert pruned.schema == rows.schema
    assert sorted(map(repr, pruned.to_pylist())) == sorted(map(repr, rows.to_pylist()))
    assert len(rows) > 0


def test_unused_columns_are_not_in_the_query():
    table = ibis.table({"a": "int64", "comment": "string"}, name="t")
    steps = table.mutate(words=table.comment.upper()).filter(table.a > 1)
    assert "comment" not in ibis.to_sql(prune(steps.aggregate(n=steps.a.sum())), dialect="duckdb")


@pytest.fixture(scope="module")
def odd_history(tmp_path_factory: pytest.TempPathFactory) -> History:
    """Return a history with null times, a former agent and tickets that are not stored."""
    return odd_account(History(str(tmp_path_factory.mktemp("odd") / "csat.duckdb")))


@pytest.mark.slow
@pytest.mark.parametrize("credit", ["rated", long_test("solved")])
@pytest.mark.parametrize("view", VIEWS)
def test_each_column_of_a_view_alone_has_the_values_that_it_has_beside_all_others(odd_history, view, credit):
    whole = odd_history.read(lambda con: con.table(view, credit=credit))
    assert len(whole) > 80
    for column in whole:
        keys = list(dict.fromkeys(["response_id", column]))
        alone = odd_history.read(lambda con, keys=keys: con.table(view, credit=credit)[keys])
        expected = whole[keys].sort_values("response_id", ignore_index=True)
        assert alone.sort_values("response_id", ignore_index=True).equals(expected), column


@pytest.mark.parametrize(
    ("column", "joined"),
    [
        ("rating", []),
        ("agent", ["agents"]),
        ("brand", ["brands", "tickets"]),
        ("ticket_url", ["account"]),
    ],
)
def test_a_view_reads_the_tables_that_its_used_columns_need(odd_history, column, joined):
    with odd_history._open() as con:
        query = ibis.to_sql(prune(con.table("ratings")[[column]].distinct()))
    others = ("account", "agents", "brands", "groups", "tickets")
    assert [name for name in others if f"FROM {name}" in query or f"JOIN {name}" in query] == joined
