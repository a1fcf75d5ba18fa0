"""The standard sums of a table: which margins a profile declares, and areas rolled up to a level."""

from __future__ import annotations

from collections.abc import Mapping

from cosmopolis.errors import Fault, MeasureUndefined
from cosmopolis.population.structure import placed_ages
from cosmopolis.vocabulary.table import Coarsening, Margin, Table, group_code, group_pairs

STOCK = ("population_stock",)


def city_total(indicators: tuple[str, ...] = STOCK) -> Margin:
    """Everybody in the city."""
    return Margin("city_total", indicators=indicators)


def by_sex(indicators: tuple[str, ...] = STOCK) -> Margin:
    """The city by sex."""
    return Margin("city_by_sex", sex="keep", indicators=indicators)


def by_age(indicators: tuple[str, ...] = STOCK) -> Margin:
    """The city by age group."""
    return Margin("city_by_age", age_group="keep", indicators=indicators)


def by_sex_and_age(indicators: tuple[str, ...] = STOCK) -> Margin:
    """The city by sex and age group: its pyramid."""
    return Margin("city_by_sex_and_age", sex="keep", age_group="keep", indicators=indicators)


def by_broad_age(table: Table, indicators: tuple[str, ...] = STOCK) -> Margin:
    """
    The city by children, working age and old.

    Raises
    ------
    MeasureUndefined
        If an age group of the table lies across 15 or 65 years.
    """
    mapping = placed_ages(table.frame["age_group"].unique().to_list())
    return Margin("city_by_broad_age", age_group=mapping, indicators=indicators)


def by_group(table: Table, axis: str = "", indicators: tuple[str, ...] = STOCK) -> Margin:
    """The city by origin group: as the table has them, or by one of its axes."""
    return Margin(f"city_by_group{axis and f'_{axis}'}", group=groups_of(table, axis), indicators=indicators)


def by_group_and_sex(table: Table, axis: str = "", indicators: tuple[str, ...] = STOCK) -> Margin:
    """The city by origin group and sex."""
    name = f"city_by_group_and_sex{axis and f'_{axis}'}"
    return Margin(name, group=groups_of(table, axis), sex="keep", indicators=indicators)


def by_area(table: Table, level: str, indicators: tuple[str, ...] = STOCK) -> Margin:
    """
    Everybody in each area of a level.

    Raises
    ------
    MeasureUndefined
        If an area of the table lies in no area of that level.
    """
    return Margin(f"area_{level}", area_code=areas_of(table, level), indicators=indicators)


def by_area_and_group(table: Table, level: str, axis: str = "", indicators: tuple[str, ...] = STOCK) -> Margin:
    """
    Each area of a level by origin group.

    Raises
    ------
    MeasureUndefined
        If an area of the table lies in no area of that level.
    """
    name = f"area_{level}_by_group{axis and f'_{axis}'}"
    return Margin(name, area_code=areas_of(table, level), group=groups_of(table, axis), indicators=indicators)


def rollup(table: Table, level: str) -> Mapping[str, str]:
    """
    The area of a level in which each of the table's areas lies.

    Parameters
    ----------
    table
        A table whose `levels` and `parents` say how its areas nest.
    level
        The level to reach, for example `district`.

    Returns
    -------
    mapping
        From each area code of the table's atoms to a code at that level.

    Raises
    ------
    MeasureUndefined
        If an area lies in no area of that level: its people would be lost.
    """
    codes = sorted(table.frame["area_code"].unique().to_list())
    found = {code: _ancestor(table, code, level) for code in codes}
    lost = [code for code, place in found.items() if not place]
    if lost:
        raise MeasureUndefined(
            [Fault("population.area_outside_level", {"area": code, "level": level}) for code in lost]
        )
    return found


def areas_of(table: Table, level: str) -> Coarsening:
    """What a margin does with the areas to show those of a level: keep the table's own, or roll up."""
    mapping = rollup(table, level)
    return "keep" if all(code == place for code, place in mapping.items()) else mapping


def groups_of(table: Table, axis: str) -> Coarsening:
    """What a margin does with the groups to show one axis; no axis keeps the table's own."""
    if not axis:
        return "keep"
    codes = sorted(table.frame["group"].unique().to_list())
    pairs = {code: group_pairs(code) for code in codes}
    mapping = {code: group_code({axis: found[axis]}) for code, found in pairs.items() if axis in found}
    return "keep" if all(mapping.get(code) == code for code in codes) else mapping


def _ancestor(table: Table, code: str, level: str) -> str:
    seen: set[str] = set()
    while code and code not in seen:
        if table.levels.get(code, code.split("-", 1)[0]) == level:
            return code
        seen.add(code)
        code = table.parents.get(code, "")
    return ""
