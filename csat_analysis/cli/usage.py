"""Wrong usage of the command line, such as an unknown option, as one line with the valid choices."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, NoReturn

import typer
from typer.core import TyperGroup

from ..errors import InvalidChoice, InvalidValue

# Newer versions of typer have a copy of click, so it is the base class of click or of that copy.
UsageError: type[Exception] = typer.BadParameter.__mro__[1]


class Commands(TyperGroup):
    """The commands by name. An unknown name is an error with the valid ones."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Return the command that the arguments name, and the other arguments."""
        if self.get_command(ctx, args[0]) is None:
            raise InvalidChoice("command", args[0], self.list_commands(ctx))
        return super().resolve_command(ctx, args)


def run_app(app: typer.Typer) -> NoReturn:
    """Run the command of this process's arguments, and exit with its exit code.

    Raises
    ------
    InvalidValue
        If the arguments are wrong. typer would print a box of five lines.
    """
    try:
        code = app(prog_name="csat", standalone_mode=False)
    except UsageError as error:
        message = describe_usage(error)
        if not message:
            # `csat` alone has printed its help.
            code = 2
        else:
            raise InvalidValue(message) from None
    sys.exit(code)


def check_folder(path: Path) -> None:
    """Raise InvalidValue if the folder for reports is named like a report, unless there is such a folder."""
    if path.suffix.lower() in (".html", ".pdf", ".xlsx", ".ipynb") and not path.is_dir():
        raise InvalidValue(f"--output is a folder for reports, got the name of a file: {path.name!r}")


def describe_usage(error: Any) -> str:
    """Return what is wrong with the arguments as one line, and where to read more."""
    message = error.format_message().rstrip(".")
    context = error.ctx
    if context and hasattr(error, "possibilities"):
        parameters = context.command.get_params(context)
        names = [name for one in parameters for name in (*one.opts, *one.secondary_opts)]
        options = [name for name in names if name.startswith("--")]
        message = str(InvalidChoice("option", error.option_name, options))
    path = context.command_path if context else "csat"
    return message and f"{message[0].lower()}{message[1:]}; see {path} --help"
