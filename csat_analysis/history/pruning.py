"""Leave out of a query the columns that nothing uses, and the joins that only they need, before it is compiled.

The views have more than fifty columns of five tables, and a question uses about five. Ibis compiles every column of
every step of a query, and the database reads that text: in a small history this takes longer than the query itself. In
a large one the joins do: engines execute them, as most of them cannot know that keys are unique.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Any

from ibis.common.graph import Graph, Node
from ibis.expr import operations as ops
from ibis.expr.types import Table

# Steps that choose columns by name.
_CHOOSING = (ops.Project, ops.JoinChain)
# Steps whose rows are those that they read, with the same columns.
_PASSING = (ops.Filter, ops.Sort, ops.Limit, ops.DropColumns, ops.Reference)
# What reads the columns of its expressions only. All others read every column.
_READING_FIELDS = (ops.Aggregate, ops.JoinLink, ops.CountStar)

# Step or expression that the result needs -> the columns of it that are used (of an expression: none).
Used = Mapping[Node, set[str]]


class View(ops.SQLQueryResult):
    """A query that is written when its columns are known, and reads no more than they need. Only `prune` can write it.

    Attributes
    ----------
    write
        Returns the query with some columns, given their names and types. Equal views have equal ones.
    """

    write: Any


class Name(ops.Literal):
    """A name that a filter asks for. Only `prune` can write it: as a literal, or as the parameter of a query."""


def prune(table: Table, parameters: Mapping[str, str] = MappingProxyType({})) -> Table:
    """Return the same query without columns that neither its result nor a condition uses.

    parameters: what is written in place of each `Name`; by default the name itself.

    Examples
    --------
    >>> import ibis
    >>> ratings = ibis.table({"rating": "int64", "comment": "string"}, name="ratings")
    >>> renamed = ratings.select(rating=ratings.rating, words=ratings.comment)
    >>> prune(renamed.aggregate(n=renamed.count(), mean=renamed.rating.mean())).op().parent.schema.names
    ('rating',)
    """
    root = table.op()
    return root.replace(partial(_narrow, _find_used(root), parameters)).to_expr()


def _find_used(root: ops.Relation) -> Used:
    used: dict[Node, set[str]] = {root: set(root.schema)}
    order = list(Graph.from_bfs(root).toposort()[0])
    # Each step comes after all that use it.
    for node in reversed(order):
        if node in used:
            for child, names in _reads(node, used[node]):
                used.setdefault(child, set()).update(names)
    return used


def _reads(node: Node, names: set[str]) -> Sequence[tuple[Node, set[str]]]:
    """Return what the columns `names` of a step, or an expression, are made of: steps with their columns, and more."""
    if isinstance(node, ops.Field):
        return [(node.rel, {node.name})]
    if isinstance(node, _CHOOSING):
        values = [node.values[name] for name in _chosen(node, names)]
        steps = [one for one in node.__children__ if isinstance(one, (ops.Relation, ops.JoinLink))]
        return [(one, set()) for one in (*values, *steps)]
    return [(child, _columns_read(node, names, child)) for child in node.__children__]


def _columns_read(node: Node, names: set[str], child: Node) -> set[str]:
    if not isinstance(child, ops.Relation) or isinstance(node, _READING_FIELDS):
        return set()
    return names if isinstance(node, _PASSING) else set(child.schema)


def _chosen(node: Any, names: set[str]) -> list[str]:
    """Return the columns that a step needs: those used, those that make rows, and one if only its rows are counted."""
    kept = [name for name, value in node.values.items() if name in names or _makes_rows(value)]
    return kept or [next(iter(node.values))]


def _makes_rows(value: Node) -> bool:
    return not isinstance(value, ops.Field) and bool(value.find(ops.Unnest))


def _narrow(used: Used, parameters: Mapping[str, str], node: Node, changed: dict[str, Any] | None) -> Node:
    """Return a step with the columns that are used. changed: its arguments, if one of them was changed."""
    if node not in used:
        return node
    if isinstance(node, Name):
        return ops.Literal(parameters.get(node.value, node.value), node.dtype)
    given = changed or dict(zip(node.__argnames__, node.__args__, strict=True))
    if isinstance(node, _CHOOSING):
        kept = _chosen(node, used[node])
        return node.__recreate__({**given, "values": {name: given["values"][name] for name in kept}})
    if isinstance(node, View):
        kept = _kept(node, used[node])
        return node.write(kept, {name: node.schema[name] for name in kept}).op()
    if isinstance(node, ops.DropColumns):
        return _select(given["parent"], used[node])
    if isinstance(node, ops.DatabaseTable):
        return _select(node, used[node])
    return node.__recreate__(given) if changed else node


def _select(step: Any, names: set[str]) -> ops.Project:
    return ops.Project(step, {name: ops.Field(step, name) for name in _kept(step, names)})


def _kept(step: Any, names: set[str]) -> list[str]:
    """Return the columns of a step that are used; one if only its rows are counted."""
    return [name for name in step.schema if name in names] or [next(iter(step.schema))]
