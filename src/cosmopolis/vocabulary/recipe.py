"""
How to read one publisher's file: content, not code.

A recipe is YAML under `content/recipes` or in a city's own `recipes` folder.
`catalogue` checks it and makes these objects; `sources` follows them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Format = Literal["delimited", "workbook", "parquet", "geojson"]
#: `persons`: a register with one row a person, of which only the counts go further. `facilities`: places of
#: services; `ways`: travel times to them; `crosswalk`: which share of each old area lies in each new one.
Content = Literal["counts", "areas", "codes", "persons", "facilities", "ways", "crosswalk"]
#: What a column is. An origin axis is written `axis:birth`, `axis:citizenship`, ...
Role = str


@dataclass(frozen=True)
class Reading:
    """The form of the file, before any meaning."""

    format: Format
    encoding: str = "utf-8-sig"
    delimiter: str = ","
    quote: str = '"'
    decimal: str = "."
    thousands: str = ""
    sheet: str = ""
    skip_rows: int = 0  #: title rows above the header
    header_rows: int = 1  #: more than one: merged headers, joined with " / "
    footer: str = ""  #: a regular expression: from the first row whose first cell matches, all is notes
    missing: tuple[str, ...] = ("",)
    suppressed: Mapping[str, tuple[int, int]] = field(default_factory=dict)  #: mark -> smallest, largest count
    member: str = ""  #: for a ZIP: pattern of the one file inside


@dataclass(frozen=True)
class Ancestor:
    """A coarser level that the first characters of an area's code name."""

    level: str
    first: int


@dataclass(frozen=True)
class Column:
    """
    What one column of the file is, and how its cells become codes.

    `role` is one of `area`, `parent`, `area_name`, `period`, `sex`, `age_group`,
    `axis:<axis>`, `indicator`, `value`, `status`, `check`, `ignore`, for
    shapes `geometry`, and for code lists `dimension`, `code` and `label:<language>`.
    In a register of persons also `age` (completed years) and `birth_date`. Of
    facilities `facility`, `facility_name`, `service`, `places`, `longitude` and
    `latitude`; of ways `facility` and `minutes`; of a crosswalk `new_area` and `amount`.
    `parent_name` with a `level` is the name of the parent of that level. One
    column of the file may have several entries with different roles.

    With a column of role `indicator`, a measure reads the rows of its own
    indicator only. Cells of role `status` are Eurostat's letters unless `codes`
    says otherwise.
    """

    name: str
    role: Role
    other_names: tuple[str, ...] = ()  #: how other years' files call it
    required: bool = True
    codes: Mapping[str, str] | None = None  #: cell -> code; any other cell is a fault
    width: int = 0  #: an area code is text of this many characters
    pad: int = 0  #: leading zeros are added up to this width (the file writes numbers)
    extract: str = ""  #: a regular expression; its first group is the cell
    form: str = ""  #: of a period: `%Y`, `%Y%m`, `%Y-%m-%d`, `range`
    end_of_period: bool = False  #: `%Y%m` means its last day
    level: str = ""  #: of an area or parent
    ancestors: tuple[Ancestor, ...] = ()
    expect: str = ""  #: role `check`: a regular expression found in every cell (anchor it with ^ and $)


@dataclass(frozen=True)
class Measure:
    """
    A column of numbers: what it counts, and the dimensions it stands for.

    `pattern` instead of `column` takes every column whose name matches; its
    first group is the cell of the role named by `pattern_role`.
    """

    indicator: str
    unit: str
    column: str = ""
    other_names: tuple[str, ...] = ()
    required: bool = True
    pattern: str = ""
    pattern_role: Role = ""
    pattern_form: str = ""
    sets: Mapping[Role, str] = field(default_factory=dict)
    whole: bool = True  #: whole persons; a fraction is a fault
    smallest: float = 0
    largest: float | None = None
    total: bool = False  #: the sum of the other columns: checked, not counted again
    of_which: str = ""  #: part of that column: shown, never added
    scale: float = 1


@dataclass(frozen=True)
class TotalRows:
    """Rows that are sums of other rows: checked against them, not counted again."""

    column: str
    cells: tuple[str, ...]
    checked: bool = True
    tolerance: float = 0


@dataclass(frozen=True)
class SumCheck:
    """In every row, `parts` add up to `whole` (columns of the file)."""

    whole: str
    parts: tuple[str, ...]


@dataclass(frozen=True)
class Repair:
    """
    A fault of the file that is mended, counted and listed.

    `insert_missing_field`: rows with one field too few get an empty one at
    `column`. `drop_identical_duplicates`: rows that repeat another in every
    column that is not ignored. `pad`: codes of `column` that lost leading zeros get them back, up to
    its width. `make_valid`: polygons that cross themselves are mended (GEOS).
    `rows` is the expected count for files that match `files`; any
    other count is an error.
    """

    kind: Literal["insert_missing_field", "drop_identical_duplicates", "pad", "make_valid"]
    reason: str
    rows: int
    files: str = "*"
    column: str = ""


@dataclass(frozen=True)
class FromName:
    """Something that only the file's name says."""

    pattern: str  #: a regular expression over the name; its first group is the cell
    role: Role
    codes: Mapping[str, str] | None = None
    form: str = ""


@dataclass(frozen=True)
class Download:
    """One address of the publisher."""

    url: str
    name: str
    tried: bool = False  #: somebody has downloaded from it and it worked
    largest_bytes: int = 200_000_000


@dataclass(frozen=True)
class Recipe:
    """How to read one publisher's file, or many of the same form."""

    id: str
    publisher: str
    licence: str
    landing_page: str
    content: Content
    files: tuple[str, ...]  #: patterns of file names
    reading: Reading
    columns: tuple[Column, ...]
    measures: tuple[Measure, ...] = ()
    constants: Mapping[Role, str] = field(default_factory=dict)
    from_name: tuple[FromName, ...] = ()
    universe: str = ""
    absent_is_zero: bool = False
    totals: tuple[TotalRows, ...] = ()
    checks: tuple[SumCheck, ...] = ()
    repairs: tuple[Repair, ...] = ()
    other_columns: Literal["fault", "ignore"] = "fault"
    area_template: str = ""  #: makes an area code of several columns: `1kmN{y}E{x}`
    geometry_crs: str = ""
    boundary_date: str = ""
    areas_count: int = 0  #: how many areas the file must have; 0: not said
    amounts: Literal["persons", "square_metres", "share", ""] = ""  #: what the amounts of a crosswalk are
    downloads: tuple[Download, ...] = ()
    hosts: tuple[str, ...] = ()  #: the only hosts a download may come from
    title: Mapping[str, str] = field(default_factory=dict)  #: what the table is, in several languages
    sha256: str = ""  #: of the recipe's own text
