"""Print the lines of code of each package, without docstrings, comments and blank lines.

Run it with: python benchmarks/code_size.py
"""

from __future__ import annotations

import ast
import io
import tokenize
from collections import Counter
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "csat_analysis"
NOT_CODE = {
    tokenize.COMMENT,
    tokenize.DEDENT,
    tokenize.ENCODING,
    tokenize.ENDMARKER,
    tokenize.INDENT,
    tokenize.NEWLINE,
    tokenize.NL,
}


def code_lines(source: str) -> int:
    """Count the lines of `source` that hold code.

    >>> code_lines('''"A docstring."
    ... # a comment
    ...
    ... x = 1
    ... ''')
    1
    """
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    lines = {
        line
        for token in tokens
        if token.type not in NOT_CODE
        for line in range(token.start[0], token.end[0] + 1)
    }
    return len(lines - docstring_lines(ast.parse(source)))


def docstring_lines(tree: ast.Module) -> set[int]:
    """Return the line numbers of all docstrings."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    bodies = [node.body for node in ast.walk(tree) if isinstance(node, documented)]
    docstrings = [body[0] for body in bodies if body and _is_docstring(body[0])]
    return {line for node in docstrings for line in range(node.lineno, (node.end_lineno or 0) + 1)}


def _is_docstring(statement: ast.stmt) -> bool:
    if not isinstance(statement, ast.Expr):
        return False
    return isinstance(statement.value, ast.Constant) and isinstance(statement.value.value, str)


def main() -> None:
    """Print one line per top-level package; top-level modules are counted together."""
    totals: Counter[str] = Counter()
    for path in PACKAGE.rglob("*.py"):
        parts = path.relative_to(PACKAGE).parts
        totals[parts[0] if len(parts) > 1 else "modules"] += code_lines(path.read_text("utf-8"))
    for name, lines in sorted(totals.items()):
        print(f"{name:<14}{lines:>7,}")
    print(f"{'total':<14}{totals.total():>7,} lines of code")


if __name__ == "__main__":
    main()
