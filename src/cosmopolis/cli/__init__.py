"""Parse, call the workflow, print. Results go to stdout, everything else to stderr."""

from __future__ import annotations

import os
import sys
from types import TracebackType

from cosmopolis.errors import CosmopolisError


def main() -> None:
    """Run the command line; every failure has an exit code and words, never a traceback."""
    sys.excepthook = _unexpected
    from cosmopolis.cli.commands import app
    from cosmopolis.cli.output import Printer

    try:
        app()
    except CosmopolisError as error:
        Printer().error(error)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        # the reader of our output left (`| head`): nothing to say, and nobody to say it to
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)


def _unexpected(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Tell of a fault of ours in one sentence; the traceback is for those who ask for it."""
    if os.environ.get("COSMOPOLIS_DEBUG"):
        sys.__excepthook__(kind, error, trace)
        return
    from cosmopolis.cli.output import Printer

    Printer().say("cli.unexpected", kind=kind.__name__, told=str(error)[:300])
