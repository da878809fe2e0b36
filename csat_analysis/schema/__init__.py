"""The tables of a history as data: columns, types and keys (`tables`), and rows as DataFrames (`frames`)."""
