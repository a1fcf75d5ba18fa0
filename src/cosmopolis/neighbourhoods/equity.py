"""
How evenly access is spread over people: between groups, between areas, and at the bottom.

Every measure that says how large an inequality is gives an absolute number (in
the unit of access) and a relative one: either alone can fall while the other
rises. Everybody at one origin has the same access.

References
----------
Theil (1967), Economics and Information Theory.
Van Doorslaer and Koolman (2004), Health Economics 13(7), 609-628.
Erreygers (2009), Journal of Health Economics 28(2), 504-515.
Foster, Greer and Thorbecke (1984), Econometrica 52(3), 761-766.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from cosmopolis.errors import MeasureUndefined
from cosmopolis.neighbourhoods.checks import between, both_sides, matrix, pair, same_length, some_group, vector
from cosmopolis.vocabulary.measurement import Bounds, FloatArray


@dataclass(frozen=True)
class AccessGap:
    """
    Mean access of a group and of the rest, and how they differ.

    `absolute` is group less rest, in the unit of access; `relative` is group over
    rest, less 1, or nothing where the rest has no access at all.
    """

    group: float
    rest: float
    absolute: float
    relative: float | None


@dataclass(frozen=True)
class GapInterval:
    """
    A gap and the intervals of its absolute and its relative form.

    `draws` counts the resamples that had people on both sides; `relative` is
    nothing where that gap is not defined.
    """

    gap: AccessGap
    absolute: Bounds[float]
    relative: Bounds[float] | None
    level: float
    draws: int


@dataclass(frozen=True)
class GapBounds:
    """The least and the greatest gap that counts known as intervals allow, absolute and relative; both attained."""

    absolute: Bounds[float]
    relative: Bounds[float] | None


@dataclass(frozen=True, eq=False)
class WorstOff:
    """
    The tenth (or another share) of people with the least access.

    `mean`: their mean access; `everybody`: that of all; `highest`: the most that
    any of them has; `absolute`: everybody less them; `relative`: them over
    everybody, or nothing where nobody has access. `part`: the part of each
    origin's people who belong to them, shape (n_origins,); origins that tie at the
    edge belong to them in equal part.
    """

    mean: float
    everybody: float
    highest: float
    absolute: float
    relative: float | None
    part: FloatArray


@dataclass(frozen=True)
class Inequality:
    """
    Inequality of access over all people.

    Relative: `gini`, `theil`, from 0. Absolute, in the unit of access:
    `gini_absolute` (half the mean difference of two people), `deviation`
    (standard deviation).
    """

    gini: float
    theil: float
    gini_absolute: float
    deviation: float


@dataclass(frozen=True, eq=False)
class TheilSplit:
    """
    Theil's index split exactly: between parts, and within them.

    `total` is `between` + `within`. For each part of `names`: `means` (access; NaN
    where nobody is counted), `shares` (of people) and `inside` (Theil's index
    within; NaN where the part has no access).
    """

    total: float
    between: float
    within: float
    names: tuple[str, ...]
    means: FloatArray
    shares: FloatArray
    inside: FloatArray


@dataclass(frozen=True)
class Concentration:
    """
    Whether access goes with status, from the worst to the best placed.

    `index`: relative, -1 (all at the bottom) to 1 (all at the top). `absolute`:
    the index times mean access. `corrected`: Erreygers' form, which compares places
    of different mean.
    """

    index: float
    absolute: float
    corrected: float


@dataclass(frozen=True)
class Palma:
    """Mean access of the tenth with the highest incomes and of the four tenths with the lowest: ratio, difference."""

    richest: float
    poorest: float
    ratio: float | None
    difference: float


@dataclass(frozen=True)
class Shortfall:
    """
    How many are below a minimum standard, and how far.

    `persons` below it; `share` of all (power 0); `depth`: mean lacking part of the
    standard (power 1); `severity`: the squared one (power 2); `lacking`: access
    that is missing in all, persons times unit of access.
    """

    persons: float
    share: float
    depth: float
    severity: float
    lacking: float


def mean_access(access: ArrayLike, people: ArrayLike) -> float:
    """
    Mean access of people.

    Parameters
    ----------
    access
        Access at each origin, shape (n_origins,).
    people
        Persons at each origin, shape (n_origins,).

    Raises
    ------
    MeasureUndefined
        If nobody is counted.

    Examples
    --------
    >>> mean_access([1, 4], [2, 1])
    2.0
    """
    values, persons = _given(access, people)
    return _mean(values, persons)


def access_gap(access: ArrayLike, group: ArrayLike, rest: ArrayLike) -> AccessGap:
    """
    How much more or less access a group has than all others.

    Parameters
    ----------
    access
        Access at each origin, shape (n_origins,).
    group, rest
        Persons of the group, and all others, at each origin, shape (n_origins,).

    Raises
    ------
    MeasureUndefined
        If the group, or everybody else, has nobody.

    Examples
    --------
    Means (1 + 3 x 5) / 4 and (3 + 5) / 4:

    >>> access_gap([1, 5], [1, 3], [3, 1])
    AccessGap(group=4.0, rest=2.0, absolute=2.0, relative=1.0)
    """
    values, inside, outside = _sides(access, group, rest)
    return _gap(_mean(values, inside), _mean(values, outside))


def access_gap_interval(
    access: ArrayLike, group: ArrayLike, rest: ArrayLike, *, seed: int, draws: int = 999, level: float = 0.95
) -> GapInterval:
    """
    A gap with its interval, by drawing origins anew.

    Origins with residents are drawn with replacement; the interval is twice the
    gap less the quantiles of the draws. A register is no sample: the interval says
    how much the gap hangs on which origins there happen to be.

    Parameters
    ----------
    access
        Access at each origin, shape (n_origins,).
    group, rest
        Persons of the group, and all others, at each origin, shape (n_origins,).
    seed
        The same seed gives the same interval.
    draws
        How many times the origins are drawn.
    level
        How often the interval holds the gap.

    Raises
    ------
    MeasureUndefined
        If a side has nobody, or fewer than two origins have residents.

    References
    ----------
    Davison and Hinkley (1997), Bootstrap Methods and their Application, section 5.2.

    Examples
    --------
    >>> found = access_gap_interval([1, 2, 3, 4], [8, 4, 2, 1], [1, 2, 4, 8], seed=1)
    >>> found.absolute.lower < found.gap.absolute < found.absolute.upper
    True
    """
    values, inside, outside = _sides(access, group, rest)
    between("draws", draws, 1, np.inf)
    between("level", level, 0, 1)
    lived = inside + outside > 0
    units = int(lived.sum())
    if units < 2:
        raise MeasureUndefined.at("neighbourhoods.one_area", areas=units)
    parts = np.column_stack([inside * values, inside, outside * values, outside])[lived]
    rng = np.random.default_rng(seed)
    drawn = np.array([np.bincount(rng.integers(units, size=units), minlength=units) @ parts for _ in range(draws)])
    drawn = drawn[(drawn[:, 1] > 0) & (drawn[:, 3] > 0)]
    means, others = drawn[:, 0] / drawn[:, 1], drawn[:, 2] / drawn[:, 3]
    gap = _gap(_mean(values, inside), _mean(values, outside))
    relative = None
    if gap.relative is not None and bool((others > 0).all()):
        relative = _mirrored(gap.relative, means / others - 1, level)
    return GapInterval(gap, _mirrored(gap.absolute, means - others, level), relative, level, len(drawn))


def access_gap_bounds(access: ArrayLike, group: Bounds[FloatArray], rest: Bounds[FloatArray]) -> GapBounds:
    """
    Least and greatest gap when counts are known as intervals, access being known.

    Attained: a mean is greatest when origins above some access have their most
    people and all others their least, and the two sides are free of each other.

    Parameters
    ----------
    access
        Access at each origin, shape (n_origins,).
    group, rest
        Persons of the group, and all others, at each origin, shape (n_origins,).

    Raises
    ------
    MeasureUndefined
        If a side may have nobody: then its mean could be anything.

    Examples
    --------
    The group's mean is between (1 x 4 + 2) / 5 and (1 + 2 x 4) / 5, the rest's 1.5:

    >>> few, many, five = np.array([1.0, 1.0]), np.array([4.0, 4.0]), np.array([5.0, 5.0])
    >>> found = access_gap_bounds([1, 2], Bounds(few, many), Bounds(five, five))
    >>> round(found.absolute.lower, 6), round(found.absolute.upper, 6)
    (-0.3, 0.3)
    """
    values = vector(access)
    ends = [_mean_bounds(values, _interval(side, values.size)) for side in (group, rest)]
    (low, high), (least, most) = ends
    absolute = Bounds(low - most, high - least)
    return GapBounds(absolute, Bounds(low / most - 1, high / least - 1) if least > 0 else None)


def access_gap_bounds_within(access: ArrayLike, group: Bounds[FloatArray], total: ArrayLike) -> GapBounds:
    """
    Least and greatest gap when the group is known as intervals and all people exactly.

    Whoever is not of the group is of the rest, so that both sides move together.
    Attained: for any size of the group the gap is greatest when its free members
    fill the origins from the best access down; between two origins the gap is a
    smooth function of one number, whose turning points are looked up.

    Parameters
    ----------
    access
        Access at each origin, shape (n_origins,).
    group
        Persons of the group at each origin, at most the total, shape (n_origins,).
    total
        All persons at each origin, shape (n_origins,).

    Raises
    ------
    MeasureUndefined
        If a side may have nobody, or the group may exceed the total somewhere.

    Examples
    --------
    Of 5 and 5 people, 1 to 4 each are of the group: (1 + 4 x 2) / 5 - (4 + 1 x 2) / 5

    >>> found = access_gap_bounds_within([1, 2], Bounds(np.array([1.0, 1.0]), np.array([4.0, 4.0])), [5, 5])
    >>> round(found.absolute.lower, 6), round(found.absolute.upper, 6)
    (-0.6, 0.6)
    """
    values, everybody = _given(access, total)
    inside = _interval(group, values.size)
    if bool(np.any(inside.upper > everybody)):
        worst = int(np.argmax(inside.upper - everybody))
        raise MeasureUndefined.at(
            "neighbourhoods.group_above_total", group=float(inside.upper[worst]), total=float(everybody[worst])
        )
    both_sides(inside.lower, everybody - inside.upper)
    low, lowest = _extreme_gap(values, inside, everybody, least=True)
    high, highest = _extreme_gap(values, inside, everybody, least=False)
    relative = None if lowest is None or highest is None else Bounds(lowest, highest)
    return GapBounds(Bounds(low, high), relative)


def worst_off(access: ArrayLike, people: ArrayLike, *, share: float = 0.1) -> WorstOff:
    """
    The people with the least access: how little they have, and where they live.

    Parameters
    ----------
    access
        Access at each origin, shape (n_origins,).
    people
        Persons at each origin, shape (n_origins,).
    share
        Which share of all people.

    Raises
    ------
    MeasureUndefined
        If nobody is counted.

    Examples
    --------
    The worst-off half of 4: one with 1 and one of the three with 3.

    >>> found = worst_off([1, 3], [1, 3], share=.5)
    >>> found.mean, found.everybody, found.absolute
    (2.0, 2.5, 0.5)
    """
    between("share", share, 0, 1)
    values, persons = _given(access, people)
    everybody = _mean(values, persons)
    part, highest = _worst_part(values, persons, share)
    mean = _mean(values, persons * part)
    relative = mean / everybody if everybody > 0 else None
    return WorstOff(mean, everybody, highest, everybody - mean, relative, part)


def share_among(worst: WorstOff, members: ArrayLike, people: ArrayLike) -> float:
    """
    Share of a group among the worst-off people.

    Parameters
    ----------
    worst
        What `worst_off` found with these people.
    members
        Persons of the group at each origin, among the people, shape (n_origins,).
    people
        Persons at each origin, shape (n_origins,).

    Examples
    --------
    >>> share_among(worst_off([1, 3], [2, 2], share=.5), [2, 0], [2, 2])
    1.0
    """
    inside, persons = vector(members), vector(people)
    same_length(inside.size, worst.part.size)
    return float(worst.part @ inside / (worst.part @ persons))


def inequality(access: ArrayLike, people: ArrayLike) -> Inequality:
    """
    Gini and Theil index of access, with the Gini in units of access and the standard deviation.

    Parameters
    ----------
    access
        Access at each origin, shape (n_origins,).
    people
        Persons at each origin, shape (n_origins,).

    Raises
    ------
    MeasureUndefined
        If nobody is counted, or nobody has access.

    Examples
    --------
    Two people with 1 and 3: mean difference of two drawn people 1, half of it over 2.

    >>> found = inequality([1, 3], [1, 1])
    >>> found.gini, found.gini_absolute, found.deviation
    (0.25, 0.5, 1.0)
    """
    values, shares, mean = _spread(access, people)
    order = np.argsort(values, kind="stable")
    y, p = values[order], shares[order]
    # the plain formula loses digits where all have nearly the same: take the mean away first
    absolute = max(0.0, float((p * (y - mean) * (2 * np.cumsum(p) - p - 1)).sum()))
    deviation = float(np.sqrt((shares * (values - mean) ** 2).sum()))
    return Inequality(absolute / mean, _theil(values, shares), absolute, deviation)


def theil_by_group(access: ArrayLike, groups: ArrayLike, names: tuple[str, ...] = ()) -> TheilSplit:
    """
    Theil's index of access between and within groups of people.

    Parameters
    ----------
    access
        Access at each origin, shape (n_origins,).
    groups
        Persons at each origin by group, everybody in one group, shape (n_origins,
        n_groups).
    names
        What the groups are called; else they are numbered.

    Raises
    ------
    MeasureUndefined
        If nobody is counted, or nobody has access.

    Examples
    --------
    Nobody differs within a group: all is between.

    >>> found = theil_by_group([1, 3], [[1, 0], [0, 1]])
    >>> round(found.between, 4), round(found.within, 4)
    (0.1308, 0.0)
    """
    values, counts = vector(access), matrix(groups)
    same_length(values.size, counts.shape[0])
    some_group(counts)
    sums = np.column_stack([counts.sum(axis=0), values @ counts, _times_log(values) @ counts])
    return _split(sums, names or tuple(str(number) for number in range(counts.shape[1])))


def theil_by_area(access: ArrayLike, people: ArrayLike, areas: ArrayLike) -> TheilSplit:
    """
    Theil's index of access between and within areas, each made of several origins.

    Parameters
    ----------
    access
        Access at each origin, shape (n_origins,).
    people
        Persons at each origin, shape (n_origins,).
    areas
        The code of each origin's area, shape (n_origins,).

    Raises
    ------
    MeasureUndefined
        If nobody is counted, or nobody has access.

    Examples
    --------
    >>> found = theil_by_area([1, 3, 2], [1, 1, 2], ["N", "N", "S"])
    >>> found.names, round(found.between, 4), round(found.within, 4)
    (('N', 'S'), 0.0, 0.0654)
    """
    values, persons = _given(access, people)
    some_group(persons)
    codes, place = np.unique(np.asarray(areas), return_inverse=True)
    same_length(values.size, place.size)
    columns = (persons, persons * values, persons * _times_log(values))
    sums = np.column_stack([np.bincount(place, column, codes.size).astype(np.float64) for column in columns])
    return _split(sums, tuple(map(str, codes)))


def concentration(access: ArrayLike, people: ArrayLike, status: ArrayLike) -> Concentration:
    """
    Whether people of higher status (income, schooling) have more access.

    Parameters
    ----------
    access
        Access at each origin, shape (n_origins,).
    people
        Persons at each origin, shape (n_origins,).
    status
        Status of the people at each origin, shape (n_origins,); ties share a rank.

    Raises
    ------
    MeasureUndefined
        If nobody is counted, or nobody has access.

    Examples
    --------
    Two people, the better placed has all: 2/1 x (1/2 x -1 x -1/4 + 1/2 x 1 x 1/4)

    >>> concentration([0, 2], [1, 1], [10, 20])
    Concentration(index=0.5, absolute=0.5, corrected=1.0)
    """
    ranked = np.asarray(status, np.float64)
    same_length(vector(access).size, ranked.size)
    _known(ranked)
    values, shares, mean = _spread(access, people)
    _, place = np.unique(ranked, return_inverse=True)
    held = np.bincount(place, shares)
    rank = (np.cumsum(held) - held / 2)[place]
    absolute = float(2 * (shares * (values - mean) * (rank - 0.5)).sum())
    lived = values[shares > 0]
    width = float(lived.max() - lived.min())
    return Concentration(absolute / mean, absolute, 4 * absolute / width if width > 0 else 0.0)


def palma(access: ArrayLike, people: ArrayLike, income: ArrayLike) -> Palma:
    """
    Access of the tenth with the highest incomes beside that of the four tenths with the lowest.

    Origins are taken whole: the poorest are those up to the smallest income that
    four tenths of the people do not exceed, the richest those above the income
    that nine tenths do not exceed.

    Parameters
    ----------
    access
        Access at each origin, shape (n_origins,).
    people
        Persons at each origin, shape (n_origins,).
    income
        Income of a person at each origin, shape (n_origins,).

    Raises
    ------
    MeasureUndefined
        If no origin is above the nine tenths: origins are too large for this measure.

    Examples
    --------
    >>> palma([1, 2, 6], [4, 5, 1], [10, 20, 30])
    Palma(richest=6.0, poorest=1.0, ratio=6.0, difference=5.0)
    """
    values, persons = _given(access, people)
    some_group(persons)
    earned = np.asarray(income, np.float64)
    same_length(values.size, earned.size)
    _known(earned)
    order = np.argsort(earned, kind="stable")
    held = np.cumsum(persons[order])
    # counts of persons: a hair keeps 0.4 of 10 people equal to 4 people
    edges = [earned[order][np.searchsorted(held, part * held[-1] * (1 - 1e-12))] for part in (0.4, 0.9)]
    low, high = persons * (earned <= edges[0]), persons * (earned > edges[1])
    if not high.any():
        raise MeasureUndefined.at("neighbourhoods.palma_without_class", income=float(edges[1]))
    richest, poorest = _mean(values, high), _mean(values, low)
    return Palma(richest, poorest, richest / poorest if poorest > 0 else None, richest - poorest)


def shortfall(access: ArrayLike, people: ArrayLike, *, standard: float) -> Shortfall:
    """
    Who is below a minimum standard of access, and by how much.

    Parameters
    ----------
    access
        Access at each origin, shape (n_origins,).
    people
        Persons at each origin, shape (n_origins,).
    standard
        The least access anybody should have, above 0.

    Raises
    ------
    MeasureUndefined
        If nobody is counted.

    References
    ----------
    Foster, Greer and Thorbecke (1984), Econometrica 52(3), 761-766.

    Examples
    --------
    One of four lacks half of the standard:

    >>> shortfall([1, 2], [1, 3], standard=2)
    Shortfall(persons=1.0, share=0.25, depth=0.125, severity=0.0625, lacking=1.0)
    """
    between("standard", standard, 0, np.inf)
    values, persons = _given(access, people)
    some_group(persons)
    below = values < standard
    lack = np.where(below, (standard - values) / standard, 0.0)
    everybody = persons.sum()
    below_persons = float(persons[below].sum())
    return Shortfall(
        persons=below_persons,
        share=below_persons / float(everybody),
        depth=float(persons @ lack / everybody),
        severity=float(persons @ lack**2 / everybody),
        lacking=float(persons @ lack * standard),
    )


def _given(access: ArrayLike, people: ArrayLike) -> tuple[FloatArray, FloatArray]:
    values, persons = vector(access), vector(people)
    same_length(values.size, persons.size)
    return values, persons


def _sides(access: ArrayLike, group: ArrayLike, rest: ArrayLike) -> tuple[FloatArray, FloatArray, FloatArray]:
    values, sides = vector(access), pair(group, rest)
    same_length(values.size, sides.group.size)
    both_sides(sides.group, sides.rest)
    return values, sides.group, sides.rest


def _spread(access: ArrayLike, people: ArrayLike) -> tuple[FloatArray, FloatArray, float]:
    """Access, shares of people, mean access; somebody has some."""
    values, persons = _given(access, people)
    mean = _mean(values, persons)
    _some_access(mean)
    return values, persons / persons.sum(), mean


def _some_access(mean: float) -> None:
    if not mean > 0:
        raise MeasureUndefined.at("neighbourhoods.nobody_has_access", mean=mean)


def _known(status: FloatArray) -> None:
    missing = int((~np.isfinite(status)).sum())
    if missing:
        raise MeasureUndefined.at("neighbourhoods.missing_count", row=int(np.argmin(np.isfinite(status))) + 1)


def _mean(values: FloatArray, persons: FloatArray) -> float:
    some_group(persons)
    return float(values @ persons / persons.sum())


def _gap(group: float, rest: float) -> AccessGap:
    return AccessGap(group, rest, group - rest, group / rest - 1 if rest > 0 else None)


def _mirrored(value: float, drawn: FloatArray, level: float) -> Bounds[float]:
    """Twice the value less the quantiles of the draws: takes their bias out."""
    low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2])
    return Bounds(float(2 * value - high), float(2 * value - low))


def _interval(counts: Bounds[FloatArray], size: int) -> Bounds[FloatArray]:
    low, high = vector(counts.lower), vector(counts.upper)
    same_length(size, low.size)
    same_length(size, high.size)
    some_group(low)
    return Bounds(low, high)


def _mean_bounds(values: FloatArray, counts: Bounds[FloatArray]) -> tuple[float, float]:
    """Least and greatest mean: free people fill from one end; the best number of them is an end of an interval."""
    order = np.argsort(values, kind="stable")
    low, free, y = counts.lower[order], (counts.upper - counts.lower)[order], values[order]
    persons, sums = low.sum(), low @ y
    up = (sums + np.cumsum((free * y)[::-1])) / (persons + np.cumsum(free[::-1]))
    down = (sums + np.cumsum(free * y)) / (persons + np.cumsum(free))
    start = float(sums / persons)
    return min(start, float(down.min())), max(start, float(up.max()))


def _extreme_gap(
    values: FloatArray, group: Bounds[FloatArray], total: FloatArray, *, least: bool
) -> tuple[float, float | None]:
    """
    The least or the greatest gap, absolute and relative.

    With G members whose access adds up to S, people T and access Y in all, the
    gap is S/G - (Y-S)/(T-G): greater the greater S. Filled from one end of access,
    S = a + y G between two origins. Setting the derivative to 0 gives one
    quadratic in G for the difference and one for the ratio.
    """
    order = np.argsort(values if least else -values, kind="stable")
    y, low, free = values[order], group.lower[order], (group.upper - group.lower)[order]
    people, everything = float(total.sum()), float(values @ total)
    ends = low.sum() + np.concatenate([[0.0], np.cumsum(free)])
    sums = low @ y + np.concatenate([[0.0], np.cumsum(free * y)])
    a, slope = sums[:-1] - y * ends[:-1], y * people - everything
    turns = np.concatenate(
        [
            _roots(slope, 2 * a * people, -a * people * people),
            _roots(y * slope, 2 * a * y * people, -a * (everything - a) * people),
        ]
    )
    inside = (turns > ends[:-1]) & (turns < ends[1:])
    size = np.concatenate([ends, turns[inside]])
    held = np.concatenate([sums, (a + y * turns)[inside]])
    mean, other = held / size, (everything - held) / (people - size)
    chosen = np.min if least else np.max
    ratios = mean / other - 1 if bool((other > 0).all()) else None
    return float(chosen(mean - other)), None if ratios is None else float(chosen(ratios))


def _roots(a: FloatArray, b: FloatArray, c: FloatArray) -> FloatArray:
    """Both roots of a x^2 + b x + c, shape (2, n); NaN where there are none."""
    inside = b * b - 4 * a * c
    root = np.where(inside >= 0, np.sqrt(np.maximum(inside, 0.0)), np.nan)
    q = -(b + np.where(b < 0, -1.0, 1.0) * root) / 2
    first = np.divide(q, a, out=np.full_like(q, np.nan), where=a != 0)
    return np.array([first, np.divide(c, q, out=np.full_like(q, np.nan), where=q != 0)])


def _worst_part(values: FloatArray, persons: FloatArray, share: float) -> tuple[FloatArray, float]:
    """The part of each origin's people among the worst off, and the access at the edge."""
    order = np.argsort(values, kind="stable")
    y, held = values[order], np.cumsum(persons[order])
    wanted = share * held[-1]
    edge = float(y[int(np.searchsorted(held, wanted))])
    below, tied = values < edge, values == edge
    part = below.astype(np.float64)
    part[tied] = (wanted - persons[below].sum()) / persons[tied].sum()
    return np.clip(part, 0.0, 1.0), edge


def _times_log(values: FloatArray) -> FloatArray:
    return np.asarray(values * np.log(np.where(values > 0, values, 1.0)), np.float64)


def _theil(values: FloatArray, shares: FloatArray) -> float:
    mean = values @ shares
    return max(0.0, float(shares @ _times_log(values / mean)))


def _split(sums: FloatArray, names: tuple[str, ...]) -> TheilSplit:
    """Theil's index from persons, persons times access, and persons times access times its logarithm, by part."""
    same_length(len(sums), len(names))
    persons, held, logs = sums.T
    everybody, everything = persons.sum(), held.sum()
    mean = float(everything / everybody)
    _some_access(mean)
    shares = persons / everybody
    means = np.divide(held, persons, out=np.full_like(held, np.nan), where=persons > 0)
    relative = np.divide(means, mean, out=np.zeros_like(means), where=persons > 0)
    # the index within a part: mean of y ln y over its mean, less the logarithm of that mean
    inside = np.divide(logs, held, out=np.full_like(logs, np.nan), where=held > 0)
    inside -= np.log(np.where(held > 0, means, 1.0))
    inside = np.maximum(inside, 0.0)
    across = float(shares @ _times_log(relative))
    within = float((shares * relative)[held > 0] @ inside[held > 0])
    return TheilSplit(across + within, across, within, names, means, shares, inside)
