"""A file as text cells: the one entrance for every format."""

from __future__ import annotations

import io
from pathlib import Path

import polars as pl

from cosmopolis.sources.faults import fault
from cosmopolis.sources.raw_archive import file_bytes
from cosmopolis.sources.raw_grid import RawTable, assembled, joined_header
from cosmopolis.vocabulary.recipe import Reading

#: A Parquet file says beforehand how many cells it holds; more than this would not fit into memory as text.
MOST_PARQUET_CELLS = 20_000_000


def raw_table(path: Path, reading: Reading) -> RawTable:
    r"""
    Read a file, or the one wanted member of a ZIP, as text cells.

    Parameters
    ----------
    path
        The file as its publisher released it.
    reading
        Its form: format, encoding, delimiter, header and footer rows.

    Returns
    -------
    table
        Header, text cells in the order of the file, and the row number of each
        row, counted as a person sees it.

    Raises
    ------
    SourceError
        If the file cannot be read safely in that form. Rows with a wrong
        number of fields do not raise here; they are in `ragged`.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder) / "towns.csv"
    ...     _ = path.write_text("town,persons\nA,3\n")
    ...     table = raw_table(path, Reading("delimited"))
    >>> table.header, table.frame.rows(), table.first_row
    (('town', 'persons'), [('A', '3')], 2)
    """
    content = file_bytes(path, reading)
    if reading.format == "delimited":
        from cosmopolis.sources.raw_text import text_table

        return text_table(content, reading, file=path.name)
    if reading.format == "workbook":
        from cosmopolis.sources.raw_workbook import workbook_table

        return workbook_table(content, reading, file=path.name)
    if reading.format == "geojson":
        from cosmopolis.sources.raw_geojson import geojson_table

        return geojson_table(content, reading, file=path.name)
    return _parquet_table(content, reading, file=path.name)


def _parquet_table(content: bytes, reading: Reading, *, file: str) -> RawTable:
    try:
        lazy = pl.scan_parquet(io.BytesIO(content))
        schema = lazy.collect_schema()
        rows = lazy.select(pl.len()).collect().item()
        if rows * len(schema) > MOST_PARQUET_CELLS:
            raise fault("sources.too_many_cells", file=file, found=rows * len(schema), limit=MOST_PARQUET_CELLS)
        frame = lazy.collect()
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError, MemoryError) as error:
        raise fault("sources.damaged", file=file) from error
    nested = sorted(name for name, kind in schema.items() if kind.is_nested() or kind in (pl.Binary, pl.Object))
    if nested:
        raise fault("sources.parquet_nested", file=file, columns=nested)
    header = joined_header([list(schema)], file=file)
    frame = frame.select(as_text(frame[name], decimal=reading.decimal) for name in schema)
    frame.columns = list(header)
    # row 1 is the row of the column names, as in any other table
    numbers = pl.int_range(2, frame.height + 2, eager=True).alias("number")
    return assembled(header, frame, numbers=numbers, ragged=(), reading=reading)


def as_text(column: pl.Series, *, decimal: str) -> pl.Series:
    """Cells as a person would type them: 12 and not 12.0, an empty text for no value."""
    if column.dtype.is_float() and (column.drop_nulls().drop_nans() % 1 == 0).all() and not column.is_nan().any():
        whole = column.cast(pl.Int64, strict=False)
        if whole.null_count() == column.null_count():
            column = whole
    text = column.cast(pl.String)
    if column.dtype.is_float() and decimal != ".":
        text = text.str.replace(".", decimal, literal=True)
    return text.fill_null("")
