"""Faults of files, collected while reading and raised all together."""

from __future__ import annotations

from dataclasses import dataclass, field

from cosmopolis.errors import Fault, SourceError

#: A file with more mistakes than this is not the file the recipe is about; the rest are not looked for.
ENOUGH = 1000


@dataclass
class FaultList:
    """
    The faults of one run over some files.

    They are raised in the order of files and rows, whatever order they were found in.
    """

    found: list[tuple[int, int, int, Fault]] = field(default_factory=list)

    def add(self, message_id: str, *, file: str, order: int = 0, row: int = 0, **values: object) -> None:
        """Note one fault of `file`, the `order`-th of the source; row 0 is the file as a whole."""
        if len(self.found) < ENOUGH:
            told: dict[str, object] = {"file": file, **({"row": row} if row else {}), **values}
            self.found.append((order, row, len(self.found), Fault(message_id, told)))

    @property
    def full(self) -> bool:
        """Whether enough has been found to stop looking."""
        return len(self.found) >= ENOUGH

    def raise_if_any(self) -> None:
        """Raise everything that was found, if anything was."""
        if self.found:
            raise SourceError([fault for *_, fault in sorted(self.found, key=lambda entry: entry[:3])])


@dataclass(frozen=True)
class FileFaults:
    """The part of a `FaultList` that belongs to one file."""

    faults: FaultList
    file: str
    order: int = 0

    def add(self, message_id: str, *, row: int = 0, **values: object) -> None:
        """Note one fault of this file."""
        self.faults.add(message_id, file=self.file, order=self.order, row=row, **values)

    def add_all(self, error: SourceError) -> None:
        """Note the faults of an error that stopped the reading of this file."""
        for one in error.faults:
            values = {name: value for name, value in one.values.items() if name not in {"file", "row"}}
            row = one.values.get("row", 0)
            self.add(one.message_id, row=row if isinstance(row, int) else 0, **values)

    @property
    def full(self) -> bool:
        """Whether enough has been found to stop looking."""
        return self.faults.full


def fault(message_id: str, **values: object) -> SourceError:
    """
    Make the error of a single fault that stops the reading at once.

    >>> str(fault("sources.no_rows", file="a.csv"))
    "sources.no_rows (file='a.csv')"
    """
    return SourceError(Fault(message_id, values))
