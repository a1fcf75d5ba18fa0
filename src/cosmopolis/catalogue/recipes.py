"""
Recipes: YAML that a statistician can read and correct, checked and made into `Recipe`.

The schema says which keys there are; `recipe_sense` checks what it cannot say.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from cosmopolis.catalogue.recipe_sense import sense_faults, services
from cosmopolis.catalogue.schema import Checker
from cosmopolis.catalogue.text import Node, Unreadable, content_folder, text_of, yaml_tree
from cosmopolis.errors import ContentError, Fault
from cosmopolis.vocabulary.recipe import (
    Ancestor,
    Column,
    Download,
    FromName,
    Measure,
    Reading,
    Recipe,
    Repair,
    SumCheck,
    TotalRows,
)

#: Keys of a recipe file whose values are taken as they are, and the fields of `Recipe`.
_FIELDS = {
    "recipe": "id",
    "publisher": "publisher",
    "title": "title",
    "licence": "licence",
    "page": "landing_page",
    "holds": "content",
    "universe": "universe",
    "boundary_date": "boundary_date",
    "amounts": "amounts",
    "crs": "geometry_crs",
    "areas_count": "areas_count",
    "area_code": "area_template",
    "absent_is_zero": "absent_is_zero",
    "other_columns": "other_columns",
    "constants": "constants",
}


@cache
def _classification(name: str) -> tuple[Mapping[str, str], tuple[str, ...], str]:
    """A shared list: its codes, its cells, and its text for the checksum."""
    file = f"classifications/{name}.yaml"
    text = text_of(content_folder().joinpath("classifications", f"{name}.yaml"), file)
    tree, faults = yaml_tree(text, file)
    checker = Checker("classification", file)
    plain = checker.plain(tree)
    if faults or checker.faults:
        raise ContentError((*faults, *checker.faults))
    return plain.get("codes", {}), tuple(plain.get("cells", ())), text


def load_recipe(path: Path | Traversable) -> Recipe:
    """
    Read and check one recipe file.

    Raises
    ------
    ContentError
        With every fault of the file: file, line, key, value, what is allowed.

    Examples
    --------
    >>> load_recipe(content_folder() / "recipes" / "barcelona-age-sex.yaml").universe
    'residents'
    """
    recipe, faults = recipe_and_faults(path)
    if recipe is None or faults:
        raise ContentError(faults)
    return recipe


@cache
def shipped_recipes() -> Mapping[str, Recipe]:
    """Every recipe that comes with the program, by id."""
    return {name: load_recipe(content_folder().joinpath("recipes", f"{name}.yaml")) for name in shipped_names()}


@cache
def shipped_names() -> tuple[str, ...]:
    """The ids of the shipped recipes, read from the file names alone."""
    found = (file.name for file in content_folder().joinpath("recipes").iterdir())
    return tuple(sorted(name.removesuffix(".yaml") for name in found if name.endswith(".yaml")))


def recipe_and_faults(path: Path | Traversable) -> tuple[Recipe | None, tuple[Fault, ...]]:
    """The recipe, if it could be made, and everything wrong with it."""
    name = path.name
    try:
        text = text_of(path, name)
        tree, faults = yaml_tree(text, name)
        checker = Checker("recipe", name)
        plain = checker.plain(tree)
        if faults or checker.faults:
            return None, (*faults, *checker.faults)
        return _recipe_and_sense(plain, tree, name, text)
    except Unreadable as broken:
        return None, (broken.fault,)
    except ContentError as broken:
        return None, broken.faults


def _recipe_and_sense(
    plain: dict[str, Any], tree: Node, name: str, text: str
) -> tuple[Recipe | None, tuple[Fault, ...]]:
    lists: list[str] = []
    try:
        recipe = _recipe(plain, lists)
    except Unreadable as broken:
        return None, (broken.fault,)
    recipe = _with_checksum(recipe, [text, *(_classification(used)[2] for used in sorted(set(lists)))])
    return recipe, tuple(sense_faults(recipe, tree, name))


def _with_checksum(recipe: Recipe, texts: list[str]) -> Recipe:
    # line ends differ between systems that check the file out; the recipe does not
    told = "\0".join(text.replace("\r\n", "\n") for text in texts)
    return replace(recipe, sha256=hashlib.sha256(told.encode()).hexdigest())


def _recipe(plain: dict[str, Any], lists: list[str]) -> Recipe:
    simple = {field: plain[key] for key, field in _FIELDS.items() if key in plain}
    if plain["holds"] == "persons":
        simple["absent_is_zero"] = True  # where nobody is registered, nobody is
    return Recipe(
        **simple,
        files=tuple(plain["files"]),
        reading=_reading(plain["read"]),
        columns=tuple(_columns(plain["columns"], lists)),
        measures=tuple(_measure(told) for told in plain.get("values", ())),
        from_name=tuple(_from_name(told, lists) for told in plain.get("from_name", ())),
        totals=tuple(_totals(told, lists) for told in plain.get("totals", ())),
        checks=tuple(SumCheck(told["whole"], tuple(told["parts"])) for told in plain.get("checks", ())),
        repairs=tuple(Repair(**told) for told in plain.get("repairs", ())),
        downloads=tuple(Download(**told) for told in plain.get("downloads", ())),
        hosts=tuple(plain.get("hosts", ())),
    )


def _reading(told: dict[str, Any]) -> Reading:
    told = dict(told)
    if "missing" in told:
        told["missing"] = tuple(told["missing"])
    told["suppressed"] = {mark: (low, high) for mark, (low, high) in told.get("suppressed", {}).items()}
    return Reading(**told)


def _codes(told: dict[str, Any], lists: list[str]) -> Mapping[str, str] | None:
    codes = told.get("codes")
    if not isinstance(codes, str):
        return codes
    lists.append(codes)
    return _classification(codes)[0]


def _codes_of(role: str, told: dict[str, Any], lists: list[str]) -> Mapping[str, str] | None:
    """The codes of cells; where a recipe tells none of services, the cells are the services themselves."""
    codes = _codes(told, lists)
    return {service: service for service in services()} if role == "service" and codes is None else codes


def _columns(told: dict[str, Any], lists: list[str]) -> Iterator[Column]:
    for name, entry in told.items():
        for one in entry if isinstance(entry, list) else [entry]:
            yield _column(name, one, lists)


def _column(name: str, told: str | dict[str, Any], lists: list[str]) -> Column:
    if isinstance(told, str):
        return Column(name, told, codes=_codes_of(told, {}, lists))
    simple = ("width", "pad", "extract", "form", "end_of_period", "level", "expect")
    return Column(
        name,
        told["is"],
        other_names=tuple(told.get("also", ())),
        required=not told.get("optional", False),
        codes=_codes_of(told["is"], told, lists),
        ancestors=tuple(Ancestor(level, first) for level, first in told.get("ancestors", {}).items()),
        **{key: told[key] for key in simple if key in told},
    )


def _measure(told: dict[str, Any]) -> Measure:
    simple = ("column", "pattern", "pattern_form", "sets", "whole", "smallest", "largest", "total", "of_which")
    return Measure(
        told["counts"],
        told["unit"],
        other_names=tuple(told.get("also", ())),
        required=not told.get("optional", False),
        pattern_role=told.get("pattern_is", ""),
        scale=told.get("scale", 1),
        **{key: told[key] for key in simple if key in told},
    )


def _from_name(told: dict[str, Any], lists: list[str]) -> FromName:
    return FromName(told["pattern"], told["is"], _codes_of(told["is"], told, lists), told.get("form", ""))


def _totals(told: dict[str, Any], lists: list[str]) -> TotalRows:
    cells = told["cells"]
    if isinstance(cells, str):
        lists.append(cells)
        cells = _classification(cells)[1]
    return TotalRows(told["column"], tuple(cells), told.get("checked", True), told.get("tolerance", 0))
