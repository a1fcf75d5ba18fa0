"""Parse, call the workflow, print. Results go to stdout, everything else to stderr."""

from __future__ import annotations

import os
import sys
from types import TracebackType
from typing import TYPE_CHECKING

from cosmopolis.errors import CosmopolisError, UsageError

if TYPE_CHECKING:
    from typer.exceptions import TyperException


def main() -> None:
    """Run the command line; every failure has an exit code and words, never a traceback."""
    sys.excepthook = _unexpected
    try:
        code = _run()
        sys.stdout.flush()
    except KeyboardInterrupt:
        code = 130
    except BrokenPipeError:
        # the reader of our output left (`| head`): nothing to say, and nobody to say it to
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 141
    sys.exit(code)


def _run() -> int:
    from typer import Abort
    from typer.exceptions import TyperException

    import cosmopolis.cli.telling  # noqa: F401 - it adds its commands to the app
    from cosmopolis.cli.commands import app
    from cosmopolis.cli.output import Printer

    try:
        code = app(standalone_mode=False)
    except Abort:
        return 130
    except TyperException as error:
        return _told_wrong_use(error)
    except CosmopolisError as error:
        Printer().error(error)
        return error.exit_code
    return code if isinstance(code, int) else 0


def _told_wrong_use(error: TyperException) -> int:
    """Say in words of ours what was wrong with the call; the exit code."""
    from cosmopolis.cli.output import Printer

    kind, told = type(error).__name__, error.format_message()
    if kind == "NoArgsIsHelpError":
        print(told)
        return 0
    context = getattr(error, "ctx", None)
    command = str(context.info_name) if context is not None and context.parent is not None else ""
    named = getattr(getattr(error, "param", None), "name", "")
    if kind == "NoSuchOption":
        Printer().say("cli.no_such_option", value=getattr(error, "option_name", ""), command=command)
    elif kind == "MissingParameter" and named:
        Printer().say("cli.missing_argument", value=named, command=command)
    elif kind == "UsageError" and "command" in told and "'" in told:
        Printer().say("cli.no_such_command", value=told.split("'")[1])
    else:
        Printer().say("cli.wrong_use", told=told, command=command)
    return UsageError.exit_code


def _unexpected(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Tell of a fault of ours in one sentence; the traceback is for those who ask for it."""
    if os.environ.get("COSMOPOLIS_DEBUG"):
        sys.__excepthook__(kind, error, trace)
        return
    from cosmopolis.cli.output import Printer

    Printer().say("cli.unexpected", kind=kind.__name__, told=str(error)[:300])
