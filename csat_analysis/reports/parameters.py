"""The parameters of a notebook: their names and defaults, and values for them from the command line."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterable
from pathlib import Path

from ..errors import InvalidChoice, InvalidValue, ReportError

FLAGS = {
    "yes": True,
    "true": True,
    "on": True,
    "1": True,
    "no": False,
    "false": False,
    "off": False,
    "0": False,
}
EXPECTED = {
    bool: "yes or no",
    int: "a whole number",
    float: "a number",
    list: 'a list in JSON, for example ["a", "b"]',
    dict: 'a dictionary in JSON, for example {"channel": "email"}',
}


def check_parameters(source: Path, names: Iterable[str]) -> None:
    """Check that a notebook has all these parameters.

    papermill only warns of an unknown parameter and runs with the default.

    Raises
    ------
    InvalidChoice
        If the notebook has no such parameter.
    ReportError
        If the file is not a notebook.
    """
    valid = parameter_defaults(source)
    for name in names:
        if name not in valid:
            raise InvalidChoice("parameter", name, valid)


def read_values(source: Path, texts: Iterable[str]) -> dict[str, object]:
    """Return the values of NAME=VALUE, each with the type of the notebook's default.

    Raises
    ------
    InvalidValue
        If a text has another form, the notebook has no such parameter, a value has another type, or a name occurs
        twice.
    """
    found: dict[str, object] = {}
    for text in texts:
        name, sign, value = (part.strip() for part in text.partition("="))
        if not (name and sign):
            raise InvalidValue(f"invalid value {text!r}; expected NAME=VALUE, for example weeks=26")
        if name in found:
            raise InvalidValue(f"{name} is given twice: choose one value")
        check_parameters(source, [name])
        found[name] = _with_type_of(parameter_defaults(source)[name], name, value)
    return found


def _with_type_of(default: object, name: str, value: str) -> object:
    """Return a text as a value of the same type as a default; text where the default has no type of `EXPECTED`."""
    kind = type(default)
    try:
        if kind is bool:
            return FLAGS[value.lower()]
        if kind in (int, float):
            return kind(value)  # type: ignore[call-overload]
        if kind in (list, dict) and not isinstance(found := json.loads(value), kind):
            raise TypeError
        return found if kind in (list, dict) else value
    except (KeyError, TypeError, ValueError):
        raise InvalidValue(f"invalid {name} {value!r}; expected {EXPECTED[kind]}") from None


def parameter_defaults(source: Path) -> dict[str, object]:
    """Return the names assigned in the cells tagged "parameters", with their values; None if one is not a literal.

    `papermill.inspect_notebook` is not used: it needs a kernel name, and skips parameters whose default contains
    "#" or "=".

    Raises
    ------
    ReportError
        If the file is not a notebook.
    """
    try:
        cells = json.loads(source.read_text("utf-8"))["cells"]
        tagged = [cell for cell in cells if "parameters" in cell["metadata"].get("tags", ())]
        return dict(pair for cell in tagged for pair in _assignments("".join(cell["source"])))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, SyntaxError) as error:
        reason = " ".join(str(error).split())
        raise ReportError(f"{source} is not a notebook ({reason}): open it in JupyterLab") from None


def _assignments(code: str) -> list[tuple[str, object]]:
    found: list[tuple[str, object]] = []
    for statement in ast.parse(code).body:
        if not isinstance(statement, ast.Assign | ast.AnnAssign):
            continue
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        names = [target.id for target in targets if isinstance(target, ast.Name)]
        found += [(name, _literal(statement.value)) for name in names]
    return found


def _literal(value: ast.expr | None) -> object:
    try:
        return None if value is None else ast.literal_eval(value)
    except ValueError:
        return None
