"""How the command line speaks: the reader's language, results apart from progress."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from cosmopolis.errors import CosmopolisError, Fault
from cosmopolis.language import Language, best_language, language

if TYPE_CHECKING:
    from cosmopolis.vocabulary.area import Areas
    from cosmopolis.vocabulary.report import Section

Progress = Callable[[str, int, int], None]


def reader() -> Language:
    """The language of the person at the keyboard."""
    return language(best_language(os.environ))


class Printer:
    """Prints results to stdout and everything else to stderr."""

    def __init__(self, *, as_json: bool = False, quiet: bool = False) -> None:
        self.as_json, self._quiet = as_json, quiet
        self.language = reader()

    def result(self, told: object, message_id: str, **values: object) -> None:
        """Print a result: JSON if asked for, otherwise a sentence."""
        if self.as_json:
            print(json.dumps(told, ensure_ascii=False, indent=2, default=str))
        elif not self._quiet:
            print(self.language.say(message_id, **values))

    def lines(self, text: str) -> None:
        """Print text that is a result of its own."""
        if not self.as_json:
            print(text)

    def sections(self, told: Sequence[Section], envelope: object, areas: Areas | None = None) -> None:
        """Print sections as text, or the same as JSON; `areas` gives areas their names."""
        from cosmopolis.cli.blocks import Speaker, sections_text

        if self.as_json:
            print(json.dumps(envelope, ensure_ascii=False, indent=2, default=str))
        else:
            print(sections_text(told, Speaker(self.language, areas)))

    def say(self, message_id: str, **values: object) -> None:
        """Say something that is no result."""
        print(self.language.say(message_id, **values), file=sys.stderr)

    def error(self, error: CosmopolisError) -> None:
        """Say what is wrong, why it stops us and what to do."""
        print(self.language.error(error), file=sys.stderr)

    def faults(self, faults: tuple[Fault, ...]) -> None:
        """Say every fault, one paragraph each."""
        for fault in faults:
            print(self.language.fault(fault), file=sys.stderr)

    @contextmanager
    def progress(self) -> Iterator[Progress]:
        """
        Show a bar for each step of long work.

        Without a terminal, or with `--quiet`, nothing moves and nothing is written.
        """
        if self._quiet or not sys.stderr.isatty():
            yield lambda _step, _done, _of: None
            return
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        columns = (TextColumn("{task.description:<28}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
            tasks = {}

            def advance(step: str, done: int, of: int) -> None:
                if step not in tasks:
                    tasks[step] = bars.add_task(self.language.say(f"progress.{step}"), total=of)
                bars.update(tasks[step], completed=done, total=of)

            yield advance
