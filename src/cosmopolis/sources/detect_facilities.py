"""A list of places with coordinates: schools, courses, libraries."""

from __future__ import annotations

import re
from collections.abc import Sequence

from cosmopolis.sources.detect_columns import Profile
from cosmopolis.sources.detect_roles import Profiles, role_finding
from cosmopolis.vocabulary.proposal import ColumnFinding

_POINT = re.compile(r'^POINT\b|^\{"type": ?"Point"', re.IGNORECASE)
#: What only a table of people has.
_OF_PEOPLE = ("period", "sex", "age_group")
#: The degrees of a coordinate go to here.
_MOST_DEGREES = {"longitude": 180.0, "latitude": 90.0}


def facility_findings(columns: Profiles, found: Sequence[ColumnFinding]) -> tuple[ColumnFinding, ...] | None:
    """
    Return the columns of a list of places, or None if the file is no such list.

    Such a list has coordinates or points, an id that no other row has, and nothing
    that only a table of people has. Which service the places give, a person states.
    """
    spots = _spots(columns)
    ids = [name for name, profile in columns.items() if _is_id(profile) and name not in spots]
    people = any(one.role in _OF_PEOPLE or one.role.startswith("axis:") for one in found)
    counts = any(_counts(profile) for profile in columns.values())
    if not spots or not ids or people or counts:
        return None
    label = next((one.name for one in found if one.role == "area_name"), "") or _first(columns, "area_name")
    once = {"facility": ids[0], "facility_name": label, "places": _first(columns, "places")}
    roles = spots | {name: role for role, name in once.items() if name and name not in spots}
    return tuple(_finding(profile, roles.get(name, "ignore")) for name, profile in columns.items())


def _spots(columns: Profiles) -> dict[str, str]:
    """The columns that say where a place lies, with their roles."""
    for name, profile in columns.items():
        if profile.cells and all(_POINT.match(cell) for cell in profile.cells[:20]):
            return {name: "geometry"}
    told = {
        role: name
        for role, most in _MOST_DEGREES.items()
        for name, profile in columns.items()
        if profile.says(role) >= 0.8 and profile.numeric and -most <= profile.smallest <= profile.largest <= most
    }
    return {name: role for role, name in told.items()} if len(told) == len(_MOST_DEGREES) else {}


def _is_id(profile: Profile) -> bool:
    return profile.is_code_name and profile.distinct == profile.filled == profile.rows


def _counts(profile: Profile) -> bool:
    """Whether a column holds numbers of people; a numbered list has an id that is called a number."""
    return profile.numeric and profile.says("value") > 0 and not (profile.says("places") or profile.is_code_name)


def _first(columns: Profiles, concept: str) -> str:
    return next((name for name, profile in columns.items() if profile.says(concept) >= 0.8), "")


def _finding(profile: Profile, role: str) -> ColumnFinding:
    reasons = {"facility": "code_name", "geometry": "shapes", "facility_name": "text_cells", "ignore": "nothing_known"}
    certainty = {"geometry": 0.95, "longitude": 0.9, "latitude": 0.9, "facility": 0.8, "ignore": 0.5}.get(role, 0.7)
    told = role_finding(profile, role, certainty, reasons.get(role, "number_cells"))
    return ColumnFinding(
        told.name, told.role, told.certainty, told.reason, examples=tuple(cell[:60] for cell in profile.cells[:5])
    )
