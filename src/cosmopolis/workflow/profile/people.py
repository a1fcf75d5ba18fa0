"""Section P5: how many people, which ages, where born or of which citizenship, coming and going."""

from __future__ import annotations

from collections.abc import Iterator

from cosmopolis.disclosure import selection
from cosmopolis.vocabulary.city import OriginQuestion
from cosmopolis.vocabulary.protected import Protected, Quantity
from cosmopolis.vocabulary.report import (
    AgeName,
    Block,
    Figure,
    GroupName,
    Message,
    Paragraph,
    Period,
    Section,
    Tally,
    Term,
    Value,
)
from cosmopolis.vocabulary.table import TOTAL, UNKNOWN, group_pairs
from cosmopolis.workflow.profile.material import (
    Material,
    bounds,
    city_row,
    counts_method,
    direction,
    in_universe,
    is_mixed,
    label,
    message,
    over_time,
    periods,
    question_rows,
    span,
)

ALL = {"sex": TOTAL, "age_group": TOTAL, "group": TOTAL}


def people(material: Material) -> Section:
    """The section as far as the city's files allow."""
    return Section("P5", tuple(_blocks(material)))


def _blocks(material: Material) -> Iterator[Block]:
    figures = [
        _population(material),
        _pyramid(material),
        *(_part(material, question) for question in material.city.questions),
        *(_origins(material, source_id) for source_id in material.counts),
        *(_origins_over_time(material, source_id) for source_id in material.counts),
        *(_diversity(material, question) for question in material.city.questions),
        _components(material),
        *(_moves(material, source_id) for source_id in material.measured.net_migration),
    ]
    found = [figure for figure in figures if figure is not None]
    if not found:
        yield Paragraph(message("profile.section_without_figures"), warning=True)
    yield from found


def _population(material: Material) -> Figure | None:
    """Residents over time: the leading source, and every other source under its own name."""
    leading = material.counts.get(material.city.total_source)
    if leading is None or not (found := periods(leading, area_code=material.city.id, **ALL)):
        return None
    indicator = material.indicator(material.city.total_source)
    rows = selection(leading, indicator=indicator, area_code=material.city.id, **ALL)
    first, last = rows.quantity(period=found[0]), rows.quantity(period=found[-1])
    assert first is not None
    assert last is not None
    return Figure(
        id="population",
        kind=over_time(found),
        finding=_growth(material, first, last),
        shown=message("figure.population.shown", period=span(found)),
        table=rows,
        across="period",
        definition=message(f"definition.{indicator}"),
        method=counts_method(rows),
        reads_as=message("figure.population.reads_as", period=Period(found[-1]), residents=last),
    )


def _growth(material: Material, first: Quantity, last: Quantity) -> Message:
    """By how much the population grew or fell between the ends of the series."""
    values: dict[str, Value] = {"now": last, "then": Period(first.period), "period": Period(last.period)}
    growth = material.measured.growth
    span = f"{first.period}/{last.period}"
    change = None if growth is None else next(growth.quantities(indicator="growth", period=span), None)
    if change is None or change.middle is None:
        return message("finding.population.level", now=last, period=Period(last.period))
    return message(f"finding.population.{direction(first, last)}", growth=change, **values)


def _change(subject: str, first: Quantity, last: Quantity, **more: Term) -> Message:
    """What a series did between its ends, as far as its intervals say."""
    values: dict[str, Value] = {"now": last, "then": Period(first.period), "period": Period(last.period), **more}
    if first.period == last.period:
        return Message(f"finding.{subject}.level", values)
    return Message(f"finding.{subject}.{direction(first, last)}", {"before": first, **values})


def _pyramid(material: Material) -> Figure | None:
    """Age by sex in the last year that has both."""
    for source_id in _leading_first(material):
        counts = material.counts[source_id]
        both = counts.frame.filter((counts.frame["sex"] != TOTAL) & (counts.frame["age_group"] != TOTAL))
        both = both.filter((both["area_code"] == material.city.id) & (both["group"] == TOTAL))
        if both.is_empty():
            continue
        period = str(both["period"].max())
        ages = sorted(set(both["age_group"]) - {UNKNOWN})
        table = selection(
            counts,
            area_code=material.city.id,
            period=period,
            sex=["F", "M", UNKNOWN],
            age_group=[*ages, UNKNOWN],
            group=TOTAL,
        )
        largest = max(ages, key=lambda age: _sum_of_middles(table, age))
        return Figure(
            id="age-and-sex",
            kind="pyramid",
            finding=message("finding.pyramid", age=AgeName(largest), period=Period(period)),
            shown=message("figure.pyramid.shown", period=Period(period)),
            table=table,
            across="age_group",
            series="sex",
            definition=message(f"definition.{material.indicator(source_id)}"),
            method=counts_method(table),
            reads_as=_pyramid_reading(table, largest),
        )
    return None


def _sum_of_middles(table: Protected, age: str) -> float:
    return sum(quantity.middle or 0 for quantity in table.quantities(age_group=age))


def _pyramid_reading(table: Protected, age: str) -> Message | None:
    women, men = (next(iter(table.quantities(age_group=age, sex=sex)), None) for sex in ("F", "M"))
    if women is None or men is None:
        return None
    return message("figure.pyramid.reads_as", age=AgeName(age), women=women, men=men)


def _leading_first(material: Material) -> list[str]:
    return sorted(material.counts, key=lambda source_id: source_id != material.city.total_source)


def _part(material: Material, question: OriginQuestion) -> Figure | None:
    """Those a question counts, over time: their share, or their number where nobody says how many there are in all."""
    shares = material.measured.shares.get(question.label)
    counts = material.counts.get(question.source)
    if shares is not None:
        rows = selection(shares, area_code=material.city.id, **question_rows(question))
        return _part_figure(material, rows, question, "share")
    if counts is None:
        return None
    rows = selection(counts, indicator=question.indicator, area_code=material.city.id, **question_rows(question))
    return _part_figure(material, rows, question, "count")


def _part_figure(material: Material, rows: Protected, question: OriginQuestion, subject: str) -> Figure | None:
    found = periods(rows)
    if not found:
        return None
    first, last = (next(rows.quantities(period=period)) for period in (found[0], found[-1]))

    def worded(part: str) -> str:
        id_ = f"figure.{subject}.{part}"
        return in_universe(id_, material, question) if subject == "share" else id_

    told: dict[str, Value] = {
        "people": label(question),
        ("share" if subject == "share" else "number"): last,
        "period": Period(found[-1]),
    }
    return Figure(
        id=f"{subject}-{question.label.replace('_', '-')}",
        kind=over_time(found),
        finding=_change(subject, first, last, people=label(question)),
        shown=message(worded("shown"), people=label(question), period=span(found)),
        table=rows,
        across="period",
        definition=message(f"definition.{question.label}"),
        method=message("method.share") if subject == "share" else counts_method(rows),
        reads_as=Message(worded("reads_as"), told),
        missing=() if subject == "share" else (message("missing.whole"),),
    )


def _origins(material: Material, source_id: str) -> Figure | None:
    """
    The origin groups of one source in its last year, largest first.

    The city's own country is no origin, and a region that holds it beside others
    is named with its number but not drawn among them.
    """
    counts = material.counts[source_id]
    indicator = material.indicator(source_id)
    axis, groups = _origin_groups(material, counts, indicator)
    mixed = [group for group in groups if is_mixed(group, material.city.country)]
    home = {f"{axis}={material.city.country}", *_home_groups(material, source_id)}
    drawn = [group for group in groups if group not in mixed and group not in home]
    if len(drawn) < 2:
        return None
    wanted: dict[str, str | list[str]] = {
        "indicator": indicator,
        "area_code": material.city.id,
        "sex": TOTAL,
        "age_group": _ages_told(counts),
        "group": drawn,
    }
    period = periods(counts, **wanted)[-1]
    table = selection(counts, period=period, **wanted)
    ranked = sorted(table.quantities(), key=lambda quantity: -(quantity.middle or 0))
    known = [quantity for quantity in ranked if not quantity.group.endswith(f"={UNKNOWN}")]
    told = next((quantity for quantity in known if quantity.group.rpartition("=")[2] not in REMAINDERS), known[0])
    withheld = counts.quantities(**{**wanted, "group": mixed, "period": period})
    return Figure(
        id=f"origins-{source_id}",
        kind="bars",
        finding=message(
            "finding.origins",
            axis=Term(f"axis.{axis}"),
            group=GroupName(told.group),
            number=told,
            period=Period(period),
        ),
        shown=message(
            "figure.origins.shown", axis=Term(f"axis.{axis}"), groups=Tally(len(known)), period=Period(period)
        ),
        table=table,
        across="group",
        definition=message(f"definition.axis.{axis}"),
        method=counts_method(table),
        reads_as=message("figure.origins.reads_as", group=GroupName(told.group), number=told),
        missing=tuple(message("missing.mixed_region", group=GroupName(each.group), number=each) for each in withheld),
    )


#: What is left over when the named groups are taken out is no group that a heading could name.
REMAINDERS = frozenset({"other", "unassigned", UNKNOWN})
#: As many lines as can be told apart on one chart.
MOST_LINES = 6


def _origins_over_time(material: Material, source_id: str) -> Figure | None:
    """The largest origin groups over the years; groups that a source renamed on the way end where they ended."""
    counts = material.counts[source_id]
    indicator = material.indicator(source_id)
    axis, groups = _origin_groups(material, counts, indicator)
    home = {f"{axis}={material.city.country}", f"{axis}={UNKNOWN}", *_home_groups(material, source_id)}
    cells = {"indicator": indicator, "area_code": material.city.id, "sex": TOTAL, "age_group": _ages_told(counts)}
    named = [group for group in groups if group not in home and not is_mixed(group, material.city.country)]
    rows = selection(counts, group=named, **cells)
    found = periods(rows)
    if len(found) < 2 or len(named) < 2:
        return None
    ranked = sorted(rows.quantities(period=found[-1]), key=lambda each: -(each.middle or 0))
    table = selection(rows, group=[each.group for each in ranked[:MOST_LINES]])
    changes = _changes(table, found)
    if not changes:
        return None
    told = [pair for pair in changes if pair[1].group.rpartition("=")[2] not in REMAINDERS] or changes
    before, now = max(told, key=lambda pair: abs((pair[1].middle or 0) - (pair[0].middle or 0)))
    values: dict[str, Value] = {
        "axis": Term(f"axis.{axis}"),
        "group": GroupName(now.group),
        "before": before,
        "now": now,
        "then": Period(found[0]),
        "period": Period(found[-1]),
    }
    return Figure(
        id=f"origins-over-time-{source_id}",
        kind="line",
        finding=Message("finding.origins_change", values),
        shown=message("figure.origins_change.shown", axis=Term(f"axis.{axis}"), period=span(found)),
        table=table,
        across="period",
        series="group",
        definition=message(f"definition.axis.{axis}"),
        method=counts_method(table),
        reads_as=message("figure.origins.reads_as", group=GroupName(now.group), number=now),
    )


def _changes(table: Protected, found: list[str]) -> list[tuple[Quantity, Quantity]]:
    """First and last number of each group that has both."""
    ends = {each.group: each for each in table.quantities(period=found[-1])}
    return [(first, ends[first.group]) for first in table.quantities(period=found[0]) if first.group in ends]


def _home_groups(material: Material, source_id: str) -> set[str]:
    """The groups that a question about a source counts as not from elsewhere."""
    asked = (question for question in material.city.questions if question.source == source_id)
    return {f"{question.axis}={code}" for question in asked for code in question.rest}


def _ages_told(counts: Protected) -> str | list[str]:
    """All ages together; for a source about one span of ages alone, that one."""
    ages = sorted(set(counts.frame["age_group"]))
    return ages if len(ages) == 1 else TOTAL


def _origin_groups(material: Material, counts: Protected, indicator: str) -> tuple[str, list[str]]:
    """The axis that a source says most about, and its finest groups that are no side of a question."""
    rows = counts.rows(indicator=indicator, area_code=material.city.id)
    found: dict[str, list[str]] = {}
    for group in sorted(set(rows["group"]) - {TOTAL}):
        pairs = group_pairs(group)
        if len(pairs) == 1:
            axis, code = next(iter(pairs.items()))
            if axis != "education" and code not in ("abroad", "country", "foreign", "national", "with", "without"):
                found.setdefault(axis, []).append(group)
    if not found:
        return "", []
    axis = max(sorted(found), key=lambda each: len(found[each]))
    return axis, found[axis]


def _diversity(material: Material, question: OriginQuestion) -> Figure | None:
    """How mixed the city is, over time."""
    diversity = material.measured.diversity.get(question.label)
    if diversity is None:
        return None
    table = selection(diversity, area_code=material.city.id, indicator="fractionalisation")
    found = periods(table)
    if not found:
        return None
    first, last = (next(table.quantities(period=period)) for period in (found[0], found[-1]))
    axis = Term(f"axis.{question.axis}")
    return Figure(
        id=f"diversity-{question.label.replace('_', '-')}",
        kind=over_time(found),
        finding=_change("diversity", first, last, axis=axis),
        shown=message("figure.diversity.shown", axis=axis),
        table=table,
        across="period",
        definition=message("definition.fractionalisation"),
        method=message("method.fractionalisation"),
        reads_as=message("figure.diversity.reads_as", axis=axis, probability=last),
    )


def _components(material: Material) -> Figure | None:
    """What made the population grow or shrink: births and deaths, moves, and what nothing explains."""
    components = material.measured.components
    if components is None:
        return None
    found = periods(components, indicator="population_change")
    if not found:
        return None
    names = {"change": "population_change", "natural": "natural_change", "net": "net_migration"}
    latest = {key: next(components.quantities(indicator=name, period=found[-1])) for key, name in names.items()}
    return Figure(
        id="components",
        kind=over_time(found),
        finding=Message("finding.components", {"period": Period(found[-1]), **latest}),
        shown=message("figure.components.shown", period=span(found)),
        table=components,
        across="period",
        series="indicator",
        definition=message("definition.components"),
        method=message("method.components"),
    )


def _moves(material: Material, source_id: str) -> Figure | None:
    """Arrivals, departures and what is left of them, over time."""
    net = material.measured.net_migration[source_id]
    indicators = ["inflow", "outflow", "net_migration"]
    table = selection(net, area_code=material.city.id, indicator=indicators, **ALL)
    found = periods(table, indicator="net_migration")
    if not found:
        return None
    last = next(table.quantities(indicator="net_migration", period=found[-1]))
    low, high = bounds(last)
    sign = "gain" if low > 0 else "loss" if high < 0 else "even"
    arrivals, departures = (next(table.quantities(indicator=each, period=found[-1]), None) for each in indicators[:2])
    assert arrivals is not None
    assert departures is not None
    return Figure(
        id=f"moves-{source_id}",
        kind=over_time(found),
        finding=message(f"finding.moves.{sign}", net=last, period=Period(found[-1])),
        shown=message("figure.moves.shown", period=span(found)),
        table=table,
        across="period",
        series="indicator",
        definition=message("definition.net_migration"),
        method=message("method.net_migration"),
        reads_as=message(
            "figure.moves.reads_as", period=Period(found[-1]), arrivals=arrivals, departures=departures, net=last
        ),
    )


def latest_population(material: Material) -> Quantity | None:
    """The last total of the leading source."""
    leading = material.counts.get(material.city.total_source)
    if leading is None:
        return None
    found = periods(leading, area_code=material.city.id, **ALL)
    return (
        city_row(leading, material, found[-1], indicator=material.indicator(material.city.total_source))
        if found
        else None
    )
