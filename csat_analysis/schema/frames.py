"""Rows and Arrow tables as pandas DataFrames, with the column types that `tables` names."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import ibis
import pandas as pd
import pyarrow as pa

from .tables import Table

# Plain int64 and bool have no missing values; pandas' nullable types have, shown as <NA>.
NULLABLE = {
    pa.int64(): pd.Int64Dtype(),
    pa.int32(): pd.Int64Dtype(),
    pa.bool_(): pd.BooleanDtype(),
    pa.string(): pd.StringDtype(na_value=float("nan")),
    pa.large_string(): pd.StringDtype(na_value=float("nan")),
}


def to_arrow(table: Table, rows: Iterable[Mapping[str, Any]]) -> pa.Table:
    """Return rows of `table` as an Arrow table; rows can leave out columns, the same ones in each row."""
    rows = list(rows)
    present = [field for field in _fields(table) if not rows or field.name in rows[0]]
    return pa.Table.from_pylist(rows, schema=pa.schema(present))


@cache
def _fields(table: Table) -> pa.Schema:
    return ibis.schema(table.schema).to_pyarrow()


def in_utc(arrow: pa.Table) -> pa.Table:
    """Return the table with its times marked as UTC, which some engines leave out."""
    fields = [
        field.with_type(pa.timestamp(field.type.unit, "UTC"))
        if pa.types.is_timestamp(field.type) and field.type.tz is None
        else field
        for field in arrow.schema
    ]
    return arrow.cast(pa.schema(fields))


def to_pandas(arrow: pa.Table) -> pd.DataFrame:
    """Return a DataFrame with times in UTC, nullable integers and flags, and dates as midnight timestamps.

    A list without values is empty, never missing.
    """
    frame = arrow.to_pandas(types_mapper=NULLABLE.get, date_as_object=False)
    for name, kind in zip(arrow.column_names, arrow.schema.types, strict=True):
        if pa.types.is_list(kind) or pa.types.is_large_list(kind):
            values = [[] if value is None else list(value) for value in frame[name]]
            frame[name] = pd.Series(values, frame.index, dtype=object)
    return frame


def with_local_times(frame: pd.DataFrame, zone: dt.tzinfo) -> pd.DataFrame:
    """Return the frame with a column `X_local` for each time `X_at`: the local time, without a zone."""
    times = frame.select_dtypes("datetimetz")
    local = {
        name.removesuffix("_at") + "_local": times[name].dt.tz_convert(zone).dt.tz_localize(None)
        for name in times
    }
    return frame.assign(**local)


def frame(table: Table, rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """Return rows of `table` as a DataFrame with all its columns."""
    return to_pandas(to_arrow(table, ({**dict.fromkeys(table.schema), **row} for row in rows)))
