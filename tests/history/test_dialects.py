"""Custom fields in the dialects of engines that no test runs: a path that an engine reads as null is a silent fault.

Spark needs a path, Trino and BigQuery make a JSON text of a text cast to JSON, and Snowflake takes `$` as a key.
"""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace

import ibis
import pytest

import csat_analysis
from csat_analysis.errors import CsatError
from csat_analysis.history.dimensions import Dimension, _json_value, split
from csat_analysis.history.postgres import GroupingCompiler

# As the manuals of the engines write it; "fields" is a column of text.
ACCEPTED = {
    "duckdb": """"fields" ->> '$."36"'""",
    "postgres": """JSON_EXTRACT_PATH_TEXT(CAST("fields" AS JSON), '36')""",
    "pyspark": """GET_JSON_OBJECT(`fields`, '$[\\'36\\']')""",
    "databricks": """`fields`:["36"]""",
    "trino": """JSON_EXTRACT_SCALAR("fields", '$["36"]')""",
    "bigquery": """JSON_EXTRACT_SCALAR(`fields`, '$[\\'36\\']')""",
    "snowflake": """JSON_EXTRACT_PATH_TEXT("fields", '["36"]')""",
}


@pytest.mark.parametrize(("engine", "accepted"), ACCEPTED.items(), ids=ACCEPTED)
def test_a_custom_field_is_read_as_the_manual_of_the_engine_says(engine, accepted):
    tickets = ibis.table({"fields": "string"}, name="tickets")
    query = tickets.select(value=_json_value(tickets.fields, "36", engine))
    compiled = ibis.to_sql(query, dialect=engine).replace('"t0".', "").replace("`t0`.", "")
    assert accepted in compiled


@pytest.mark.parametrize("engine", ["trino", "bigquery"])
def test_a_field_with_several_choices_is_refused_where_lists_are_read_as_null(engine, monkeypatch):
    tickets = ibis.table({"custom_fields": "string"}, name="tickets")
    monkeypatch.setattr(type(tickets), "get_backend", lambda _: SimpleNamespace(name=engine))
    themes = Dimension("field:Themes", (36,), is_multivalued=True)
    with pytest.raises(CsatError, match=rf"^field:Themes: tickets have several choices .* {engine} cannot"):
        split(tickets, (themes,))


def test_json_is_read_in_one_place():
    package = Path(csat_analysis.__file__).parent
    queries = [*package.glob("questions/*.py"), *package.glob("history/*.py")]
    reading = {path.name for path in queries if re.search(r"json_\w+\(|->>", path.read_text())}
    assert reading == {"dimensions.py"}


def test_a_grouping_on_postgres_keeps_an_offset_of_the_user():
    compiler, table = GroupingCompiler(), ibis.table({"a": "int64", "b": "string"}, name="t")
    computed = table.mutate(c=table.a + 1).filter(ibis._.c > 1).group_by("c").aggregate(n=ibis._.count())
    paged = table.order_by("a").limit(10, offset=5).group_by("b").aggregate(n=ibis._.count())
    offsets = [
        re.findall(r"OFFSET (\d+)", compiler.to_sqlglot(one).sql("postgres")) for one in (computed, paged)
    ]
    assert offsets == [["0"], ["5"]]
