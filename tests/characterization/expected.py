"""Write expected answers as JSON with one row per line, and compare answers with them."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

RELATIVE, ABSOLUTE = 1e-7, 1e-12
IS_WRITTEN = bool(
    os.environ.get("CSAT_WRITE_EXPECTED")
)  # read before a fixture hides the variables of the machine


def write_if_asked(path: Path, answers: Any) -> None:
    """Make these answers the expected ones if CSAT_WRITE_EXPECTED is set."""
    if IS_WRITTEN:
        write(path, answers)


def write(path: Path, answers: Any) -> None:
    """Write answers to a file, one row of a frame per line."""
    path.write_text("\n".join(_lines(answers)) + "\n", encoding="utf-8")


def read(path: Path) -> Any:
    """Read answers from a file."""
    return json.loads(path.read_text(encoding="utf-8"))


def differences(expected: Any, found: Any, path: str = "") -> Iterator[str]:
    """Yield one line for each difference, with the path to it."""
    if isinstance(expected, dict) and isinstance(found, dict):
        for key in expected | found:
            where = f"{path} > {key}" if path else key
            if key not in found:
                yield f"{where}: missing"
            elif key not in expected:
                yield f"{where}: new"
            else:
                yield from differences(expected[key], found[key], where)
    elif isinstance(expected, list) and isinstance(found, list):
        if len(expected) != len(found):
            yield f"{path}: {len(found)} values instead of {len(expected)}"
        for place, (one, other) in enumerate(zip(expected, found, strict=False)):
            yield from differences(one, other, f"{path}[{place}]")
    elif not _same(expected, found):
        yield f"{path}: {found!r} instead of {expected!r}"


def _same(expected: Any, found: Any) -> bool:
    numbers = (int, float)
    if isinstance(expected, bool) or isinstance(found, bool):
        return expected is found
    if isinstance(expected, numbers) and isinstance(found, numbers):
        return math.isclose(expected, found, rel_tol=RELATIVE, abs_tol=ABSOLUTE)
    return bool(expected == found)


def _lines(value: Any, indent: str = "") -> list[str]:
    """Return the lines of a value: one per entry of a dictionary or list of rows, all else on one line."""
    inner = indent + " "
    if isinstance(value, dict) and value:
        entries = [(f"{_on_one_line(key)}: ", _lines(one, inner)) for key, one in value.items()]
        return ["{", *_indented(entries, inner), f"{indent}}}"]
    if isinstance(value, list) and value and all(isinstance(one, list) for one in value):
        return ["[", *_indented([("", [_on_one_line(row)]) for row in value], inner), f"{indent}]"]
    return [_on_one_line(value)]


def _indented(entries: list[tuple[str, list[str]]], indent: str) -> Iterator[str]:
    for place, (start, lines) in enumerate(entries, 1):
        comma = "," if place < len(entries) else ""
        whole = [f"{indent}{start}{lines[0]}", *lines[1:]]
        yield from [*whole[:-1], whole[-1] + comma]


def _on_one_line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
