"""A built site as its readers have it: pages and downloads, and nothing of the program's own."""

import csv
import hashlib
import html
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

LANGUAGES = ("en", "fr", "es", "zh", "ar", "ru")


def file_digests(folder: Path) -> dict[str, str]:
    """SHA-256 of every file under a folder, by its path in it."""
    root = folder.resolve()
    paths = sorted(path for path in root.rglob("*") if path.is_file())
    return {path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


@dataclass(frozen=True)
class PublishedSite:
    """The site of one city."""

    folder: Path

    @cached_property
    def observations(self) -> list[dict[str, str]]:
        with (self.folder / "data" / "observations.csv").open(encoding="utf-8", newline="") as stream:
            return list(csv.DictReader(stream))

    def rows(self, **wanted: str) -> list[dict[str, str]]:
        return [row for row in self.observations if all(row[name] == value for name, value in wanted.items())]

    def row(self, **wanted: str) -> dict[str, str]:
        """The one row about all sexes, ages and groups, unless something else is wanted."""
        found = self.rows(**({"sex": "_T", "age_group": "_T", "group": "_T"} | wanted))
        assert len(found) == 1, (wanted, found)
        return found[0]

    def interval(self, **wanted: str) -> tuple[float, float]:
        """What a row says: its value twice, or its bounds."""
        row = self.row(**wanted)
        if row["value"]:
            assert (row["lower"], row["upper"], row["status"]) == ("", "", "A")
            return float(row["value"]), float(row["value"])
        return float(row["lower"]), float(row["upper"])

    def page(self, language: str) -> str:
        return (self.folder / language / "index.html").read_text(encoding="utf-8")

    def map_areas(self, language: str, figure: str) -> list[int]:
        """How many shapes with a name each drawing of a map has: the wide one and the narrow one."""
        drawings = re.findall(r"<svg\b.*?</svg>", self._figure(language, figure), re.DOTALL)
        return [len(re.findall(r"<path\b[^>]*><title>[^<]+</title>", drawing)) for drawing in drawings]

    def _figure(self, language: str, figure: str) -> str:
        found = re.search(rf'<figure id="{figure}".*?</figure>', self.page(language), re.DOTALL)
        assert found is not None, figure
        return found[0]

    def listing(self, language: str, name: str) -> list[list[str]]:
        """The cells of a table of the page, row by row."""
        table = re.search(
            rf'<table[^>]*\bid="{name}".*?</table>|id="{name}".*?</table>', self.page(language), re.DOTALL
        )
        assert table is not None, name
        rows = re.findall(r"<tr\b.*?</tr>", table[0], re.DOTALL)
        return [[_text(cell) for cell in re.findall(r"<t[dh]\b.*?</t[dh]>", row, re.DOTALL)] for row in rows]


def _text(markup: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", markup)).split())
