"""
Delimited text of any encoding, delimiter and line end, as text cells.

The structure (where records end, how many fields each has) is found first, with
array operations over the bytes; Polars then reads only records of the right
length, so that it never has to guess. Records of another length are kept apart.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from cosmopolis.sources.faults import fault
from cosmopolis.sources.raw_grid import RaggedRow, RawTable, assembled, joined_header
from cosmopolis.vocabulary.recipe import Reading

#: A line longer than this is not a line of a table.
LONGEST_LINE_BYTES = 16_000_000
_BLOCK_BYTES = 1 << 24
#: Stands in for a delimiter of several bytes, which Polars does not take.
_UNIT_SEPARATOR = "\x1f"


def text_table(content: bytes, reading: Reading, *, file: str) -> RawTable:
    """The cells of a delimited text."""
    content, delimiter = _plain(content, reading, file=file)
    quote = reading.quote.encode("ascii", "replace")
    records = _records(content, delimiter, quote, file=file)
    top = reading.skip_rows + reading.header_rows
    if len(records) < top or not content.strip():
        raise fault("sources.empty", file=file)
    form = _Form(delimiter.decode(), reading.quote)
    header = joined_header(
        [form.cells(records.text(content, number)) for number in range(reading.skip_rows, top)], file=file
    )
    table = _body(content, records.after(top), header=header, form=form, reading=reading)
    if table is None:
        raise fault("sources.damaged", file=file)
    return table


@dataclass(frozen=True)
class _Form:
    delimiter: str
    quote: str

    def cells(self, record: str) -> tuple[str, ...]:
        """The fields of one record."""
        lines = io.StringIO(record, newline="")
        # a field may be as long as a line; the limit of the csv module is a global and stays as it is
        if len(record) > csv.field_size_limit():
            return tuple(record.split(self.delimiter))
        rows = csv.reader(
            lines,
            delimiter=self.delimiter,
            quotechar=self.quote or None,
            quoting=csv.QUOTE_MINIMAL if self.quote else csv.QUOTE_NONE,
        )
        try:
            return tuple(next(rows, ()))
        except csv.Error:  # a carriage return in the middle of a line
            return tuple(record.split(self.delimiter))


@dataclass(frozen=True)
class _Records:
    """Where each record starts and ends, how many fields it has, and its number in the file (from 1)."""

    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    fields: NDArray[np.int64]
    numbers: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.starts)

    def text(self, content: bytes, index: int) -> str:
        return content[self.starts[index] : self.ends[index]].decode("utf-8")

    def after(self, count: int) -> _Records:
        return self.where(slice(count, None))

    def where(self, chosen: NDArray[np.bool_] | slice) -> _Records:
        return _Records(self.starts[chosen], self.ends[chosen], self.fields[chosen], self.numbers[chosen])

    def joined(self, content: bytes) -> bytes:
        """The text of these records, each with its line end; neighbours are copied in one piece."""
        if not len(self):
            return b""
        breaks = np.flatnonzero(self.starts[1:] != self.ends[:-1] + 1)
        firsts = self.starts[np.concatenate(([0], breaks + 1))]
        lasts = self.ends[np.concatenate((breaks, [len(self) - 1]))]
        view = memoryview(content)
        return b"\n".join(bytes(view[first:last]) for first, last in zip(firsts, lasts, strict=True)) + b"\n"


def _plain(content: bytes, reading: Reading, *, file: str) -> tuple[bytes, bytes]:
    """The text as UTF-8 with LF line ends and a delimiter of one byte."""
    encoding = "utf-8-sig" if reading.encoding.lower().replace("_", "-") in {"utf-8", "utf8"} else reading.encoding
    try:
        text = content.decode(encoding)
    except LookupError as error:
        raise fault("sources.encoding_unknown", file=file, encoding=encoding) from error
    except UnicodeDecodeError as error:
        row = len(content[: error.start].splitlines()) or 1
        bad = content[error.start : error.start + 1].hex()
        raise fault("sources.encoding", file=file, row=row, encoding=encoding, byte=bad) from error
    except UnicodeError as error:
        raise fault("sources.encoding", file=file, row=1, encoding=encoding, byte="") from error
    if "\0" in text:
        row = text.count("\n", 0, text.index("\0")) + 1
        raise fault("sources.nul", file=file, row=row)
    delimiter = reading.delimiter
    if not delimiter.isascii() or len(delimiter) != 1:
        text, delimiter = text.replace(delimiter, _UNIT_SEPARATOR), _UNIT_SEPARATOR
    if "\r" in text:
        text = text.replace("\r\n", "\n")
        if "\n" not in text:
            text = text.replace("\r", "\n")
    return text.encode("utf-8"), delimiter.encode()


def _records(content: bytes, delimiter: bytes, quote: bytes, *, file: str) -> _Records:
    """Find the records; a line end or delimiter between quotes does not count."""
    data = np.frombuffer(content, dtype=np.uint8)
    ends: list[NDArray[np.int64]] = []
    marks: list[NDArray[np.int64]] = []
    open_quote = False
    for begin in range(0, len(data), _BLOCK_BYTES):
        block = data[begin : begin + _BLOCK_BYTES]
        outside = None
        if quote:
            is_quote = block == quote[0]
            if open_quote or is_quote.any():
                inside = np.logical_xor.accumulate(is_quote) ^ open_quote
                open_quote = bool(inside[-1])
                outside = ~inside
                _check_quotes(data, begin, np.flatnonzero(is_quote), inside=inside, delimiter=delimiter, file=file)
        for wanted, found in ((b"\n", ends), (delimiter, marks)):
            hits = block == wanted[0]
            found.append(np.flatnonzero(hits if outside is None else hits & outside) + begin)
    stops = np.concatenate(ends) if ends else np.zeros(0, np.int64)
    if open_quote:
        raise fault("sources.quote_open", file=file, row=len(stops) + 1)
    if len(data) and data[-1] != ord("\n"):
        stops = np.append(stops, len(data))
    starts = np.concatenate(([0], stops[:-1] + 1)) if len(stops) else stops
    longest = int(np.max(stops - starts, initial=0))
    if longest > LONGEST_LINE_BYTES:
        row = int(np.argmax(stops - starts)) + 1
        raise fault("sources.line_too_long", file=file, row=row, limit=LONGEST_LINE_BYTES)
    fields = np.ones(len(stops), np.int64)
    for found_marks in marks:
        if len(found_marks):
            at = np.searchsorted(stops, found_marks)
            fields[at[0] : at[-1] + 1] += np.bincount(at - at[0])
    return _Records(starts, stops, fields, np.arange(1, len(stops) + 1))


def _check_quotes(
    data: NDArray[np.uint8],
    begin: int,
    quotes: NDArray[np.int64],
    *,
    inside: NDArray[np.bool_],
    delimiter: bytes,
    file: str,
) -> None:
    """Refuse a quote in the middle of a field: from there on, fields could be anything."""
    places = quotes + begin
    opens = inside[quotes]
    neighbour = np.where(opens, places - 1, places + 1)
    at_edge = (neighbour < 0) | (neighbour >= len(data))
    beside = data[np.clip(neighbour, 0, len(data) - 1)]
    # a quote beside a quote is the pair that stands for one
    allowed = np.isin(beside, np.frombuffer(b"\n" + delimiter, np.uint8)) | (beside == data[places]) | at_edge
    if not allowed.all():
        place = int(places[~allowed][0])
        row = int(np.count_nonzero(data[:place] == ord("\n"))) + 1
        around = bytes(data[max(0, place - 20) : place + 20]).decode("utf-8", "replace")
        raise fault("sources.stray_quote", file=file, row=row, value=around)


def _body(
    content: bytes, records: _Records, *, header: tuple[str, ...], form: _Form, reading: Reading
) -> RawTable | None:
    filled = records.where(records.ends > records.starts)
    whole = filled.fields == len(header)
    regular, odd = filled.where(whole), filled.where(~whole)
    ragged = tuple(
        RaggedRow(int(odd.numbers[index]), form.cells(odd.text(content, index))) for index in range(len(odd))
    )
    try:
        frame = _cells(regular.joined(content), header=header, form=form)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException):
        return None
    if frame.height != len(regular):
        return None
    numbers = pl.Series("number", regular.numbers, dtype=pl.Int64)
    return assembled(header, frame, numbers=numbers, ragged=ragged, reading=reading)


def _cells(body: bytes, *, header: tuple[str, ...], form: _Form) -> pl.DataFrame:
    schema = pl.Schema(dict.fromkeys(header, pl.String()))
    if not body:
        return pl.DataFrame(schema=schema)
    return pl.read_csv(
        body,
        has_header=False,
        schema=schema,
        separator=form.delimiter,
        quote_char=form.quote or None,
    ).fill_null("")
