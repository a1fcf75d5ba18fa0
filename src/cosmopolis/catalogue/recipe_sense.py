"""
What the schema cannot say about a recipe: its expressions, roles, codes and sums make sense together.

Expressions compile, a table of counts has areas and a period, sums name columns of
the file, codes belong to their role.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from cosmopolis.catalogue.classifications import EXAMPLE_COUNTRY, country_codes, region_members
from cosmopolis.catalogue.schema import schema_named
from cosmopolis.catalogue.text import Node
from cosmopolis.errors import Fault
from cosmopolis.vocabulary.recipe import Measure, Recipe

#: Which codes a role may have; countries are looked up in the list besides.
_CODES = {
    "sex": r"F|M|_T|_U",
    "age_group": r"Y[0-9]{1,3}(T[0-9]{1,3})?|Y_GE[0-9]{1,3}|Y_LT[0-9]{1,3}|_T|_U",
    "period": r"[12][0-9]{3}(-[01][0-9](-[0-3][0-9])?)?(/[12][0-9]{3}(-[01][0-9](-[0-3][0-9])?)?)?",
    "status": r"A|B|E|F|I|P|U|L|M|O|Q",
    "indicator": r"[a-z][a-z0-9_]*",
    "axis": r"[A-Z]{3}|[0-9]{3}|[a-z][a-z0-9_]*|_T|_U",
}
#: What columns are in recipes that hold no numbers of people.
_ROLES_OF: Mapping[str, tuple[str, ...]] = {
    "facilities": ("facility", "facility_name", "service", "places", "longitude", "latitude", "geometry", "area"),
    "ways": ("area", "facility", "minutes"),
    "crosswalk": ("area", "new_area", "amount"),
}
#: Of these, the ones that a file may lack though its recipe names them.
_OPTIONAL = ("facility_name", "places", "check", "ignore")
#: What a column may be in every recipe.
_EVERYWHERE = ("check", "ignore")
#: What a column may be in the other recipes.
_ROLES_OF_PEOPLE = (
    "area", "parent", "parent_name", "area_name", "period", "sex", "age_group", "age", "birth_date", "indicator",
    "value", "status", "geometry", "dimension", "code",
)  # fmt: skip

#: What a column of a register may be.
_ROLE_OF_PERSON = re.compile(r"area|parent|parent_name|area_name|period|sex|age|age_group|birth_date|ignore|axis:.*")

#: Roles without which a recipe makes no sense; counts without areas are the whole city's.
_NEEDED: Mapping[str, tuple[str, ...]] = {
    "counts": ("period",),
    "persons": ("period",),
    "areas": ("area",),
    "codes": ("code",),
    "facilities": ("facility", "service"),
    "ways": ("area", "facility", "minutes"),
    "crosswalk": ("area", "new_area", "amount"),
}


def sense_faults(recipe: Recipe, tree: Node, file: str) -> Iterator[Fault]:
    """Everything wrong with one recipe that its schema does not say."""
    return _Sense(recipe, tree, file).faults()


def services() -> tuple[str, ...]:
    """The services that have words in every language."""
    return tuple(schema_named("city")["$defs"]["service"]["enum"])


def _listed(what: str) -> tuple[str, ...]:
    """The axes, groups or indicators that have words in every language."""
    return tuple(schema_named("recipe")["$defs"][what]["enum"])


def _has_words(role: str, code: str) -> bool:
    return bool({code, f"{role.removeprefix('axis:')}.{code}"} & set(_listed("group")))


def _words_of(role: str) -> list[str]:
    """The words to offer for an axis: its own, or those of every axis where it has none."""
    own = f"{role.removeprefix('axis:')}."
    told = _listed("group")
    return [word.removeprefix(own) for word in told if word.startswith(own)] or [w for w in told if "." not in w]


class _Sense:
    """What the schema cannot say about a recipe."""

    def __init__(self, recipe: Recipe, tree: Node, file: str) -> None:
        self.recipe, self.tree, self.file = recipe, tree, file
        self.names = {name for column in recipe.columns for name in (column.name, *column.other_names)}
        self.names |= {name for one in recipe.measures for name in (one.column, *one.other_names) if name}

    def faults(self) -> Iterator[Fault]:
        """Everything that makes no sense."""
        if self.recipe.id != self.file.removesuffix(".yaml"):
            yield self._fault("id_is_not_file_name", "recipe", value=self.recipe.id, allowed=f"{self.recipe.id}.yaml")
        yield from self._columns()
        yield from self._measures()
        yield from self._codes()
        yield from self._whole()
        yield from self._persons()
        yield from self._roles()
        yield from self._without_people()
        yield from self._facilities()
        yield from self._crosswalk()
        yield from self._sums()
        yield from self._downloads()

    def _fault(self, message: str, *path: str, **values: object) -> Fault:
        return Fault(
            f"catalogue.{message}",
            {"file": self.file, "line": self._line(path), "key": ".".join(path) or "-"} | values,
        )

    def _line(self, path: tuple[str, ...]) -> int:
        node, line = self.tree, self.tree.line
        for step in path:
            if isinstance(node.value, list) and step.isdigit() and int(step) < len(node.value):
                node = node.value[int(step)]
                line = node.line
            elif isinstance(node.value, dict) and step in node.value:
                line = node.key_lines.get(step, line)
                node = node.value[step]
            else:
                break
        return line

    def _expression(self, pattern: str, *path: str, group: bool) -> Iterator[Fault]:
        try:
            groups = re.compile(pattern).groups
        except (re.error, RecursionError, OverflowError) as broken:
            yield self._fault("bad_expression", *path, value=pattern, why=str(broken))
            return
        if group and groups == 0:
            yield self._fault("expression_without_group", *path, value=pattern)

    def _columns(self) -> Iterator[Fault]:
        for column in self.recipe.columns:
            at = ("columns", column.name)
            if column.extract:
                yield from self._expression(column.extract, *at, "extract", group=True)
            if column.expect:
                yield from self._expression(column.expect, *at, "expect", group=False)
            if column.role == "check" and not column.expect:
                yield self._fault("check_without_expect", *at, value=column.name)
            if column.role in {"area", "parent", "parent_name", "new_area"} and not column.level:
                yield self._fault("area_without_level", *at, value=column.name)
            if column.role == "period" and not (column.form or column.codes):
                yield self._fault("period_without_form", *at, value=column.name)
        if self.recipe.reading.footer:
            yield from self._expression(self.recipe.reading.footer, "read", "footer", group=False)

    def _measures(self) -> Iterator[Fault]:
        columns = {measure.column for measure in self.recipe.measures}
        for at, measure in enumerate(self.recipe.measures):
            here = ("values", str(at))
            if bool(measure.column) == bool(measure.pattern) and self.recipe.content != "persons":
                yield self._fault("column_or_pattern", *here, value=measure.indicator)
            if measure.pattern:
                yield from self._expression(measure.pattern, *here, "pattern", group=bool(measure.pattern_role))
            if measure.of_which and measure.of_which not in columns:
                yield self._fault("unknown_column", *here, "of_which", value=measure.of_which)
        for at, part in enumerate(self.recipe.from_name):
            yield from self._expression(part.pattern, "from_name", str(at), "pattern", group=True)

    def _codes(self) -> Iterator[Fault]:
        for column in self.recipe.columns:
            for code in dict.fromkeys((column.codes or {}).values()):
                yield from self._code(column.role, code, "columns", column.name, "codes")
        for role, code in self.recipe.constants.items():
            yield from self._code(role, code, "constants", role)
        for at, measure in enumerate(self.recipe.measures):
            for role, code in measure.sets.items():
                yield from self._code(role, code, "values", str(at), "sets", role)
        for at, part in enumerate(self.recipe.from_name):
            for code in (part.codes or {}).values():
                yield from self._code(part.role, code, "from_name", str(at), "codes")

    def _code(self, role: str, code: str, *path: str) -> Iterator[Fault]:
        kind = "axis" if role.startswith("axis:") else role
        allowed = _CODES.get(kind)
        if allowed and not re.fullmatch(allowed, code) and role == "age_group":
            yield self._fault("wrong_form_ages", *path, value=code)
        elif allowed and not re.fullmatch(allowed, code):
            yield self._fault("wrong_code", *path, value=code, role=role, allowed=allowed)
        elif kind == "axis" and code.isupper() and code not in {*country_codes(), EXAMPLE_COUNTRY, "_T", "_U"}:
            yield self._fault("unknown_country", *path, value=code)
        elif kind == "axis" and code.isdigit() and code not in region_members():
            yield self._fault("not_allowed", *path, value=code, allowed=", ".join(region_members()))
        elif kind == "axis" and code.islower() and not _has_words(role, code):
            yield self._fault("not_allowed", *path, value=code, allowed=", ".join(_words_of(role)))
        elif kind == "service" and code not in services():
            yield self._fault("not_allowed", *path, value=code, allowed=", ".join(services()))
        elif kind == "indicator" and code not in _listed("indicator"):
            yield self._fault("not_allowed", *path, value=code, allowed=", ".join(_listed("indicator")))

    def _whole(self) -> Iterator[Fault]:
        """A table of counts says where, when and what; nothing is said twice."""
        recipe = self.recipe
        told = [column.role for column in recipe.columns]
        told += [part.role for part in recipe.from_name]
        told += list(recipe.constants)
        told += sorted({one.pattern_role for one in recipe.measures if one.pattern_role})
        told += sorted({role for one in recipe.measures for role in one.sets})
        for role in _NEEDED[recipe.content]:
            if role not in told:
                yield self._fault("recipe_lacks", "columns", value=role)
        if recipe.content == "counts" and not recipe.measures:
            yield self._fault("recipe_lacks", "values", value="values")
        if recipe.content in {"counts", "persons"} and not recipe.universe:
            yield self._fault("recipe_lacks", "universe", value="universe")
        once = {"period", "sex", "age_group", "indicator", "area_name", "status"}
        once |= {role for roles in _ROLES_OF.values() for role in roles} - {"area"}
        once |= set() if recipe.area_template else {"area"}
        for role in sorted({role for role in told if role.startswith("axis:")}):
            if role.removeprefix("axis:") not in _listed("axis"):
                yield self._fault("not_allowed", "columns", value=role, allowed=", ".join(_listed("axis")))
        for role in sorted(set(told)):
            if told.count(role) > 1 and (role in once or role.startswith("axis:")):
                yield self._fault("role_given_twice", "columns", value=role)

    def _persons(self) -> Iterator[Fault]:
        """A register is counted, and nothing else is done with it; ages belong to registers alone."""
        recipe, reading = self.recipe, self.recipe.reading
        ages = [column for column in recipe.columns if column.role in {"age", "birth_date"}]
        if recipe.content != "persons":
            for column in ages:
                yield self._fault("only_for_persons", "columns", column.name, value=column.role)
            return
        refused: dict[str, object] = {
            "totals": recipe.totals,
            "checks": recipe.checks,
            "repairs": recipe.repairs,
            "values": [one for one in recipe.measures if one != Measure(one.indicator, one.unit)]
            or recipe.measures[1:],
            "read.footer": reading.footer,
            "read.member": reading.member,
            "read.suppressed": reading.suppressed,
            "read.header_rows": reading.header_rows > 1,
            "read.format": reading.format not in {"delimited", "parquet"},
            "columns": [column for column in recipe.columns if not _ROLE_OF_PERSON.fullmatch(column.role)],
        }
        for key in (key for key, told in refused.items() if told):
            yield self._fault("persons_refuses", *key.split("."), value=key)
        told = [column for column in recipe.columns if column.role == "age_group"]
        if len(ages) + len(told) > 1:
            yield self._fault("role_given_twice", "columns", value="age")
        for column in (column for column in ages if column.role == "birth_date"):
            if not re.fullmatch(r"[12][0-9]{3}-[01][0-9]-[0-3][0-9]", recipe.constants.get("period", "")):
                yield self._fault("birth_date_needs", "columns", column.name, value="constants.period")
            if "%d" not in column.form:
                yield self._fault("birth_date_needs", "columns", column.name, value="form")

    def _roles(self) -> Iterator[Fault]:
        """Everything that is told is something that a recipe of this kind reads."""
        holds = self.recipe.content
        if holds == "persons":
            return
        apart = holds in _ROLES_OF
        allowed = _ROLES_OF.get(holds, _ROLES_OF_PEOPLE)
        listed = ", ".join((*allowed, *_EVERYWHERE))
        for column in self.recipe.columns:
            if column.role not in (*allowed, *_EVERYWHERE) and (apart or ":" not in column.role):
                told = {"value": column.role, "holds": holds, "allowed": listed}
                yield self._fault("role_elsewhere", "columns", column.name, **told)
            elif apart and not column.required and column.role not in _OPTIONAL:
                yield self._fault("refused_here", "columns", column.name, value="optional", holds=holds)
        told_apart = [("constants", role) for role in self.recipe.constants]
        told_apart += [("from_name", part.role) for part in self.recipe.from_name]
        for key, role in told_apart:
            if (role == "service") != (holds == "facilities") or (apart and role != "service"):
                told = {"value": role, "holds": holds, "allowed": listed}
                yield self._fault("role_elsewhere", key, **told)

    def _without_people(self) -> Iterator[Fault]:
        """What only numbers of people, or areas, can have."""
        recipe = self.recipe
        if recipe.content not in _ROLES_OF:
            return
        refused: dict[str, object] = {
            "universe": recipe.universe,
            "values": recipe.measures,
            "totals": recipe.totals,
            "checks": recipe.checks,
            "absent_is_zero": recipe.absent_is_zero,
            "areas_count": recipe.areas_count,
            "area_code": recipe.area_template,
            "boundary_date": recipe.boundary_date,
            "read.suppressed": recipe.reading.suppressed,
        }
        for key in (key for key, told in refused.items() if told):
            yield self._fault("refused_here", *key.split("."), value=key, holds=recipe.content)

    def _facilities(self) -> Iterator[Fault]:
        """A facility lies at coordinates or in an area, and only coordinates have a system."""
        recipe = self.recipe
        if recipe.content not in _ROLES_OF:
            return
        roles = {column.role for column in recipe.columns}
        if recipe.reading.format == "geojson":
            roles.add("geometry")
        told = [role for role in ("geometry", "longitude", "latitude", "area") if role in roles]
        if recipe.content == "facilities" and told not in (["geometry"], ["longitude", "latitude"], ["area"]):
            yield self._fault("facility_place", "columns", value=", ".join(told) or "-")
        if recipe.geometry_crs and (recipe.content != "facilities" or told == ["area"]):
            yield self._fault("refused_here", "crs", value="crs", holds=recipe.content)

    def _crosswalk(self) -> Iterator[Fault]:
        """A crosswalk says what its amounts are, and leads from one level of areas to another."""
        recipe = self.recipe
        if recipe.content != "crosswalk":
            if recipe.amounts:
                yield self._fault("refused_here", "amounts", value="amounts", holds=recipe.content)
            return
        if not recipe.amounts:
            yield self._fault("recipe_lacks", "amounts", value="amounts")
        levels = [column.level for column in recipe.columns if column.role in {"area", "new_area"}]
        if len(levels) > len(set(levels)):
            yield self._fault("same_level", "columns", value=levels[0])

    def _sums(self) -> Iterator[Fault]:
        recipe = self.recipe
        for at, check in enumerate(recipe.checks):
            for name in (check.whole, *check.parts):
                if name not in self.names:
                    yield self._fault("unknown_column", "checks", str(at), value=name)
        for at, total in enumerate(recipe.totals):
            if total.column not in self.names:
                yield self._fault("unknown_column", "totals", str(at), value=total.column)
        for name in re.findall(r"{(\w*)}", recipe.area_template):
            if name not in self.names:
                yield self._fault("unknown_column", "area_code", value=name)
        widths = {column.name: max(column.width, column.pad) for column in recipe.columns}
        for at, repair in enumerate(recipe.repairs):
            if repair.kind in {"drop_identical_duplicates", "make_valid"}:
                continue
            if repair.column not in self.names:
                yield self._fault("unknown_column", "repairs", str(at), value=repair.column)
            elif repair.kind == "pad" and not widths.get(repair.column):
                yield self._fault("pad_without_width", "repairs", str(at), value=repair.column)

    def _downloads(self) -> Iterator[Fault]:
        for at, download in enumerate(self.recipe.downloads):
            told = urlsplit(download.url)
            if told.scheme != "https":
                yield self._fault("not_https", "downloads", str(at), value=download.url)
            if told.hostname not in self.recipe.hosts:
                yield self._fault("unlisted_host", "downloads", str(at), value=str(told.hostname))
