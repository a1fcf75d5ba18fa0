"""
Walk through a guide as its reader does: write its files, fill its sheets, run its commands.

What is done, in the order of the document:

* a block `yaml file=PATH` continues that file
* a block `diff keep file=PATH` changes it; without `keep` it is a mistake that somebody
  makes, and the block `text` behind it is what the program says to that
* "Copy the folder `A` to `B`" copies
* a table below "Sheet `NAME`:" is filled into the spreadsheet that was written last
* the lines of a block `sh` are run
"""

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import CompletedProcess

from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

Run = Callable[[list[str], Path], CompletedProcess[str]]

_PARTS = re.compile(
    r"^```(?P<kind>\w+)(?P<told>[^\n]*)\n(?P<block>.*?)^```$"
    r"|Copy the folder `(?P<source>\S+)` to `(?P<target>\S+)`"
    r"|^Sheet `(?P<sheet>\w+)`[^\n]*\n\n(?P<table>(?:\|[^\n]*\n)+)",
    flags=re.MULTILINE | re.DOTALL,
)
#: It runs until somebody stops it.
_ENDLESS = "serve"


@dataclass
class Walk:
    """What came of a guide: every command with its output, and every mistake with what is said to it."""

    home: Path
    run: Run
    outputs: list[tuple[str, str]] = field(default_factory=list)
    mistakes: list[tuple[str, str]] = field(default_factory=list)  #: as the guide tells it, as the program does

    def output(self, command: str, time: int = -1) -> str:
        """What a command printed; the last time, if it was run more than once."""
        return [told for line, told in self.outputs if line == command][time]

    def through(self, guide: str) -> "Walk":
        """Do everything that the guide says."""
        parts = list(_PARTS.finditer(guide))
        for part, after in zip(parts, [*parts[1:], None], strict=True):
            if part["source"]:
                shutil.copytree(self.home / part["source"], self.home / part["target"])
            elif part["sheet"]:
                self._fill(part["sheet"], part["table"])
            elif part["kind"] == "sh":
                self._commands(part["block"])
            elif "file=" in part["told"]:
                self._file(part, after)
        return self

    def _file(self, part: re.Match[str], after: re.Match[str] | None) -> None:
        path = self.home / part["told"].split("file=")[1]
        if part["kind"] == "yaml":
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("a", encoding="utf-8") as file:
                file.write(part["block"])
        elif part["kind"] == "diff":
            before = path.read_text(encoding="utf-8")
            path.write_text(changed(before, part["block"]), encoding="utf-8")
            if "keep" not in part["told"]:
                assert after is not None
                assert after["kind"] == "text"
                self.mistakes.append((after["block"], self._told_wrong(path)))
                path.write_text(before, encoding="utf-8")

    def _told_wrong(self, path: Path) -> str:
        folder = path.relative_to(self.home).parts[0]
        command = ["check", folder] if path.name == "plan.yaml" else ["framework", "check", folder]
        ran = self.run(command, self.home)
        assert ran.returncode == 10
        # the last line counts the faults
        return "".join(line for line in ran.stderr.splitlines(keepends=True)[:-1])

    def _commands(self, block: str) -> None:
        for line in block.splitlines():
            program, command, *words = line.split()
            if program == "rm":
                self._remove(words)
                continue
            assert program == "cosmopolis"
            if command == _ENDLESS:
                continue
            ran = self.run([command, *words], self.home)
            assert ran.returncode == 0, (line, ran.stderr)
            self.outputs.append((line, ran.stdout))

    def _remove(self, patterns: list[str]) -> None:
        for path in [path for pattern in patterns for path in self.home.glob(pattern)]:
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()

    def _fill(self, sheet: str, table: str) -> None:
        written = [line.split("--form ")[1].split()[0] for line, _ in self.outputs if "--form" in line]
        path = self.home / written[-1]
        book = load_workbook(path)
        labels = {label.rpartition("[")[2]: label for label in _labels(book["lists"])}
        columns, _, *rows = [[cell.strip() for cell in line.strip("|\n").split("|")] for line in table.splitlines()]
        for number, row in enumerate(rows):
            told = dict(zip(columns, row, strict=True))
            _fill_row(book[sheet], told, number, labels)
        book.save(path)


def changed(text: str, diff: str) -> str:
    """A text in which each `-` line, which stands there once, gave way to the `+` lines behind it."""
    for hunk in re.findall(r"^-.*\n(?:\+.*\n)*", diff, flags=re.MULTILINE):
        old, *new = hunk.splitlines(keepends=True)
        assert ("\n" + text).count("\n" + old[1:]) == 1, old
        text = ("\n" + text).replace("\n" + old[1:], "\n" + "".join(line[1:] for line in new))[1:]
    return text


def _labels(lists: Worksheet) -> Iterator[str]:
    for row in lists.iter_rows(values_only=True):
        yield from (str(cell) for cell in row if cell)


def _fill_row(sheet: Worksheet, told: dict[str, str], number: int, labels: dict[str, str]) -> None:
    heads = {str(cell.value): at for at, cell in enumerate(sheet[1], 1)}
    keys = [key for key in ("question", "rater") if key in told]
    row = 3 + number
    if sheet.title in ("answers", "agreed"):
        (row, *_) = [
            at
            for at in range(3, sheet.max_row + 1)
            if all(sheet.cell(at, heads[key]).value == told[key] for key in keys)
        ]
    for name, value in told.items():
        if value:
            sheet.cell(row, heads[name], labels.get(f"{value}]", value) if name not in keys else value)
