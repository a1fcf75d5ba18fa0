"""What `inspect` believes about a file nobody has described yet: findings, how sure, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cosmopolis.vocabulary.recipe import Content, FromName, Measure, Reading, Repair, Role, SumCheck, TotalRows

#: Below this certainty a line of the proposed recipe carries a comment that asks a person to look.
SURE = 0.95


@dataclass(frozen=True)
class Remark:
    """A sentence about the file: its message id and what goes into it."""

    message_id: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Finding:
    """
    One thing that was found out about the form of the file.

    `certainty` lies between 0 and 1; `alternatives` are the other values that
    were weighed, the likeliest first.
    """

    what: str  #: `format`, `encoding`, `delimiter`, `decimal`, ... : the key of `Reading` where there is one
    value: str
    certainty: float
    reason: Remark
    alternatives: tuple[str, ...] = ()


@dataclass(frozen=True)
class ColumnFinding:
    """
    What one column of the file seems to be.

    `codes` proposes codes for the cells that were recognised; `unknown_cells`
    are those whose meaning a person has to state. `examples` are the commonest cells.
    """

    name: str
    role: Role
    certainty: float
    reason: Remark
    alternatives: tuple[Role, ...] = ()
    codes: Mapping[str, str] = field(default_factory=dict)
    unknown_cells: tuple[str, ...] = ()
    form: str = ""
    level: str = ""
    width: int = 0
    pad: int = 0
    expect: str = ""
    examples: tuple[str, ...] = ()


@dataclass(frozen=True)
class MeasureFinding:
    """A column of numbers (or a row of them, for a wide file), as the recipe would name it."""

    measure: Measure
    certainty: float
    reason: Remark


@dataclass(frozen=True)
class TotalFinding:
    """Cells of a column whose rows are sums of the others; `agreement` is the share of sums that came out."""

    total: TotalRows
    certainty: float
    reason: Remark
    agreement: float | None = None


@dataclass(frozen=True)
class SuppressionMark:
    """A mark that seems to hide small counts. Its range is the publisher's to state, never ours to guess."""

    mark: str
    cells: int
    smallest_shown: float | None
    certainty: float
    reason: Remark


@dataclass(frozen=True)
class Problem:
    """
    Something wrong with the file. `rows` are line numbers in the file (the first ones);
    `stops` is true when the rows do not agree in shape.
    """

    remark: Remark
    rows: tuple[int, ...] = ()
    count: int = 0
    stops: bool = False


@dataclass(frozen=True)
class Proposal:
    """A recipe for a file nobody has seen, with the certainty of each part of it."""

    file: str
    content: Content
    reading: Reading
    rows: int
    header: tuple[str, ...]
    findings: tuple[Finding, ...]
    columns: tuple[ColumnFinding, ...]
    measures: tuple[MeasureFinding, ...] = ()
    totals: tuple[TotalFinding, ...] = ()
    checks: tuple[SumCheck, ...] = ()
    suppressed: tuple[SuppressionMark, ...] = ()
    problems: tuple[Problem, ...] = ()
    repairs: tuple[Repair, ...] = ()  #: offered, never taken: a recipe that wants one names it
    from_name: tuple[FromName, ...] = ()
    area_template: str = ""
    first_rows: tuple[tuple[str, ...], ...] = ()  #: a header and five rows in the long form

    @property
    def agrees(self) -> bool:
        """Whether the rows of the file agree in shape."""
        return not any(problem.stops for problem in self.problems)

    def finding(self, what: str) -> Finding:
        """The finding of that name."""
        return next(finding for finding in self.findings if finding.what == what)

    def column(self, name: str) -> ColumnFinding:
        """What the column of that name seems to be."""
        return next(column for column in self.columns if column.name == name)
