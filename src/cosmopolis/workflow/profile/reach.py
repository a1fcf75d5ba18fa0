"""Who can reach what, in section P6: each service by group, on the map, and where the next would help."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from cosmopolis.disclosure import selection
from cosmopolis.vocabulary.city import AccessQuestion, OriginQuestion
from cosmopolis.vocabulary.protected import Protected, Quantity
from cosmopolis.vocabulary.report import (
    AgeName,
    AreaName,
    Block,
    Figure,
    FigureKind,
    GroupName,
    Item,
    Items,
    Listing,
    Message,
    Paragraph,
    Period,
    Tally,
)
from cosmopolis.vocabulary.table import SERVICE, TOTAL, group_code, group_pairs
from cosmopolis.workflow.margins import part_group, rest_group
from cosmopolis.workflow.profile.material import Material, label, message, sources_of

#: Borders of the map of access over its mean: half, four fifths, even, a quarter more, double.
RATIO_BORDERS = (0.5, 0.8, 1.0, 1.25, 2.0)


@dataclass(frozen=True)
class _Reached:
    """What is known of one service for one question."""

    question: OriginQuestion
    asked: AccessQuestion
    table: Protected

    @property
    def service(self) -> GroupName:
        """The service in words."""
        return GroupName(self._everybody)

    @property
    def _everybody(self) -> str:
        return group_code({SERVICE: self.asked.service})

    def of(self, indicator: str, group: str = "") -> Quantity | None:
        """The number about one side, or about everybody; none where nothing could be measured."""
        code = group_code({**group_pairs(group), SERVICE: self.asked.service}) if group else self._everybody
        found = self.table.quantities(indicator=indicator, group=code)
        return next((each for each in found if each.middle is not None), None)

    def of_part(self, indicator: str) -> Quantity | None:
        """The number about the question's group."""
        return self.of(indicator, part_group(self.question))

    def of_rest(self, indicator: str) -> Quantity | None:
        """The number about everybody else."""
        return self.of(indicator, rest_group(self.question))

    def by_area(self) -> list[Quantity]:
        """Access of each area over the mean, the least first."""
        told = (each for each in self.table.quantities(indicator="access_ratio") if each.middle is not None)
        return sorted(told, key=lambda each: (each.middle or 0, each.area_code))


def reach(material: Material, question: OriginQuestion, kind: FigureKind) -> Iterator[Block]:
    """What the city asks about services, for one origin question."""
    asked = material.city.access
    tables = [(each, material.reach(question, each.service)) for each in asked]
    told = [_Reached(question, each, table) for each, table in tables if table is not None]
    if told:
        yield _listing(told)
        yield Paragraph(sources_of(material, *(each.table for each in told)))
        yield Paragraph(message("access.rule"))
        yield Paragraph(message("access.certainty"))
    for each in told:
        yield from _service(each, kind, is_headline=question == material.headline)
    for one, table in tables:
        # without ages a table lacks only where one side counts nobody, and there is nothing to compare
        if table is None and one.age_group != TOTAL:
            service, ages = GroupName(group_code({SERVICE: one.service})), AgeName(one.age_group)
            yield Paragraph(
                message("access.ages_not_told", service=service, ages=ages, people=label(question)), warning=True
            )


def _service(told: _Reached, kind: FigureKind, *, is_headline: bool) -> Iterator[Block]:
    items = tuple(Item(sentence) for sentence in _sentences(told))
    name = f"reach-{told.asked.service}-{told.question.label}".replace("_", "-")
    yield Items(name, message("access.title", service=told.service, people=label(told.question)), items)
    if is_headline and told.by_area():
        yield _map(told, kind)


def _listing(told: list[_Reached]) -> Listing:
    question = told[0].question
    rows = tuple(
        (
            _measure(each),
            each.of_part("access_mean") or "",
            each.of_rest("access_mean") or "",
            each.of_part("access_gap") or "",
            each.of_part("unserved_share") or "",
            each.of_rest("unserved_share") or "",
        )
        for each in told
    )
    columns = ("column.service", "column.access_group", "column.access_rest", "column.access_gap",
               "column.unserved_group", "column.unserved_rest")  # fmt: skip
    period = next(told[0].table.quantities(indicator="unserved_share")).period
    caption = message("access.listing", people=label(question), period=Period(period))
    return Listing(f"access-{question.label.replace('_', '-')}", caption, columns, rows)


def _measure(told: _Reached) -> Message:
    """A service with what is counted of it and how far people go."""
    mean = next(told.table.quantities(indicator="access_mean"))
    counted, limit = mean.unit.partition(" ")[0], Tally(round(told.asked.limit))
    return message(f"access.measure.{counted}.{told.asked.unit}", service=told.service, limit=limit)


def _sentences(told: _Reached) -> Iterator[Message]:
    unserved, worst, share = (told.of("unserved_share"), told.of("access_worst_tenth"), told.of_part("worst_off_share"))
    if not told.by_area():
        yield message(f"access.nobody.{told.asked.unit}", limit=Tally(round(told.asked.limit)))
        return
    # where more than a tenth reach nothing, the worst-off tenth is a part of them like any other
    if unserved is not None and worst is not None and share is not None:
        nothing = not worst.middle
        yield message(f"access.worst.{'none' if nothing else 'least'}", worst=unserved if nothing else worst,
                      share=share, people=label(told.question))  # fmt: skip
    between = told.of("access_between_share")
    if between is not None:
        yield message("access.between", share=between)
    yield from _next(told)


def _next(told: _Reached) -> Iterator[Message]:
    """Where one more would help, and how far the gap it would close is certain."""
    gap, left = told.of_part("access_gap"), told.of_part("access_gap_next")
    if gap is not None and gap.lower is not None and gap.lower <= 0 <= (gap.upper or 0.0):
        yield message("access.uncertain", people=label(told.question))
    if gap is not None and left is not None:
        now = replace(gap, lower=None, upper=None)
        yield message(f"access.next_gap.{told.asked.unit}", area=AreaName(left.area_code), now=now, gap=left)
    lifted = told.of("access_worst_next")
    if lifted is not None:
        yield message("access.next_worst", area=AreaName(lifted.area_code), worst=lifted)


def _map(told: _Reached, kind: FigureKind) -> Figure:
    ranked = told.by_area()
    low, high = ranked[0], ranked[-1]
    nothing = sum(not each.middle for each in ranked)
    if nothing > 1:
        finding = message("finding.access_none", service=told.service, count=Tally(nothing), high=high,
                          high_area=AreaName(high.area_code))  # fmt: skip
    else:
        finding = message("finding.access", service=told.service, low=low, low_area=AreaName(low.area_code),
                          high=high, high_area=AreaName(high.area_code))  # fmt: skip
    return Figure(
        id=f"access-map-{told.asked.service.replace('_', '-')}",
        kind=kind,
        finding=finding,
        shown=message("figure.access.shown", service=told.service, period=Period(low.period)),
        table=selection(told.table, indicator="access_ratio"),
        across="area_code",
        definition=message("definition.access"),
        method=message(f"method.access.{told.asked.unit}", limit=Tally(round(told.asked.limit))),
        reads_as=message("figure.access.reads_as", area=AreaName(high.area_code), ratio=high, service=told.service),
        borders=RATIO_BORDERS,
    )
