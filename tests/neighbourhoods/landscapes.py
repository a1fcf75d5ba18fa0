"""The eight landscapes of Morrill (1991) and Wong (1993): 10 x 10 cells of 100 people, and a slow sum to check with."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from cosmopolis.neighbourhoods.grid import Grid, grid

#: '#' has 100 of the first group, '+' 50, '.' none.
ROWS = {
    "A": """
        .....#####
        .....#####
        .....#####
        .....#####
        .....#####
        ..........
        ..........
        ..........
        ..........
        ..........
    """,
    "B": """
        ...##...##
        ...##...##
        ...##...##
        ..........
        ..........
        ...##...##
        ...##...##
        ...##...##
        .........#
        ..........
    """,
    "C": """
        .#.#.#.#.#
        ..........
        .#.#.#.#.#
        ..........
        .#.#.#.#.#
        ..........
        .#.#.#.#.#
        ..........
        .#.#.#.#.#
        ..........
    """,
    "D": """
        ....++####
        ....++####
        ....++####
        ....++++++
        ....++++++
        ....++++++
        ..........
        ..........
        ..........
        ..........
    """,
    "E": """
        ..+##..+##
        ..++#..++#
        ..+++..+++
        ..........
        ..........
        ..+##..+##
        ..++#..++#
        ..+++..+++
        .........+
        ..........
    """,
    "F": """
        .......###
        .......###
        .......###
        ..........
        ..........
        ..........
        ..........
        ..........
        ..........
        ..........
    """,
    "G": """
        ..........
        ..........
        .....###..
        .....###..
        .....###..
        ..........
        ..........
        ..........
        ..........
        ..........
    """,
    "H": """
        .....#....
        .....#....
        .....#....
        .....#....
        .....#####
        ..........
        ..........
        ..........
        ..........
        ..........
    """,
}
_PEOPLE = {"#": 100, "+": 50, ".": 0}


def landscape(name: str, cell_metres: float = 1.0) -> Grid:
    group = np.array([[_PEOPLE[cell] for cell in row] for row in ROWS[name].split()])
    return grid(np.stack([group, 100 - group], axis=2), cell_metres=cell_metres)


def slow_indices(where: Grid, weight: Callable[[float], float]) -> tuple[float, float, float]:
    """H, D and R as they are defined: every pair of cells, one after the other."""
    counts, inside = where.counts, where.inside
    city = counts[inside].sum(axis=0)
    shares, total = city / city.sum(), city.sum()
    entropy, mixing = _entropy(shares), float((shares * (1 - shares)).sum())
    inner = apart = diversity = 0.0
    cells = list(np.ndindex(inside.shape))
    for p in cells:
        residents = counts[p].sum()
        if not inside[p] or residents == 0:
            continue
        around = np.zeros(shares.size)
        for q in cells:
            distance = float(np.hypot(p[0] - q[0], p[1] - q[1])) * where.cell_metres
            around += weight(distance) * counts[q]
        local = around / around.sum()
        inner += residents * _entropy(local)
        apart += residents * float(np.abs(local - shares).sum())
        diversity += residents * float((local * (1 - local)).sum())
    return 1 - inner / (total * entropy), apart / (2 * total * mixing), 1 - diversity / (total * mixing)


def _entropy(shares: NDArray[np.float64]) -> float:
    some = shares[shares > 0]
    return -float((some * np.log(some)).sum())
