"""Public names: typed without `Any`, and documented with numpydoc sections."""

from __future__ import annotations

import importlib.util
import inspect
import re
import subprocess
import sys
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import csat_analysis as csat
from csat_analysis import questions


def public_functions() -> Iterator[Any]:
    """Yield every public function and every public method of a public class, with its name."""
    for name in csat.__all__:
        value = getattr(csat, name)
        if inspect.isfunction(value):
            yield pytest.param(value, id=name)
        elif inspect.isclass(value):
            for method, function in inspect.getmembers(value, inspect.isfunction):
                if not method.startswith("_") and function.__module__.startswith("csat_analysis"):
                    yield pytest.param(function, id=f"{name}.{method}")


def has_any(annotation: Any) -> bool:
    """Return whether a type is or contains `Any`, other than as the values of a JSON object or a row."""
    parts = typing.get_args(annotation)
    if typing.get_origin(annotation) in (dict, Mapping) and parts == (str, Any):
        return False
    return annotation is Any or any(has_any(part) for part in _flatten(parts))


def _flatten(parts: Iterable[Any]) -> Iterator[Any]:
    for part in parts:
        yield from part if isinstance(part, list) else [part]


def type_hints(function: Callable[..., Any]) -> dict[str, Any]:
    """Return the types of parameters and result; pandas is imported for type checkers only in some modules."""
    return typing.get_type_hints(function, localns={"pd": pd})


@pytest.mark.parametrize("function", [*public_functions()])
def test_a_public_signature_is_typed_without_any(function: Callable[..., Any]):
    hints = type_hints(function)
    parameters = [name for name in inspect.signature(function).parameters if name != "self"]
    assert set(parameters) | {"return"} <= set(hints)
    assert not [name for name, hint in hints.items() if has_any(hint)]


@pytest.mark.parametrize("function", [*public_functions()])
def test_a_public_docstring_has_numpydoc_sections(function: Callable[..., Any]):
    text = inspect.getdoc(function) or ""
    summary = text.splitlines()[0]
    assert summary.endswith("."), summary
    parameters = [name for name in inspect.signature(function).parameters if name != "self"]
    if len(parameters) > 1:
        assert "Parameters\n----------" in text
        for name in parameters:
            assert name in text, f"parameter {name} is not documented"
    if type_hints(function)["return"] is not type(None) and len(parameters) > 1:
        assert "Returns\n-------" in text or "Yields\n------" in text


def test_the_help_of_the_package_lists_every_public_name():
    text = csat.__doc__ or ""
    assert not [
        name for name in csat.__all__ if not re.search(rf"^    {name}  |`{name}`", text, re.MULTILINE)
    ]


def test_the_api_reference_lists_every_public_name():
    text = (Path(__file__).parents[2] / "docs" / "api.md").read_text()
    assert not [name for name in csat.__all__ if not re.search(rf"^   {name}$", text, re.MULTILINE)]


def test_tab_and_dir_offer_the_public_names_and_nothing_else():
    script = "import csat_analysis as csat; csat.trend; print(*dir(csat))"
    shown = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert shown.split() == sorted(csat.__all__)


def test_questions_are_functions_also_after_modules_of_their_names_were_imported():
    for name in questions.__all__:
        if importlib.util.find_spec(f"{questions.__name__}.{name}"):
            importlib.import_module(f"{questions.__name__}.{name}")
            assert inspect.isfunction(getattr(questions, name)), name
