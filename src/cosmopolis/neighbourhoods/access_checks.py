"""What every measure of access asks of its input, in one place."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from cosmopolis.errors import MeasureUndefined
from cosmopolis.vocabulary.measurement import FloatArray


def amounts(given: ArrayLike, name: str, *, size: int | None = None) -> FloatArray:
    """Persons, places or access: one finite number of at least 0 for each origin or facility."""
    numbers = np.asarray(given, np.float64)
    if numbers.ndim != 1 or (size is not None and numbers.size != size):
        raise MeasureUndefined.at("neighbourhoods.lengths_differ", name=name, count=numbers.size, wanted=size or 0)
    check_amounts(numbers, name)
    return numbers


def check_amounts(numbers: FloatArray, name: str) -> None:
    """Refuse what is missing, endless or negative; fractions are allowed."""
    wrong = numbers[~(np.isfinite(numbers) & (numbers >= 0))]
    if wrong.size:
        raise MeasureUndefined.at(
            "neighbourhoods.amount_wrong", name=name, value=float(wrong.flat[0]), count=int(wrong.size)
        )


def places(given: ArrayLike, *, are_cells: bool = False) -> FloatArray:
    """Easting and northing in metres, or row and column; refuses what is missing and what looks like degrees."""
    points = np.asarray(given, np.float64)
    if points.ndim != 2 or points.shape[1] != 2:
        raise MeasureUndefined.at("neighbourhoods.places_no_pairs", shape=str(points.shape))
    missing = int((~np.isfinite(points)).any(axis=1).sum())
    if missing:
        raise MeasureUndefined.at("neighbourhoods.place_missing", count=missing)
    # no city in metres lies wholly within 180 m by 90 m of the corner of its projection
    in_degrees = len(points) > 0 and bool(np.all(np.abs(points) <= (180, 90))) and bool(np.any(points % 1))
    if in_degrees and not are_cells:
        raise MeasureUndefined.at("neighbourhoods.degrees", first=float(points[0, 0]), second=float(points[0, 1]))
    return points


def check_limit(limit: float) -> None:
    """A limit of a search must be a positive, finite number."""
    if not (math.isfinite(limit) and limit > 0):
        raise MeasureUndefined.at("neighbourhoods.limit_not_positive", value=float(limit))
