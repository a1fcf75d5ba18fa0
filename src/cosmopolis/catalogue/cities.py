"""
A city folder -> `City`: city.toml, profile.yaml, the recipes it names, the files it has.

Everything that is wrong with the folder is found in one pass and told together.
"""

from __future__ import annotations

import fnmatch
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from cosmopolis.catalogue.city_sense import axis_codes, sense_faults
from cosmopolis.catalogue.recipes import recipe_and_faults, shipped_names
from cosmopolis.catalogue.schema import Checker
from cosmopolis.catalogue.text import Node, Unreadable, content_folder, text_of, toml_tree, yaml_tree
from cosmopolis.errors import ContentError, Fault
from cosmopolis.vocabulary.city import (
    AccessQuestion,
    City,
    EarlierAreas,
    Event,
    MissingItem,
    OriginQuestion,
    ProfileText,
    Source,
)
from cosmopolis.vocabulary.policy import Policy
from cosmopolis.vocabulary.recipe import Recipe
from cosmopolis.vocabulary.table import UNKNOWN

#: Files beside the data that describe them and need no source.
_COMPANIONS = ("*.md", "LICENSE*", "LICENCE*", ".*")
#: The one file at the top of a city folder that a source may read.
_AREAS_FILE = "areas.geojson"
#: As the only group of a question: every code that the recipe gives to the axis.
EVERY_CODE = "*"
#: How a folder's own `areas.geojson` is read when no source says so.
_AREAS_SOURCE, _AREAS_RECIPE = "city-areas", "city-areas"


def load_city(folder: Path, *, data: Path | None = None, need_files: bool = True) -> City:
    """
    Read and check a city folder.

    Parameters
    ----------
    folder
        Holds `city.toml`, and what else the city has.
    data
        Holds the publishers' files, if they are not in `folder/data`.
    need_files
        Whether a source without a file is a fault; a city whose files are
        still to be downloaded has none.

    Raises
    ------
    ContentError
        With every fault of the folder; files that no source claims are told
        by `check_city` alone.
    """
    reading = _Reading(Path(folder), data, need_files)
    city = reading.city()
    if city is None or reading.faults:
        raise ContentError(reading.faults)
    return city


def city_recipes(folder: Path) -> tuple[str, tuple[Recipe, ...]]:
    """The id of a city and the recipes it names, whether or not its files are there yet."""
    city = load_city(folder, need_files=False)
    return city.id, tuple({source.recipe.id: source.recipe for source in city.sources}.values())


def check_city(folder: Path, data: Path | None = None) -> tuple[Fault, ...]:
    """
    Everything that is wrong with a city folder, at once.

    More than `load_city` refuses: files in the data folder that no source
    claims, and recipes in the folder that no source names.
    """
    reading = _Reading(Path(folder), data, need_files=True)
    city = reading.city()
    return (*reading.faults, *(_left_over(city, reading) if city else ()))


@dataclass
class _Reading:
    """One pass over a folder; faults are collected on the way."""

    folder: Path
    data: Path | None
    need_files: bool
    faults: list[Fault] = field(default_factory=list)
    named: set[str] = field(default_factory=set)  #: recipes that city.toml names, read or not

    def __post_init__(self) -> None:
        self.files_folder = self.data if self.data is not None else self.folder / "data"

    def city(self) -> City | None:
        """The city, if enough of it could be read."""
        if not self.folder.is_dir():
            message = "folder_is_file" if self.folder.exists() else "no_folder"
            path = self.folder.absolute()
            told = {"file": str(path), "folder": str(path.parent)}
            self.faults.append(Fault(f"catalogue.{message}", told))
            return None
        read = self._plain("city.toml", "city")
        profile = self._profile()
        if read is None:
            return None
        plain, tree = read
        self.named = {told["recipe"] for told in plain["sources"]}
        sources = tuple(self._sources(plain.get("sources", []), tree.get("sources")))
        sources += tuple(self._own_areas(sources, plain.get("map_level", "")))
        city = _city(plain, self.folder, sources, profile)
        self.faults += sense_faults(city, tree, {told["id"] for told in plain["sources"]})
        return city

    def _plain(self, name: str, schema: str) -> tuple[dict[str, Any], Node] | None:
        path = self.folder / name
        try:
            text = text_of(path, name)
            tree, faults = (toml_tree(text, name), ()) if name.endswith(".toml") else yaml_tree(text, name)
        except Unreadable as broken:
            missing = broken.fault.message_id == "catalogue.no_file"
            self.faults.append(Fault("catalogue.no_file", {"file": str(path.absolute())}) if missing else broken.fault)
            return None
        checker = Checker(schema, name)
        plain = checker.plain(tree)
        self.faults += [*faults, *checker.faults]
        if faults or checker.faults:
            self._sources_in_spite_of_faults(tree)
            return None
        return plain, tree

    def _sources_in_spite_of_faults(self, tree: Node) -> None:
        """What the sources of a faulty file lack besides: a person mends everything in one go."""
        sources = tree.get("sources")
        for node in sources.items() if sources else ():
            told = {key: at.value for key in ("id", "recipe") if (at := node.get(key)) and isinstance(at.value, str)}
            if len(told) == len(("id", "recipe")):
                where = {"file": "city.toml", "line": node.line, "source": told["id"]}
                recipe = self._recipe(told["recipe"], where)
                if recipe and not node.get("files"):
                    tuple(self._files(recipe.files, where))

    def _profile(self) -> ProfileText:
        if not (self.folder / "profile.yaml").exists():
            return ProfileText()
        read = self._plain("profile.yaml", "profile")
        return _profile(read[0]) if read else ProfileText()

    def _sources(self, told: list[dict[str, Any]], tree: Node | None) -> Iterator[Source]:
        lines = [node.line for node in tree.items()] if tree else []
        seen: set[str] = set()
        for at, one in enumerate(told):
            line = lines[at] if at < len(lines) else 0
            where = {"file": "city.toml", "line": line, "source": one["id"]}
            if one["id"] in seen:
                self._fault("source_twice", where, value=one["id"])
                continue
            seen.add(one["id"])
            policy = Policy(**one.get("policy", {}))
            if policy.name == "none":
                self._none_policy(policy, where)
            recipe = self._recipe(one["recipe"], where)
            if recipe:
                if recipe.content == "persons" and policy.name == "none":
                    self._fault("none_on_persons", where)
                files = tuple(self._files(one.get("files") or recipe.files, where))
                yield Source(one["id"], recipe, files, policy, one.get("title") or recipe.title)

    def _own_areas(self, sources: tuple[Source, ...], level: str) -> Iterator[Source]:
        """The folder's `areas.geojson`, if it is there and no source says how to read it."""
        path = self.folder / _AREAS_FILE
        claimed = {file.name for source in sources for file in source.files}
        if not path.is_file() or path.name in claimed or not level:
            return
        where = {"file": _AREAS_FILE, "line": 0, "source": _AREAS_SOURCE}
        if not _is_inside(path, self.folder):
            self._fault("leaves_folder", where, value=path.name)
            return
        recipe = self._recipe(_AREAS_RECIPE, where)
        if recipe:
            columns = tuple(replace(each, level=level) if each.role == "area" else each for each in recipe.columns)
            # the level is part of how the file is read, so it is part of what names the reading
            digest = hashlib.sha256(f"{recipe.sha256} {level}".encode()).hexdigest()
            recipe = replace(recipe, columns=columns, sha256=digest)
            yield Source(_AREAS_SOURCE, recipe, (path,), Policy(), recipe.title)

    def _none_policy(self, policy: Policy, where: Mapping[str, object]) -> None:
        for key in ("publisher", "reason"):
            if not getattr(policy, key).strip():
                self._fault("none_needs", where, value=key)

    def _recipe(self, name: str, where: Mapping[str, object]) -> Recipe | None:
        own = self.folder / "recipes" / f"{name}.yaml"
        if own.exists():
            if not _is_inside(own, self.folder):
                self._fault("leaves_folder", where, value=own.name)
                return None
            recipe, faults = recipe_and_faults(own)
        elif name in shipped_names():
            recipe, faults = recipe_and_faults(content_folder().joinpath("recipes", f"{name}.yaml"))
        else:
            self._fault("unknown_recipe", where, value=name, allowed=", ".join(_alike(name)))
            return None
        self.faults += [fault for fault in faults if fault not in self.faults]
        return recipe

    def _files(self, patterns: tuple[str, ...] | list[str], where: Mapping[str, object]) -> Iterator[Path]:
        """Files whose name fits a pattern, by name; a pattern that fits nothing is a fault."""
        names = sorted(path.name for path in _plain_files(self.files_folder))
        found: dict[str, Path] = {}
        for pattern in patterns:
            fitting = [name for name in names if fnmatch.fnmatchcase(name, pattern)]
            found |= {name: self.files_folder / name for name in fitting}
            if pattern == _AREAS_FILE and (self.folder / _AREAS_FILE).is_file():
                found[_AREAS_FILE] = self.folder / _AREAS_FILE
            elif not fitting and self.need_files:
                self._fault("no_file_matches", where, value=pattern, folder=self.files_folder.name)
        for name, path in sorted(found.items()):
            if _is_inside(path, self.files_folder) or _is_inside(path, self.folder):
                yield path
            else:
                self._fault("leaves_folder", where, value=name)

    def _fault(self, message: str, where: Mapping[str, object], **values: object) -> None:
        self.faults.append(Fault(f"catalogue.{message}", {**where, **values}))


def _plain_files(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from (path for path in folder.iterdir() if path.is_file())


def _is_inside(path: Path, folder: Path) -> bool:
    """Whether a file lies in the folder after every link on the way is followed."""
    return path.resolve().is_relative_to(folder.resolve())


def _alike(name: str) -> list[str]:
    """The recipes to offer for a name that is none: those of the same publisher, or all."""
    first = name.partition("-")[0]
    names = shipped_names()
    return [known for known in names if known.startswith(first)] or list(names)


def _city(plain: dict[str, Any], folder: Path, sources: tuple[Source, ...], profile: ProfileText) -> City:
    recipes = {source.id: source.recipe for source in sources}
    questions = (_question(told, recipes) for told in plain.get("questions", ()))
    return City(
        id=plain["id"],
        name=plain["name"],
        country=plain["country"],
        languages=tuple(plain["languages"]),
        reference_date=plain["reference_date"],
        folder=folder,
        names=plain.get("names", {}),
        sources=sources,
        total_source=plain.get("total_source", ""),
        map_level=plain.get("map_level", ""),
        questions=tuple(questions),
        profile=profile,
        access=tuple(_access(told) for told in plain.get("access", ())),
        class_borders={label: tuple(map(float, borders)) for label, borders in plain.get("class_borders", {}).items()},
        public_key=plain.get("public_key", ""),
    )


def _question(told: dict[str, Any], recipes: Mapping[str, Recipe]) -> OriginQuestion:
    optional = {key: told[key] for key in ("headline", "indicator") if key in told}
    rest, groups = tuple(told.get("rest", ())), tuple(told["groups"])
    everybody = _others(recipes.get(told["source"]), told["axis"], rest)
    if groups == (EVERY_CODE,):
        groups = everybody or groups
    earlier = None
    if "earlier" in told:
        before = _others(recipes.get(told["earlier"]["source"]), told["axis"], rest)
        earlier = EarlierAreas(**told["earlier"], groups=_groups_before(groups, everybody, before))
    return OriginQuestion(told["label"], told["source"], told["axis"], groups, rest, earlier=earlier, **optional)


def _others(recipe: Recipe | None, axis: str, rest: tuple[str, ...]) -> tuple[str, ...]:
    """Every code of an axis that a recipe can give and that is not in the rest."""
    codes = {} if recipe is None else axis_codes(recipe).get(axis, {})
    return tuple(code for code in codes if code not in rest)


def _groups_before(groups: tuple[str, ...], everybody: tuple[str, ...], before: tuple[str, ...]) -> tuple[str, ...]:
    """
    The codes of a question's group in the source of before a reform, which has the codes `before` beside the rest.

    The list of countries may have grown or shrunk: all of them together stay
    comparable, a part of them only under the same codes.
    """
    if not before or {*everybody} - {*groups} - {UNKNOWN}:
        return groups
    return tuple(code for code in before if code != UNKNOWN or code in groups)


def _access(told: dict[str, Any]) -> AccessQuestion:
    ways = told.get("ways", "")
    limit = float(told.get("within_minutes" if ways else "within_metres", 0))
    optional = {"age_group": told["ages"]} if "ages" in told else {}
    return AccessQuestion(told["service"], told["facilities"], limit, ways, **optional)


def _profile(plain: dict[str, Any]) -> ProfileText:
    return ProfileText(
        authors=tuple(plain.get("authors", ())),
        licence=plain.get("licence", ""),
        version=plain.get("version", ""),
        coverage=plain.get("coverage", {}),
        legal_categories=tuple(plain.get("legal_categories", ())),
        events=tuple(Event(**told) for told in plain.get("timeline", ())),
        roles=tuple(plain.get("roles", ())),
        notes=tuple(plain.get("notes", ())),
        missing=tuple(MissingItem(**told) for told in plain.get("missing", ())),
    )


def _left_over(city: City, reading: _Reading) -> Iterator[Fault]:
    """Files and recipes that nobody asked for: a forgotten source looks just like this."""
    claimed = {path.name for source in city.sources for path in source.files}
    unread = reading.named - {source.recipe.id for source in city.sources}
    # a recipe that could not be read does not say which files it would have claimed
    for path in () if unread else sorted(_plain_files(reading.files_folder)):
        if path.name not in claimed and not any(fnmatch.fnmatchcase(path.name, name) for name in _COMPANIONS):
            yield Fault("catalogue.file_unclaimed", {"file": "city.toml", "line": 0, "value": path.name})
    for path in sorted((city.folder / "recipes").glob("*.yaml")):
        if path.stem not in reading.named:
            yield Fault("catalogue.recipe_unused", {"file": path.name, "line": 0, "value": path.stem})
