"""Where two tables of the same people can be laid side by side: their finest common cells."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from cosmopolis.disclosure.margins import chain
from cosmopolis.vocabulary.table import TOTAL

#: Atom code -> published code of one dimension; codes that are not shown are absent.
Shown = Mapping[str, str]
_OLDEST = 1000
_AGE = re.compile(r"Y(\d+)(?:T(\d+))?$|Y_GE(\d+)$")


def ages(code: str) -> tuple[int, int] | None:
    """
    First and last year of an age group, or None for a total or an unknown age.

    >>> ages("Y5T9"), ages("Y0"), ages("Y_GE100"), ages("_U")
    ((5, 9), (0, 0), (100, 1000), None)
    """
    found = _AGE.match(code)
    if not found:
        return None
    first, last, open_end = found.groups()
    if open_end:
        return int(open_end), _OLDEST
    return int(first), int(last or first)


def common_codes(left: Shown, right: Shown) -> dict[str, str]:
    """
    Published code to common code, where both publish the same codes; else everything is one total.

    A code that only one of them has (an unknown sex) may hide people whom the
    other has under a known one, so that only the total is sure to agree.
    """
    codes = set(left.values())
    same = codes == set(right.values())
    return {code: code if same else TOTAL for code in codes | set(right.values())}


def common_ages(left: Shown, right: Shown) -> dict[str, str]:
    """
    Published age group to the finest age group that both can be summed to.

    >>> common_ages({"a": "Y0T4", "b": "Y5T9", "c": "Y_GE10"}, {"d": "Y0T9", "e": "Y_GE10"})["Y5T9"]
    'Y0T9'
    """
    codes = sorted({*left.values(), *right.values()})
    spans = {code: ages(code) for code in codes}
    if None in spans.values():
        return common_codes(left, right)
    starts = [{span[0] for code in set(side.values()) if (span := spans[code])} for side in (left, right)]
    cuts = sorted(starts[0] & starts[1])
    if not cuts or cuts[0] > min(starts[0] | starts[1]):
        return dict.fromkeys(codes, TOTAL)
    common = {}
    for code in codes:
        first = spans[code][0]  # type: ignore[index]
        at = max(place for place, cut in enumerate(cuts) if cut <= first)
        last = cuts[at + 1] - 1 if at + 1 < len(cuts) else _OLDEST
        common[code] = f"Y_GE{cuts[at]}" if last == _OLDEST else f"Y{cuts[at]}T{last}"
    return common


def common_areas(left: Shown, right: Shown, parents: Mapping[str, str], city_area: str) -> dict[str, str]:
    """Published area to the finest area, itself or an ancestor, that both tables can be summed to."""
    chains = {code: _to_city(code, parents, city_area) for code in {*left.values(), *right.values()}}
    reached = [_reached(side.values(), chains) for side in (left, right)]
    both = reached[0] & reached[1]
    return {code: next(step for step in steps if step in both) for code, steps in chains.items()}


def _to_city(code: str, parents: Mapping[str, str], city_area: str) -> list[str]:
    steps = chain(code, parents)
    return steps if steps[-1] == city_area else [*steps, city_area]


def _reached(codes: Iterable[str], chains: Mapping[str, list[str]]) -> set[str]:
    return {step for code in codes for step in chains[code]}


def whole_area(code: str, parents: Mapping[str, str], city_area: str, common: Mapping[str, str]) -> str:
    """The common area in which an atom lies that its table does not show."""
    areas = set(common.values())
    return next((step for step in _to_city(code, parents, city_area) if step in areas), city_area)
