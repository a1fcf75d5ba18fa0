"""Files of publishers, read as their recipes say. No arithmetic on people."""

from cosmopolis.sources.areas import read_areas
from cosmopolis.sources.code_lists import read_codes
from cosmopolis.sources.counts import read_table
from cosmopolis.sources.raw import raw_table
from cosmopolis.sources.raw_grid import RaggedRow, RawTable
from cosmopolis.sources.register import read_register

__all__ = ["RaggedRow", "RawTable", "raw_table", "read_areas", "read_codes", "read_register", "read_table"]
