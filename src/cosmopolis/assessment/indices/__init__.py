"""
A composite index from indicators, step by step, with every step in its log.

Declare a `Structure`, read a table with `index_of`, then `screen`, `denominate`,
`impute`, `treat`, `normalise`, `weigh`, `aggregate`. `redone` runs the log again
with one option edited; `robustness`, `rank_sensitivity` and `removals` say what
the result rests on.
"""

from cosmopolis.assessment.indices.aggregating import aggregate
from cosmopolis.assessment.indices.normalising import normalise
from cosmopolis.assessment.indices.outliers import Limits, treat
from cosmopolis.assessment.indices.preparing import denominate, impute, screen
from cosmopolis.assessment.indices.relations import (
    correlation_ratios,
    correlations,
    cronbach_alpha,
    explained,
    group_alpha,
)
from cosmopolis.assessment.indices.stability import Weights, rank_sensitivity, removals, robustness, without
from cosmopolis.assessment.indices.structure import Group, Indicator, Structure
from cosmopolis.assessment.indices.table import Index, index_of, redone
from cosmopolis.assessment.indices.weighting import weigh

__all__ = [
    "Group",
    "Index",
    "Indicator",
    "Limits",
    "Structure",
    "Weights",
    "aggregate",
    "correlation_ratios",
    "correlations",
    "cronbach_alpha",
    "denominate",
    "explained",
    "group_alpha",
    "impute",
    "index_of",
    "normalise",
    "rank_sensitivity",
    "redone",
    "removals",
    "robustness",
    "screen",
    "treat",
    "weigh",
    "without",
]
