"""
Files of publishers, read as their recipes say. No arithmetic on people.

What a name needs is imported when it is first used: a command that only looks
whether anything changed should not wait for geometry and tables.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cosmopolis.sources.areas import read_areas
    from cosmopolis.sources.code_lists import read_codes
    from cosmopolis.sources.counted import counted_columns
    from cosmopolis.sources.counts import read_table
    from cosmopolis.sources.facilities import read_facilities
    from cosmopolis.sources.pairs import read_crosswalk, read_ways
    from cosmopolis.sources.raw import raw_table
    from cosmopolis.sources.raw_grid import RaggedRow, RawTable
    from cosmopolis.sources.register import read_register

__all__ = [
    "RaggedRow",
    "RawTable",
    "counted_columns",
    "raw_table",
    "read_areas",
    "read_codes",
    "read_crosswalk",
    "read_facilities",
    "read_register",
    "read_table",
    "read_ways",
]

_HOMES = {
    "RaggedRow": "raw_grid",
    "RawTable": "raw_grid",
    "counted_columns": "counted",
    "raw_table": "raw",
    "read_areas": "areas",
    "read_codes": "code_lists",
    "read_crosswalk": "pairs",
    "read_facilities": "facilities",
    "read_register": "register",
    "read_table": "counts",
    "read_ways": "pairs",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
