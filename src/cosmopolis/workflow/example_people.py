"""The people of the example city: districts, origins, ages, births, deaths and moves that agree."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

YEARS = tuple(range(2020, 2026))
AGES = ("Y0T4", *(f"Y{age}T{age + 4}" for age in range(5, 85, 5)), "Y_GE85")

DISTRICTS = (
    "Harbour", "Old Mills", "North Gate", "Market Square", "Lantern Hill", "Rope Walk", "Saltworks", "Orchard",
    "Three Bridges", "Weavers' Row", "Upper Meadow", "Lower Meadow", "Station", "Foundry", "Windmill", "Quayside",
    "Chapel Field", "Long Acre", "Brickyard", "University", "Lakeside", "Poplars", "Dyers' Lane", "Kingfisher",
    "East Dock", "West Dock", "Tannery", "Botanic", "Observatory", "Ropemakers", "Granary", "Sailmakers",
    "Heron Park", "Stonebridge", "Vineyard", "Copper Hill", "Ferry Point", "Racecourse", "Glassworks", "New Town",
)  # fmt: skip

#: Country of birth -> residents per 1,000 in 2020, yearly growth, how strongly it gathers in few districts.
ORIGINS: Mapping[str, tuple[float, float, float]] = {
    "XEX": (752, -0.006, 0.0),
    "MAR": (28, 0.02, 1.1), "ROU": (26, -0.01, 0.8), "COL": (22, 0.09, 0.7), "UKR": (18, 0.12, 0.5),
    "ITA": (17, 0.03, 0.4), "PAK": (15, 0.02, 1.5), "CHN": (15, 0.01, 1.0), "VEN": (14, 0.11, 0.6),
    "FRA": (13, 0.02, 0.5), "SEN": (11, 0.04, 1.3), "POL": (11, -0.02, 0.5), "IND": (10, 0.07, 0.8),
    "BRA": (10, 0.06, 0.5), "PER": (9, 0.05, 0.7), "SYR": (8, 0.03, 0.9), "DEU": (8, 0.01, 0.4),
    "NGA": (7, 0.05, 1.2), "PHL": (6, 0.03, 0.9), "DZA": (5, 0.03, 1.0), "AFG": (4, 0.05, 0.9),
    "TUR": (3, 0.01, 0.8), "ERI": (2, 0.04, 0.9), "ISL": (0.1, 0.0, 0.2), "FJI": (0.05, 0.0, 0.2),
}  # fmt: skip
EU = frozenset({"ROU", "ITA", "FRA", "POL", "DEU"})
HOME = "XEX"


@dataclass(frozen=True)
class Move:
    """Births, deaths, arrivals and departures of one district in one year."""

    year: int
    district: int
    births: int
    deaths: int
    arrivals: int
    departures: int


class People:
    """The residents of the example city, drawn from a seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311  # a synthetic city, not a secret

    def _spread(self, total: int, weights: Sequence[float]) -> list[int]:
        """Whole persons over cells in proportion to weights, by one systematic draw."""
        sum_of_weights, start = math.fsum(weights), self._random.random()
        reached, before, counts = 0.0, math.floor(start), []
        for weight in weights:
            reached += weight
            upto = math.floor(total * reached / sum_of_weights + start)
            counts.append(upto - before)
            before = upto
        counts[-1] += total - sum(counts)
        return counts

    @cached_property
    def sizes(self) -> tuple[int, ...]:
        """Residents of each district in 2020."""
        return tuple(2_500 + int(9_500 * self._random.random() ** 1.5) for _ in DISTRICTS)

    @cached_property
    def by_origin(self) -> dict[tuple[int, int, str], int]:
        """Residents by year, district and country of birth."""
        welcome = [self._lean(1.3) for _ in DISTRICTS]
        pull = {
            origin: [self._lean(lean) * (1.0 if origin == HOME else each) for each in welcome]
            for origin, (_, _, lean) in ORIGINS.items()
        }
        return {
            (year, district, origin): count
            for step, year in enumerate(YEARS)
            for district, size in enumerate(self.sizes)
            for origin, count in self._mix(step, district, size, pull).items()
        }

    def _mix(self, step: int, district: int, size: int, pull: Mapping[str, Sequence[float]]) -> dict[str, int]:
        weights = [
            each * (1 + growth) ** step * pull[origin][district] for origin, (each, growth, _) in ORIGINS.items()
        ]
        grown = round(size * 1.007**step)
        return dict(zip(ORIGINS, self._spread(grown, weights), strict=True))

    def _lean(self, lean: float) -> float:
        """A district's pull on an origin: 1 on the middle, more uneven the larger the lean."""
        return math.exp(lean * (2.2 * self._random.random() - 1.1))

    @cached_property
    def by_age(self) -> dict[tuple[int, int, str, str], int]:
        """Residents by year, district, sex and age: of the same people as `by_origin`."""
        found: dict[tuple[int, int, str, str], int] = {}
        cells = [(sex, age) for sex in ("F", "M") for age in AGES]
        for (year, district, origin), count in self.by_origin.items():
            weights = [_age_weight(age, number, at_home=origin == HOME) * (1.03 if sex == "F" and number > 12 else 1.0)
                       for sex, age in cells for number in (AGES.index(age),)]  # fmt: skip
            for (sex, age), persons in zip(cells, self._spread(count, weights), strict=True):
                found[year, district, sex, age] = found.get((year, district, sex, age), 0) + persons
        return found

    @cached_property
    def by_citizenship(self) -> dict[tuple[int, int, str], int]:
        """Residents by year, district and kind of citizenship: of the same people again."""
        found: dict[tuple[int, int, str], int] = {}
        for (year, district, origin), count in self.by_origin.items():
            foreign = self._spread(count, [0.985, 0.015] if origin == HOME else [0.35, 0.65])
            kind = "eu" if origin in EU else "third"
            for code, persons in (("national", foreign[0]), (kind, foreign[1])):
                found[year, district, code] = found.get((year, district, code), 0) + persons
        return found

    def residents(self, year: int, district: int) -> int:
        """Everybody in a district on 1 January."""
        return sum(self.by_origin[year, district, origin] for origin in ORIGINS)

    @cached_property
    def moves(self) -> tuple[Move, ...]:
        """The year between two stocks: P1 = P0 + births - deaths + arrivals - departures, exactly."""
        found = []
        for year in YEARS[:-1]:
            for district in range(len(DISTRICTS)):
                before, after = self.residents(year, district), self.residents(year + 1, district)
                births = round(before * (0.0075 + 0.003 * self._random.random()))
                deaths = round(before * (0.0070 + 0.003 * self._random.random()))
                arrivals = round(before * (0.045 + 0.035 * self._random.random()))
                departures = before + births - deaths + arrivals - after
                found.append(Move(year, district, births, deaths, arrivals, departures))
        return tuple(found)


def _age_weight(age: str, number: int, *, at_home: bool) -> float:
    """An age profile: those who came are mostly between 20 and 50."""
    middle = 5 * number + 2.5
    settled = 1.0 if middle < 60 else math.exp(-(((middle - 60) / 22) ** 2))
    came = 0.12 + math.exp(-(((middle - 34) / 13) ** 2))
    return settled if at_home else came if age != "Y_GE85" else 0.02
