"""
How people are spread over the areas of a city, at every scale, and what they can reach. Pure.

Indices of two groups take the group and the rest, by area; those of several groups
take persons by area and group. A name is imported from its module when it is first
asked for, so that importing the room costs next to nothing.

>>> from cosmopolis.neighbourhoods import dissimilarity
>>> round(dissimilarity(group=[10, 30], rest=[40, 20]), 4)
0.4167
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

#: The public names of each module of this room, alphabetically.
_NAMES: dict[str, tuple[str, ...]] = {
    "catalogue": (
        "PEERS_DISAGREE",
        "Clustering",
        "Entry",
        "Profile",
        "Shapes",
        "absolute_centralisation",
        "absolute_concentration",
        "adjusted_dissimilarity",
        "border_dissimilarity",
        "clustering",
        "concentration_profile",
        "delta",
        "min_max",
        "optional_indices",
        "proximity_profile",
        "relative_centralisation",
        "relative_concentration",
        "shape_dissimilarity",
        "shapes",
    ),
    "local": (
        "HotSpots",
        "LocationQuotients",
        "Neighbours",
        "false_discovery",
        "hot_spots",
        "local_entropy",
        "local_simpson",
        "location_quotient",
        "location_quotient_interval",
        "neighbours",
        "representation",
    ),
    "nesting": ("Level", "Nesting", "Parts", "nested", "nested_rows", "supergroups", "within_areas"),
    "several_groups": (
        "MultigroupIndices",
        "area_information",
        "divergence",
        "group_information",
        "inverse_simpson",
        "multigroup_indices",
        "normalised_entropy",
        "normalised_exposure",
        "perplexity",
        "relative_diversity",
        "shannon_entropy",
        "simpson_interaction",
        "squared_variation",
    ),
    "two_groups": (
        "TwoGroupIndices",
        "atkinson",
        "correlation_ratio",
        "dissimilarity",
        "gini",
        "gorard",
        "hutchens",
        "information_theory",
        "interaction",
        "isolation",
        "mutual_information",
        "separation_without_chance",
        "two_group_indices",
    ),
}

_MODULE_OF = {name: module for module, names in _NAMES.items() for name in names}

__all__ = sorted(_MODULE_OF)  # noqa: PLE0605  (the table above is the list)


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(f"{__name__}.{_MODULE_OF[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *_MODULE_OF})
