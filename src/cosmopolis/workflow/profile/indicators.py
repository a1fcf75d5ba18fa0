"""The default indicators of section P6: what each of them is now, with its interval, and what it would be by lot."""

from __future__ import annotations

from dataclasses import dataclass

from cosmopolis.vocabulary.city import OriginQuestion
from cosmopolis.vocabulary.protected import Protected, Quantity
from cosmopolis.vocabulary.report import GroupName, Listing, Message, Period, Tally
from cosmopolis.vocabulary.table import NEAREST, SERVICE, group_code, group_pairs
from cosmopolis.workflow.margins import rest_group
from cosmopolis.workflow.profile.material import Material, label, message, periods, question_rows


def indicators(material: Material, question: OriginQuestion, told: Protected) -> Listing:
    """The default indicators as numbers: what it is now, and what it would be by lot."""
    now = Now(material, question, told)
    scales = scale_rows(told, material)
    wanted: list[tuple[Message, Quantity | None, Quantity | None]] = [
        (message("indicators.dissimilarity"), now.index("dissimilarity"), now.told("dissimilarity_by_chance")),
        (message("indicators.information_theory"), now.index("information_theory"),
         now.told("information_theory_by_chance")),
        (message("indicators.between"), now.told("between_share"), None),
        (message("indicators.isolation"), now.index("isolation"), now.told("isolation_by_chance")),
        (message("indicators.exposure"), now.of_rest("exposure"), now.of_rest("exposure_by_chance")),
        *((message("indicators.context", k=nearest(each)), each, now.told("isolation_by_chance")) for each in scales),
        *((message("indicators.macro_micro_ratio", near_k=nearest(scales[0]), far_k=nearest(scales[-1])),
           now.told("macro_micro_ratio"), None) for _ in scales[:1]),
        *((message("indicators.access_gap", service=service_of(each)), each, None) for each in now.gaps),
    ]  # fmt: skip
    rows = tuple((name, value, chance or "") for name, value, chance in wanted if value is not None)
    caption = message("indicators.title", people=label(question), period=Period(rows[0][1].period))
    name = f"indicators-{question.label.replace('_', '-')}"
    return Listing(name, caption, ("column.indicator", "column.value", "column.by_lot"), rows)


@dataclass(frozen=True)
class Now:
    """The last number of each measure of the city about a question's group."""

    material: Material
    question: OriginQuestion
    statement: Protected

    def index(self, name: str) -> Quantity | None:
        """An index with the interval of persons drawn anew; of withheld counts, with its bounds."""
        indices = self.material.measured.segregation.get(f"{self.question.label}=")
        return last(indices, self.material, self.question, name)

    def told(self, name: str) -> Quantity | None:
        """A number of the statement."""
        return last(self.statement, self.material, self.question, name)

    @property
    def gaps(self) -> list[Quantity]:
        """The gap in access to each service."""
        tables = (self.material.reach(self.question, asked.service) for asked in self.material.city.access)
        rows = [row for table in tables if table is not None for row in table.quantities(indicator="access_gap")]
        return [each for each in rows if each.value is not None]

    def of_rest(self, name: str) -> Quantity | None:
        """A number of the statement about everybody else."""
        rows = {"indicator": name, "area_code": self.material.city.id, "group": rest_group(self.question)}
        return next(self.statement.quantities(**rows), None)


def last(table: Protected | None, material: Material, question: OriginQuestion, indicator: str) -> Quantity | None:
    """The last number of a measure of the city about a question's group."""
    if table is None:
        return None
    rows = {"indicator": indicator, "area_code": material.city.id, **question_rows(question)}
    found = periods(table, **rows)
    return next(table.quantities(**rows, period=found[-1]), None) if found else None


def scale_rows(told: Protected, material: Material) -> list[Quantity]:
    """
    The group's share among its members' nearest residents, last period, the nearest first.

    Areas that have grown too large for the contexts of earlier years have none today.
    """
    rows = told.quantities(indicator="context_isolation", area_code=material.city.id, period=today(told))
    return sorted(rows, key=lambda quantity: nearest(quantity).count)


def today(told: Protected) -> list[str]:
    """The last period of a statement, as a list of none or one."""
    return periods(told, indicator="cumulative_share")[-1:]


def nearest(quantity: Quantity) -> Tally:
    """Among how many of the nearest residents a number is."""
    return Tally(int(group_pairs(quantity.group)[NEAREST]))


def service_of(quantity: Quantity) -> GroupName:
    """The service that a number is about."""
    return GroupName(group_code({SERVICE: group_pairs(quantity.group)[SERVICE]}))
