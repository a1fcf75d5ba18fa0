"""
Which tables a profile declares: nothing else of a source is ever published.

The set is small on purpose. Each further table that adds up to the same cell is
one more look at it (domain: averaging over breakdowns), and each one has to be
audited.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from cosmopolis.population.structure import ages_of_span, broad_ages
from cosmopolis.vocabulary.city import City, OriginQuestion
from cosmopolis.vocabulary.table import TOTAL, Margin, Table, group_code, group_pairs

#: Universes that are a part of the residents, and the group that all of their people belong to.
PARTS: Mapping[str, str] = {"foreign_citizens": "citizenship=foreign", "migration_background": "background=with"}

#: What the two sides of a question are called on each axis.
SIDES: Mapping[str, tuple[str, str]] = {
    "birth": ("abroad", "country"),
    "citizenship": ("foreign", "national"),
    "background": ("with", "without"),
    "internal": ("internal", "neither"),
}


def part_group(question: OriginQuestion) -> str:
    """The group code of those whom a question counts: its only code, or the word for all of them."""
    code = question.groups[0] if len(question.groups) == 1 else SIDES[question.axis][0]
    return f"{question.axis}={code}"


def rest_group(question: OriginQuestion) -> str:
    """The group code of the other side."""
    return f"{question.axis}={SIDES[question.axis][1]}"


def declared_margins(table: Table, city: City) -> tuple[Margin, ...]:
    """The tables that the profile of a city publishes from one source."""
    return tuple(_margins(table, city))


def _margins(table: Table, city: City) -> Iterator[Margin]:
    indicators = tuple(sorted(table.frame["indicator"].unique()))
    by_area = area_rollup(table, city.map_level) if _shows_areas(table, city) else {}
    has_sex, has_age = _has(table, "sex"), _has(table, "age_group")

    def margin(name: str, **coarsenings: object) -> Margin:
        return Margin(name, indicators=indicators, **coarsenings)  # type: ignore[arg-type]

    if _is_home_of_totals(table, city):
        # the total of a part of the residents is that part's, not everybody's
        everybody = dict.fromkeys(_groups(table), PARTS[table.universe]) if table.universe in PARTS else "sum"
        yield margin("city", group=everybody)
        if has_sex:
            yield margin("city-sex", sex="keep", group=everybody)
        if by_area:
            yield margin("area", area_code=by_area, group=everybody)
    if has_age:
        yield margin("city-age", age_group=broad_ages(table.frame["age_group"].unique()).mapping)
        if has_sex:
            yield margin("city-sex-age", sex="keep", age_group="keep")
    elif has_sex and not table.axes and not _is_home_of_totals(table, city):
        yield margin("city-sex", sex="keep")
    for axis in table.axes:
        codes = axis_rollup(_groups(table), axis)
        yield margin(f"city-{axis}", group=codes)
        if has_sex:
            yield margin(f"city-{axis}-sex", sex="keep", group=codes)
    yield from _question_margins(table, city, margin, by_area)
    yield from _earlier_margins(table, city, margin)


def _question_margins(
    table: Table, city: City, margin: Callable[..., Margin], by_area: Mapping[str, str]
) -> Iterator[Margin]:
    """What the questions need beside the axes themselves, and the axis by area where there is no question."""
    groups = _groups(table)
    questions = _questions(table, city)
    for question in questions:
        sides = question_rollup(groups, question)
        known = {*axis_rollup(groups, question.axis).values(), PARTS.get(table.universe, "")}
        if further := {group: side for group, side in sides.items() if side not in known}:
            yield margin(f"city-{question.label}", group=further)
        if by_area:
            yield margin(f"area-{question.label}", area_code=by_area, group=sides)
            for ages, mapping in _entitled(table, city):
                yield margin(f"area-{question.label}-{ages}", area_code=by_area, group=sides, age_group=mapping)
    if by_area and table.axes and not questions:
        yield margin(f"area-{table.axes[0]}", area_code=by_area, group=axis_rollup(groups, table.axes[0]))


def _entitled(table: Table, city: City) -> Iterator[tuple[str, Mapping[str, str]]]:
    """The ages that a service is for, where the source tells them."""
    told = table.frame["age_group"].unique().to_list()
    for ages in dict.fromkeys(asked.age_group for asked in city.access if asked.age_group != TOTAL):
        if mapping := ages_of_span(told, ages):
            yield ages, mapping


def _earlier_margins(table: Table, city: City, margin: Callable[..., Margin]) -> Iterator[Margin]:
    """The sides of each question in the areas of before a reform, from the source that counts them there."""
    own = {code: code for code in earlier_areas(table)}
    for question in city.questions:
        if question.earlier is not None and question.earlier.source == table.source_id and own:
            yield margin(f"earlier-{question.label}", area_code=own, group=earlier_rollup(_groups(table), question))


def counts_before_reform(table: Table, city: City) -> bool:
    """Whether a source's areas are those of before a reform: the leading source knows nobody's number in them."""
    return any(question.earlier.source == table.source_id for question in city.questions if question.earlier)


def earlier_areas(table: Table) -> tuple[str, ...]:
    """The areas in which a source of before a reform counts."""
    beyond = {"city", "country"}
    return tuple(sorted(code for code in table.frame["area_code"].unique() if table.levels.get(code) not in beyond))


def _shows_areas(table: Table, city: City) -> bool:
    """
    Whether a source is shown by area: the leading one, one that a question asks, or the only one about its people.

    Two tables about the same people, both by area, give withheld cells away: their
    totals agree, and the difference is what one of them hides.
    """
    if table.source_id == city.total_source or _questions(table, city):
        return True
    others = (source for source in city.sources if source.id != table.source_id and source.recipe.content == "counts")
    return all(source.recipe.universe != table.universe for source in others)


def _questions(table: Table, city: City) -> list[OriginQuestion]:
    return [question for question in city.questions if question.source == table.source_id]


def _groups(table: Table) -> list[str]:
    return sorted(table.frame["group"].unique())


def _is_home_of_totals(table: Table, city: City) -> bool:
    """
    Whether a source's own totals are published.

    Several sources of one register have the same totals. Where we add noise, they
    come from one declared home alone: two noisy versions of one number would
    disagree, and their mean would tell more than either. Where the publisher has
    protected the counts, each total stands under its own name.
    """
    source = city.source(table.source_id)
    if source.policy.name == "none" or table.source_id == city.total_source:
        return True
    leading = next((each for each in city.sources if each.id == city.total_source), None)
    return leading is None or leading.recipe.universe != source.recipe.universe


def _has(table: Table, dimension: str) -> bool:
    return table.frame[dimension].n_unique() > 1


def area_rollup(table: Table, level: str) -> dict[str, str]:
    """
    From each atom's area to its area at a level; empty if the table has none there.

    An atom that does not reach the level makes the table unusable for it: a map
    without some of its people would mislead.
    """
    found: dict[str, str] = {}
    for code in table.frame["area_code"].unique():
        at: str | None = code
        while at is not None and table.levels.get(at) != level:
            at = table.parents.get(at)
        if at is None:
            return {}
        found[code] = at
    return found


def axis_rollup(groups: list[str], axis: str) -> dict[str, str]:
    """From each atom's group to its code on one axis."""
    pairs = ((group, group_pairs(group)) for group in groups)
    return {group: group_code({axis: codes[axis]}) for group, codes in pairs if axis in codes}


def question_rollup(groups: list[str], question: OriginQuestion) -> dict[str, str]:
    """From each atom's group to the side of a question it is on; others (unknown) are left out."""
    return _rollup(groups, question, question.groups)


def earlier_rollup(groups: list[str], question: OriginQuestion) -> dict[str, str]:
    """From each atom's group of before a reform to the side of a question it is on."""
    return _rollup(groups, question, question.earlier.groups if question.earlier else ())


def _rollup(groups: list[str], question: OriginQuestion, part: tuple[str, ...]) -> dict[str, str]:
    sides = dict.fromkeys(part, part_group(question)) | dict.fromkeys(question.rest, rest_group(question))
    codes = ((group, group_pairs(group).get(question.axis, TOTAL)) for group in groups)
    return {group: sides[code] for group, code in codes if code in sides}
