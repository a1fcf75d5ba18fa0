"""What the schema of city.toml cannot say: that days exist, sources answer what is asked of them, borders rise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import pairwise

from cosmopolis.catalogue.classifications import EXAMPLE_COUNTRY, country_codes
from cosmopolis.catalogue.recipe_sense import services
from cosmopolis.catalogue.text import Node
from cosmopolis.errors import Fault, first_few
from cosmopolis.vocabulary.city import City, OriginQuestion
from cosmopolis.vocabulary.recipe import Recipe


def sense_faults(city: City, tree: Node, source_ids: set[str]) -> Iterator[Fault]:
    """What the schema of city.toml cannot say."""
    # a made-up country belongs to a city with a public key
    invented = city.country == EXAMPLE_COUNTRY
    if not (city.public_key if invented else city.country in country_codes()):
        yield _at(tree, "country", "unknown_country", value=city.country)
    if not _is_day(city.reference_date):
        yield _at(tree, "reference_date", "no_such_day", value=city.reference_date)
    if city.total_source and city.total_source not in source_ids:
        yield _at(tree, "total_source", "unknown_source", value=city.total_source, allowed=_listed(source_ids))
    levels = _levels(city)
    # a recipe that could not be read would make its levels look unknown as well
    if city.map_level and len(city.sources) == len(source_ids) and city.map_level not in levels:
        yield _at(tree, "map_level", "unknown_level", value=city.map_level, allowed=_listed(levels))
    yield from _question_faults(city, tree, source_ids)
    yield from _access_faults(city, tree, source_ids)
    labels = {question.label for question in city.questions}
    for label, borders in city.class_borders.items():
        if label not in labels:
            yield _at(tree, "class_borders", "unknown_question", value=label, allowed=_listed(labels))
        if any(low >= high for low, high in pairwise(borders)):
            yield _at(tree, "class_borders", "borders_not_rising", value=label)


def _at(tree: Node, key: str, message: str, **values: object) -> Fault:
    return Fault(f"catalogue.{message}", {"file": "city.toml", "line": tree.key_lines.get(key, 0), "key": key} | values)


def _listed(names: set[str]) -> str:
    return ", ".join(sorted(names)) or "-"


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _levels(city: City) -> set[str]:
    columns = [column for source in city.sources for column in source.recipe.columns]
    return {column.level for column in columns if column.level} | {
        ancestor.level for column in columns for ancestor in column.ancestors
    }


def _question_faults(city: City, tree: Node, source_ids: set[str]) -> Iterator[Fault]:
    nodes = list((tree.get("questions") or Node([], 0)).items())
    by_id = {source.id: source for source in city.sources}
    headlines = [question for question in city.questions if question.headline]
    if len(headlines) > 1:
        yield _at(tree, "questions", "two_headlines", value=", ".join(question.label for question in headlines))
    for node, question in zip(nodes, city.questions, strict=False):
        where = {"file": "city.toml", "line": node.line, "key": f"questions.{question.label}"}
        if question.source not in source_ids:
            told = {"value": question.source, "allowed": _listed(source_ids)}
            yield Fault("catalogue.unknown_source", where | told)
        elif question.source in by_id:
            recipe = by_id[question.source].recipe
            yield from _axis_faults(question, recipe, where)
            counted = {measure.indicator for measure in recipe.measures} or {"population_stock"}
            if question.indicator not in counted:
                told = {"key": f"questions.{question.label}.indicator", "value": question.indicator}
                yield Fault("catalogue.not_allowed", where | told | {"allowed": _listed(counted)})
        if question.earlier:
            yield from _earlier_faults(question, city, source_ids, where)
        if both := sorted(set(question.groups) & set(question.rest)):
            yield Fault("catalogue.group_on_both_sides", where | {"value": ", ".join(both)})


def _earlier_faults(
    question: OriginQuestion, city: City, source_ids: set[str], where: Mapping[str, object]
) -> Iterator[Fault]:
    """The areas of before a reform are counted by another source of the same axis."""
    assert question.earlier
    told = {**where, "key": f"questions.{question.label}.earlier"}
    if question.earlier.source == question.source:
        yield Fault("catalogue.earlier_is_same", told | {"value": question.source})
    counts = _source_faults(question.earlier.source, ("counts", "persons"), city, source_ids, told)
    faults = list(counts)
    yield from faults
    recipe = next((source.recipe for source in city.sources if source.id == question.earlier.source), None)
    if recipe and not faults:
        yield from _faults_before(question, recipe, told)
    if question.earlier.crosswalk:
        yield from _source_faults(question.earlier.crosswalk, ("crosswalk",), city, source_ids, told)


def _source_faults(
    name: str, needed: tuple[str, ...], city: City, source_ids: set[str], where: Mapping[str, object]
) -> Iterator[Fault]:
    """A source that is named exists and holds what is needed of it."""
    holds = {source.id: source.recipe.content for source in city.sources}
    if name not in source_ids:
        yield Fault("catalogue.unknown_source", {**where, "value": name, "allowed": _listed(source_ids)})
    elif name in holds and holds[name] not in needed:
        told = {"value": name, "holds": holds[name], "needed": ", ".join(needed)}
        yield Fault("catalogue.wrong_content", {**where, **told})


def _access_faults(city: City, tree: Node, source_ids: set[str]) -> Iterator[Fault]:
    """Each service is asked about once, with one limit, of sources that can answer."""
    by_id = {source.id: source for source in city.sources}
    asked: set[str] = set()
    for node, question in zip((tree.get("access") or Node([], 0)).items(), city.access, strict=False):
        where = {"file": "city.toml", "line": node.line, "key": f"access.{question.service}"}
        if question.service in asked:
            yield Fault("catalogue.service_twice", where | {"value": question.service})
        asked.add(question.service)
        told = {key for key in ("within_metres", "ways", "within_minutes") if node.get(key)}
        if told not in ({"within_metres"}, {"ways", "within_minutes"}):
            yield Fault("catalogue.one_limit", where)
        yield from _source_faults(question.facilities, ("facilities",), city, source_ids, where)
        if question.ways:
            yield from _source_faults(question.ways, ("ways",), city, source_ids, where)
        source = by_id.get(question.facilities)
        known = _services_of(source.recipe) if source and source.recipe.content == "facilities" else {question.service}
        # a recipe without a service, or with one that does not exist, has that fault itself
        if question.service not in known and known and known <= set(services()):
            listed = {"value": question.service, "source": question.facilities, "allowed": _listed(known)}
            yield Fault("catalogue.service_absent", where | listed)


def _services_of(recipe: Recipe) -> set[str]:
    """The services whose places a recipe can tell."""
    told = [(column.role, column.codes) for column in recipe.columns]
    told += [(part.role, part.codes) for part in recipe.from_name]
    found = {code for role, codes in told if role == "service" for code in (codes or {}).values()}
    return found | {code for role, code in recipe.constants.items() if role == "service"}


def _axis_faults(question: OriginQuestion, recipe: Recipe, where: Mapping[str, object]) -> Iterator[Fault]:
    codes = axis_codes(recipe)
    if question.axis not in codes:
        yield Fault("catalogue.unknown_axis", {**where, "value": question.axis, "allowed": _listed(set(codes))})
        return
    known = codes[question.axis]
    for code in (*question.groups, *question.rest):
        if code not in known:
            yield Fault("catalogue.unknown_group", {**where, "value": code, "allowed": _listed(set(known))})


def _faults_before(question: OriginQuestion, recipe: Recipe, where: Mapping[str, object]) -> Iterator[Fault]:
    """Codes that the source of before a reform does not have: one fault a side."""
    assert question.earlier
    codes = axis_codes(recipe)
    if question.axis not in codes:
        yield Fault("catalogue.unknown_axis", {**where, "value": question.axis, "allowed": _listed(set(codes))})
        return
    for side, asked in (("groups", question.earlier.groups), ("rest", question.rest)):
        if lacking := set(asked) - set(codes[question.axis]):
            told = {"source": question.earlier.source, "count": len(lacking), "codes": first_few(lacking)}
            yield Fault(f"catalogue.{side}_unknown_before", {**where, **told})


def axis_codes(recipe: Recipe) -> dict[str, dict[str, None]]:
    """The codes that a recipe can give to each of its axes, in its order."""
    found: dict[str, dict[str, None]] = {}
    told: list[tuple[str, list[str]]] = [
        *((column.role, list((column.codes or {}).values())) for column in recipe.columns),
        *((part.role, list((part.codes or {}).values())) for part in recipe.from_name),
        *((role, [code]) for role, code in recipe.constants.items()),
        *((role, [code]) for measure in recipe.measures for role, code in measure.sets.items()),
    ]
    for role, codes in told:
        if role.startswith("axis:"):
            found.setdefault(role.removeprefix("axis:"), {}).update(dict.fromkeys(codes))
    return found
