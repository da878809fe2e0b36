"""The user's own targets of groups, teams, channels and the like (CSAT_TARGETS): dimension, value, target."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ..errors import CsatError, UnknownChoice
from ..settings import parse_share
from .csv_file import CsvFile, Kind, read_csv_file, values_of_line
from .dimensions import NOT_SET, TAG
from .filters import NOT, find_filter

if TYPE_CHECKING:
    from .store import History

COLUMNS = ("dimension", "value", "target")
KIND = Kind("targets file", "CSAT_TARGETS", COLUMNS, ",".join(COLUMNS), "target")
AGENT = "agent"


class Target(NamedTuple):
    """The share of good ratings that is wanted of a value of a dimension, and the line that says so."""

    number: int
    dimension: str
    value: str
    share: float


def read_targets(history: History) -> list[Target]:
    """Return the targets of a history in the order of their lines; none without a file.

    Whether the history has their values is checked by `check_values`.

    Raises
    ------
    CsatError
        If the file is malformed, names a dimension that the history does not have, or has two targets for one value:
        one line with the file and the number of the line.
    """
    if history.targets is None:
        return []
    found = read_targets_file(history.targets)
    for first, *_ in _by_dimension(found):
        # Every dimension has this value.
        _look_up(history, [first._replace(value=NOT_SET)])
    return found


def check_values(history: History, targets: Sequence[Target]) -> None:
    """Raise CsatError if a history does not have the values of these targets: it can take as long as a question."""
    for of_dimension in _by_dimension(targets):
        _look_up(history, of_dimension)


def _by_dimension(targets: Sequence[Target]) -> list[list[Target]]:
    lines = defaultdict(list)
    for one in targets:
        lines[one.dimension].append(one)
    return list(lines.values())


def read_targets_file(path: Path) -> list[Target]:
    """Read targets without looking them up. Raises CsatError if a line is malformed."""
    found = read_csv_file(path, KIND)
    _check_header(found)
    targets = [_target(path, number, found.names, cells) for number, cells in found.body]
    first: dict[tuple[str, str], int] = {}
    for one in targets:
        number = first.setdefault((one.dimension, one.value), one.number)
        if number != one.number:
            raise CsatError(
                f"{path}, lines {number} and {one.number} are both about {one.dimension} {one.value!r}: remove one"
            )
    return targets


def _check_header(found: CsvFile) -> None:
    for name in COLUMNS:
        times = found.names.count(name)
        if times != 1:
            what = "is there twice: remove one" if times else f"is missing; expected {KIND.example}"
            raise CsatError(f"{found.where}: the column {name} {what}")


def _target(path: Path, number: int, names: Sequence[str], cells: Sequence[str]) -> Target:
    given = values_of_line(path, number, names, cells)
    dimension, value, text = (given[name] for name in COLUMNS)
    where = f"{path}, line {number}"
    for name, cell in zip(COLUMNS, (dimension, value, text), strict=True):
        if not cell:
            raise CsatError(f"{where} has no {name}")
    if dimension == AGENT:
        raise CsatError(
            f"{where}: agents have no targets, because they are compared with their colleagues; remove it"
        )
    if (dimension, value) == (TAG, NOT_SET):
        raise CsatError(f"{where}: tickets without tags can have no target; remove it")
    try:
        return Target(number, dimension, value, parse_share(text))
    except ValueError as error:
        raise CsatError(f"{where}: the target {text[:20]!r} is no share: {error}") from None


def _look_up(history: History, targets: Sequence[Target]) -> None:
    """Raise CsatError if a history has no such dimension, or not all of these values of it."""
    first = targets[0]
    try:
        if first.dimension.startswith(NOT):
            raise CsatError(f"{first.dimension!r} is a filter, not a dimension: use one line per value")
        find_filter(history, {first.dimension: [one.value for one in targets]})
    except UnknownChoice as error:
        number = next((one.number for one in targets if one.value == error.given), first.number)
        raise CsatError(f"{history.targets}, line {number}: {error}") from None
    except CsatError as error:
        raise CsatError(f"{history.targets}, line {first.number}: {error}") from None
