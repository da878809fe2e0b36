"""A query without its unused columns gives the same rows, whatever its steps are."""

from __future__ import annotations

from collections.abc import Callable

import ibis
import pytest
from ibis.expr.types import Table

from csat_analysis.history.pruning import prune

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
