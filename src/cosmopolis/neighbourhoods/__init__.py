"""
How people are spread over the areas of a city, at every scale, and what they can reach. Pure.

Indices of two groups take the group and the rest, by area; those of several groups
take persons by area and group: lists, arrays, columns of any library. `areas_of` reads a
table with geometry. A name is imported from its module when it is first asked for, so
that importing the room costs next to nothing.

>>> from cosmopolis.neighbourhoods import dissimilarity
>>> round(dissimilarity(group=[10, 30], rest=[40, 20]), 4)
0.4167
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

#: The public names of each module of this room, alphabetically.
_NAMES: dict[str, tuple[str, ...]] = {
    "access": (
        "Catchment",
        "catchment_access",
        "cumulative",
        "gravity",
        "mean_access",
        "nearest",
        "spatial_availability",
        "with_facilities",
        "with_people",
    ),
    "access_gaps": (
        "AccessGap",
        "GapBounds",
        "GapInterval",
        "access_gap",
        "access_gap_bounds",
        "access_gap_bounds_within",
        "access_gap_interval",
    ),
    "access_inequality": (
        "Concentration",
        "Inequality",
        "Palma",
        "TheilSplit",
        "concentration",
        "inequality",
        "palma",
        "theil_by_area",
        "theil_by_group",
    ),
    "boundaries": (
        "Crosswalk",
        "CrosswalkError",
        "areal_crosswalk",
        "carried",
        "carried_bounds",
        "carried_interval",
        "crosswalk_error",
        "grid_crosswalk",
        "population_crosswalk",
    ),
    "bounds": ("interaction_bounds", "isolation_bounds", "location_quotient_bounds"),
    "catalogue": ("PEERS_DISAGREE", "Entry", "optional_indices"),
    "centroids": ("Centroids",),
    "chance": (
        "Question",
        "WithoutChance",
        "dissimilarity_bias_corrected",
        "dissimilarity_density_corrected",
        "dissimilarity_without_chance",
        "expected_correlation_ratio",
        "expected_dissimilarity",
        "expected_mutual_information",
        "expected_separation_without_chance",
        "information_theory_without_chance",
        "mutual_information_without_chance",
    ),
    "change": (
        "CompositionAndSpace",
        "Contributions",
        "MarginsAndStructure",
        "component_contributions",
        "dissimilarity_change",
        "fitted_to_margins",
        "information_theory_change",
        "mutual_information_change",
        "mutual_information_change_in_order",
        "share_contributions",
    ),
    "contexts": ("USUAL_K", "ContextCurve", "Contexts", "nearest_contexts"),
    "decay": ("GIVEN", "Decay", "exponential", "gaussian", "linear", "logistic", "power", "step", "steps"),
    "frames": ("Areas", "areas_of", "centroids_of", "grid_of", "shapes_of"),
    "grid": ("Grid", "UrbanCentres", "grid_of_codes", "grid_of_points", "urban_centres"),
    "ground": ("Shapes", "shapes"),
    "inference": (
        "ChanceTest",
        "Difference",
        "Discoveries",
        "Estimate",
        "Null",
        "chance_test",
        "difference",
        "discoveries",
        "estimate",
        "lottery_tables",
    ),
    "least_access": ("Shortfall", "WorstOff", "share_among", "shortfall", "worst_off"),
    "local": (
        "CLASSES",
        "REPRESENTATION",
        "HotSpots",
        "LocationQuotients",
        "Neighbours",
        "hot_spots",
        "local_entropy",
        "local_simpson",
        "location_quotient",
        "location_quotient_interval",
        "neighbours",
        "representation",
    ),
    "modified_dissimilarity": ("adjusted_dissimilarity", "border_dissimilarity", "min_max", "shape_dissimilarity"),
    "nesting": ("AREA", "Level", "Nesting", "Parts", "nested", "nested_rows", "supergroups", "within_areas"),
    "noise": ("Denoised", "dissimilarity_denoised", "information_theory_denoised", "isolation_denoised"),
    "overlays": ("crosswalk_of",),
    "pairs": (
        "Joined",
        "Network",
        "Pairs",
        "grid_pairs",
        "joined",
        "listed_pairs",
        "matrix_pairs",
        "network_pairs",
        "straight_pairs",
    ),
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
    "siting": ("CloseGap", "LiftWorstOff", "SitingPlan", "next_sites"),
    "spatial": ("Chance", "NullBand", "ScaleProfile", "SpatialIndices", "scale_profile"),
    "spatial_clustering": ("Clustering", "clustering"),
    "spatial_concentration": (
        "absolute_centralisation",
        "absolute_concentration",
        "delta",
        "relative_centralisation",
        "relative_concentration",
    ),
    "suppressed": ("Extreme", "Extremes"),
    "suppressed_dissimilarity": ("dissimilarity_bounds", "dissimilarity_extremes"),
    "suppressed_gini": ("gini_bounds", "gini_extremes"),
    "suppressed_information": ("information_theory_bounds", "information_theory_extremes"),
    "threshold_profiles": ("Profile", "concentration_profile", "proximity_profile"),
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
    "whatif": ("WhatIf", "what_if"),
}

#: Two functions are called like their modules, and a module that has been imported would hide
#: them: this face has them under names of their own.
_RENAMED = {"centroids_of_places": ("centroids", "centroids"), "grid_of_counts": ("grid", "grid")}

_PLACES = {name: (module, name) for module, names in _NAMES.items() for name in names} | _RENAMED

__all__ = sorted(_PLACES)  # noqa: PLE0605  (the tables above are the list)


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, own_name = _PLACES[name]
    found = getattr(import_module(f"{__name__}.{module}"), own_name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *_PLACES})
