"""
Where the next school, language course or place of worship helps most.

A facility of the two-step catchment area adds supply in its own catchment and
changes nothing elsewhere, so that access after several sites is the sum of what
each adds. Two aims are offered: to close the gap between a group and the rest, or
to lift the people with the least access. One site more is tried by counting its
catchment only.

Neither aim has falling returns: a site can be worth little alone and much beside
another. The greedy choice is therefore no proof of the best; the plan says what no
choice can exceed, and `exact` searches all choices, leaving out those that a bound
rules out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Literal, Protocol, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cosmopolis.errors import MeasureUndefined
from cosmopolis.neighbourhoods.access import Catchment, catchment_access, check_two_step
from cosmopolis.neighbourhoods.checks import between, both_sides, pair, same_length, some_group, vector
from cosmopolis.neighbourhoods.pairs import Pairs
from cosmopolis.vocabulary.measurement import FloatArray

Search = Literal["greedy", "exact"]
_Places = NDArray[np.intp]

#: Gains below this part of the numbers they are made of are rounding, not gains.
_ROUNDING = 1e-13


@dataclass(frozen=True, eq=False)
class CloseGap:
    """
    Aim: mean access of the group and of the rest as near to each other as can be.

    `group` and `rest` are persons by origin, shape (n_origins,). With
    `is_relative` the ratio of the means is brought near to 1, else their
    difference near to 0.
    """

    group: ArrayLike
    rest: ArrayLike
    is_relative: bool = False


@dataclass(frozen=True, eq=False)
class LiftWorstOff:
    """
    Aim: the greatest mean access of the people with the least.

    `share` of all people; `people` by origin, shape (n_origins,), those entitled
    to the service if left out.
    """

    share: float = 0.1
    people: ArrayLike | None = None


@dataclass(frozen=True, eq=False)
class SitingPlan:
    """
    Sites in the order they were chosen, and what they do.

    `aim`: `gap`, `relative_gap` or `worst_off`. `before` and `after`: the gap
    (group less rest) or the worst-off people's mean access, now and after each
    site. There are fewer sites than asked for if another would not serve the aim.
    `at_best`: no choice of as many sites has a smaller gap, or a greater mean.
    `is_proven`: the choice is the best there is. `tried`: how many choices were
    counted out. `access`: access by origin with all the sites, shape (n_origins,).
    """

    sites: tuple[int, ...]
    aim: str
    before: float
    after: tuple[float, ...]
    at_best: float
    is_proven: bool
    tried: int
    access: FloatArray = field(repr=False)


def next_sites(
    now: Catchment,
    candidates: Pairs,
    *,
    capacity: ArrayLike,
    aim: CloseGap | LiftWorstOff,
    sites: int = 1,
    search: Search = "greedy",
    most_nodes: int = 20_000,
) -> SitingPlan:
    """
    The sites among candidates that serve an aim best.

    Parameters
    ----------
    now
        Access as it is, of the two-step form.
    candidates
        Ways from the same origins to the candidate sites.
    capacity
        Supply of a facility: one number, or one for each candidate, shape
        (n_candidates,).
    aim
        `CloseGap` or `LiftWorstOff`.
    sites
        How many may be built at most.
    search
        `greedy` takes the best site, then the best beside it, and so on. `exact`
        goes on to search all choices by branch and bound.
    most_nodes
        Where the exact search gives up; its plan is then not proven.

    Returns
    -------
    plan
        Of sites that serve the aim alike, the first; for the worst off, the one
        that adds most to those who are worst off now.

    Raises
    ------
    MeasureUndefined
        If the catchments are balanced, a side of the gap has nobody, or, for the
        relative gap, the rest has no access at all.

    References
    ----------
    Minoux (1978), in: Optimization Techniques, 234-243 (lazy evaluation).
    Land and Doig (1960), Econometrica 28(3), 497-520 (branch and bound).

    Examples
    --------
    The group at the second origin has 0, the rest .1; ten places at the second site
    give each of its 100 people .1:

    >>> from cosmopolis.neighbourhoods.decay import step
    >>> from cosmopolis.neighbourhoods.pairs import matrix_pairs
    >>> now = catchment_access([100, 100], [10], [[5], [50]], decay=step(10))
    >>> plan = next_sites(
    ...     now, matrix_pairs([[5, 50], [50, 5]]), capacity=10, aim=CloseGap([0, 100], [100, 0]))
    >>> plan.sites, plan.before, plan.after
    ((1,), -0.1, (0.0,))
    """
    check_two_step(now)
    same_length(now.people.size, candidates.origins)
    between("sites", sites, 0, np.inf)
    added = _additions(now, candidates, capacity)
    if isinstance(aim, CloseGap):
        return _planned(_gap_question(now, added, aim), now, added, sites, search, most_nodes)
    return _planned(_worst_question(now, added, aim), now, added, sites, search, most_nodes)


@dataclass(frozen=True, eq=False)
class _Additions:
    """What each candidate adds to access: `lift` at `origin`, candidate by candidate."""

    origin: NDArray[np.int32]
    site: NDArray[np.int32]
    lift: FloatArray
    starts: NDArray[np.int64]
    sites: int

    def of(self, site: int) -> slice:
        """The entries of one candidate."""
        return slice(int(self.starts[site]), int(self.starts[site + 1]))

    def weighted(self, weights: FloatArray) -> FloatArray:
        """What each candidate adds to a weighted sum of access, shape (n_candidates,)."""
        return np.bincount(self.site, self.lift * weights[self.origin], self.sites).astype(np.float64, copy=False)

    def applied(self, access: FloatArray, site: int) -> FloatArray:
        """Access with one candidate more."""
        part = self.of(site)
        raised = access.copy()
        raised[self.origin[part]] += self.lift[part]
        return raised


def _additions(now: Catchment, candidates: Pairs, capacity: ArrayLike) -> _Additions:
    supply = np.asarray(capacity, np.float64)
    if supply.ndim == 0:
        supply = np.full(candidates.facilities, float(supply))
    new = catchment_access(now.people, supply, candidates, decay=now.decay)
    pairs = new.pairs
    lift = new.shares * new.level[pairs.facility]
    return _Additions(pairs.origin, pairs.facility, lift, pairs.starts, candidates.facilities)


_State = TypeVar("_State")


class _Question(Protocol[_State]):
    """What the search asks of an aim; all scores are the greater the better."""

    @property
    def name(self) -> str: ...

    def start(self) -> _State: ...

    def value(self, state: _State) -> float: ...

    def score(self, state: _State) -> float: ...

    def of_score(self, score: float) -> float: ...

    def with_site(self, state: _State, site: int) -> _State: ...

    def order(self, state: _State, left: _Places) -> _Places:
        """Candidates in the order to try them."""
        ...

    def bound(self, state: _State, ordered: _Places, number: int) -> float:
        """A score that no choice of up to `number` of these candidates exceeds."""
        ...

    def best_one(self, state: _State, left: _Places, beaten: float) -> _One:
        """The best single candidate, if one beats a score."""
        ...


@dataclass(frozen=True)
class _One:
    """
    A single site (-1: none beats the known score), its score, and how many were counted out.

    `otherwise` is the site to build though none raises the score; -1 for none.
    """

    site: int
    score: float
    tried: int
    otherwise: int = -1


@dataclass(frozen=True)
class _Means:
    """Mean access of the group and of the rest."""

    group: float
    rest: float


@dataclass(frozen=True, eq=False)
class _GapQuestion:
    """Both means are sums over sites, so that every score is a few additions."""

    name: str
    is_relative: bool
    first: _Means
    group: FloatArray
    rest: FloatArray

    def start(self) -> _Means:
        return self.first

    def value(self, state: _Means) -> float:
        return state.group / state.rest - 1 if self.is_relative else state.group - state.rest

    def score(self, state: _Means) -> float:
        return -abs(self.value(state))

    def of_score(self, score: float) -> float:
        return -score

    def with_site(self, state: _Means, site: int) -> _Means:
        return _Means(state.group + float(self.group[site]), state.rest + float(self.rest[site]))

    def order(self, state: _Means, left: _Places) -> _Places:
        return left[np.argsort(-self._scores(state, left), kind="stable")]

    def bound(self, state: _Means, ordered: _Places, number: int) -> float:
        shifts, now = np.sort((self.group - self.rest)[ordered]), state.group - state.rest
        low = now + float(np.minimum(shifts[:number], 0).sum())
        high = now + float(np.maximum(shifts[-number:], 0).sum())
        # 0 if the gap may be closed, or else the nearest end of what can be reached
        nearest = max(low, -high, 0.0)
        return (
            -nearest / (state.rest + float(np.sort(self.rest[ordered])[-number:].sum()))
            if self.is_relative
            else -nearest
        )

    def best_one(self, state: _Means, left: _Places, beaten: float) -> _One:
        if left.size == 0:
            return _One(-1, beaten, 0)
        scores = self._scores(state, left)
        best = int(np.argmax(scores))
        beats = scores[best] > beaten + _ROUNDING * (1.0 if self.is_relative else state.group + state.rest)
        return _One(int(left[best]), float(scores[best]), left.size) if beats else _One(-1, beaten, left.size)

    def _scores(self, state: _Means, left: _Places) -> FloatArray:
        group, rest = state.group + self.group[left], state.rest + self.rest[left]
        return np.asarray(-np.abs(group / rest - 1 if self.is_relative else group - rest), np.float64)


@dataclass(frozen=True, eq=False)
class _Ranked:
    """
    Access sorted, with what is needed to try a site without sorting again.

    `held` and `sums`: persons, and persons times access, before each place of
    `sorted_access`, shapes (n + 1,). `mean`: of the worst off. `gains`: what each
    candidate adds to their sum of access over their number: its gain cannot be
    more.
    """

    access: FloatArray
    sorted_access: FloatArray
    held: FloatArray
    sums: FloatArray
    mean: float
    gains: FloatArray


@dataclass(frozen=True, eq=False)
class _WorstQuestion:
    """The mean of the worst off is a concave function of access: straight continuations bound it from above."""

    name: str
    share: float
    people: FloatArray
    first: FloatArray
    added: _Additions

    def start(self) -> _Ranked:
        return self._ranked(self.first)

    def value(self, state: _Ranked) -> float:
        return state.mean

    score = value

    def of_score(self, score: float) -> float:
        return score

    def with_site(self, state: _Ranked, site: int) -> _Ranked:
        return self._ranked(self.added.applied(state.access, site))

    def order(self, state: _Ranked, left: _Places) -> _Places:
        return left[np.argsort(-state.gains[left], kind="stable")]

    def bound(self, state: _Ranked, ordered: _Places, number: int) -> float:
        return state.mean + float(state.gains[ordered[:number]].sum())

    def best_one(self, state: _Ranked, left: _Places, beaten: float) -> _One:
        best, score, tried = -1, beaten, 0
        ordered = self.order(state, left)
        for site in ordered:
            floor = score * (1 + _ROUNDING)
            # whoever is behind in the order cannot gain more
            if state.mean + state.gains[site] <= floor:
                break
            tried += 1
            found = self.tried(state, int(site))
            if found > floor:
                best, score = int(site), found
        # when more than the tenth have no access at all, no site alone raises the
        # tenth's mean; their access must be raised all the same
        helps = ordered.size > 0 and state.gains[ordered[0]] > 0
        return _One(best, score, tried, int(ordered[0]) if helps else -1)

    def tried(self, state: _Ranked, site: int) -> float:
        """
        Mean of the worst off with one candidate more, from its catchment alone.

        The mean is the greatest value, over edges z, of z less the mean lack below
        z; the greatest is where the share of people is reached. That place is
        found by halving, with the catchment's people moved from old to new access.
        """
        part = self.added.of(site)
        cells = self.added.origin[part]
        persons, old = self.people[cells], state.access[cells]
        before, after = _Moved.of(old, persons), _Moved.of(old + self.added.lift[part], persons)
        wanted = self.share * state.held[-1]
        low, high = -1, state.sorted_access.size
        while high - low > 1:
            middle = (low + high) // 2
            edge = state.sorted_access[middle]
            place = np.searchsorted(state.sorted_access, edge, "right")
            if state.held[place] - before.held(edge, "right") + after.held(edge, "right") < wanted:
                low = middle
            else:
                high = middle
        least = state.sorted_access[low] if low >= 0 else -np.inf
        most = state.sorted_access[high] if high < state.sorted_access.size else np.inf
        edges = after.access[(after.access > least) & (after.access < most)]
        if np.isfinite(most):
            edges = np.append(edges, most)
        place = np.searchsorted(state.sorted_access, edges, "left")
        held = state.held[place] - before.held(edges) + after.held(edges)
        sums = state.sums[place] - before.sums(edges) + after.sums(edges)
        return float((edges - (edges * held - sums) / wanted).max())

    def _ranked(self, access: FloatArray) -> _Ranked:
        order = np.argsort(access, kind="stable")
        y, persons = access[order], self.people[order]
        held, sums = (np.concatenate([[0.0], np.cumsum(column)]) for column in (persons, persons * y))
        wanted = self.share * held[-1]
        edge = y[np.searchsorted(held[1:], wanted)]
        below, upto = np.searchsorted(y, edge, "left"), np.searchsorted(y, edge, "right")
        missing = wanted - held[below]
        pulls = np.where(access == edge, missing / (held[upto] - held[below]), access < edge) * self.people
        return _Ranked(
            access, y, held, sums, float((sums[below] + edge * missing) / wanted), self.added.weighted(pulls / wanted)
        )


@dataclass(frozen=True, eq=False)
class _Moved:
    """People of a catchment by access, sorted, with running sums."""

    access: FloatArray
    persons: FloatArray
    products: FloatArray

    @classmethod
    def of(cls, access: FloatArray, persons: FloatArray) -> _Moved:
        order = np.argsort(access, kind="stable")
        y, p = access[order], persons[order]
        return cls(y, *(np.concatenate([[0.0], np.cumsum(column)]) for column in (p, p * y)))

    def held(self, edge: ArrayLike, side: Literal["left", "right"] = "left") -> FloatArray:
        """Persons below an access, or up to it."""
        return np.asarray(self.persons[np.searchsorted(self.access, edge, side)], np.float64)

    def sums(self, edge: ArrayLike) -> FloatArray:
        """Persons times access below an access."""
        return np.asarray(self.products[np.searchsorted(self.access, edge, "left")], np.float64)


def _gap_question(now: Catchment, added: _Additions, aim: CloseGap) -> _GapQuestion:
    sides = pair(aim.group, aim.rest)
    same_length(now.people.size, sides.group.size)
    both_sides(sides.group, sides.rest)
    group, rest = sides.group / sides.group.sum(), sides.rest / sides.rest.sum()
    first = _Means(float(group @ now.access), float(rest @ now.access))
    if aim.is_relative and not first.rest > 0:
        raise MeasureUndefined.at("neighbourhoods.nobody_has_access", mean=first.rest)
    name = "relative_gap" if aim.is_relative else "gap"
    return _GapQuestion(name, aim.is_relative, first, added.weighted(group), added.weighted(rest))


def _worst_question(now: Catchment, added: _Additions, aim: LiftWorstOff) -> _WorstQuestion:
    people = now.people if aim.people is None else vector(aim.people)
    same_length(now.people.size, people.size)
    some_group(people)
    between("share", aim.share, 0, 1)
    return _WorstQuestion("worst_off", aim.share, people, now.access, added)


@dataclass(frozen=True)
class _Choice:
    """Some sites, the aim's value after each, and their score."""

    sites: tuple[int, ...]
    values: tuple[float, ...]
    score: float
    tried: int = 0


def _planned(
    question: _Question[_State], now: Catchment, added: _Additions, sites: int, search: Search, most_nodes: int
) -> SitingPlan:
    everything = np.arange(added.sites)
    first = question.start()
    best = max(question.bound(first, question.order(first, everything), sites), question.score(first))
    choice = _greedy(question, first, everything, sites)
    proven = choice.score >= best - _ROUNDING * abs(best)
    if search == "exact" and not proven:
        choice, proven = _searched(question, first, everything, sites, choice, most_nodes)
    best = choice.score if proven else best
    access = now.access
    for site in choice.sites:
        access = added.applied(access, site)
    return SitingPlan(
        sites=choice.sites,
        aim=question.name,
        before=question.value(first),
        after=choice.values,
        at_best=question.of_score(best),
        is_proven=proven,
        tried=choice.tried,
        access=access,
    )


def _greedy(question: _Question[_State], first: _State, candidates: _Places, sites: int) -> _Choice:
    state, left = first, candidates
    chosen: list[int] = []
    values: list[float] = []
    tried = 0
    for _ in range(sites):
        found = question.best_one(state, left, question.score(state))
        tried += found.tried
        site = found.site if found.site >= 0 else found.otherwise
        if site < 0:
            break
        chosen.append(site)
        state, left = question.with_site(state, site), left[left != site]
        values.append(question.value(state))
    return _Choice(tuple(chosen), tuple(values), question.score(state), tried)


def _searched(
    question: _Question[_State], first: _State, candidates: _Places, sites: int, known: _Choice, most_nodes: int
) -> tuple[_Choice, bool]:
    """Branch and bound from a known choice; also whether it came to its end."""
    best, nodes, tried = known, 0, known.tried
    open_nodes: list[Iterator[tuple[_State, _Choice, _Places]]] = []

    def extended(state: _State, chosen: _Choice, site: int) -> tuple[_State, _Choice]:
        after = question.with_site(state, site)
        values = (*chosen.values, question.value(after))
        return after, _Choice((*chosen.sites, site), values, question.score(after))

    def children(state: _State, chosen: _Choice, left: _Places) -> Iterator[tuple[_State, _Choice, _Places]]:
        order = question.order(state, left)
        for rank, site in enumerate(order):
            bound = question.bound(state, order[rank:], sites - len(chosen.sites))
            if bound <= best.score + _ROUNDING * abs(best.score):
                return
            yield *extended(state, chosen, int(site)), order[rank + 1 :]

    def visited(state: _State, chosen: _Choice, left: _Places) -> None:
        nonlocal best, tried
        best = max(best, chosen, key=_score_of)
        if len(chosen.sites) < sites - 1:
            open_nodes.append(children(state, chosen, left))
        elif len(chosen.sites) < sites:
            last = question.best_one(state, left, best.score)
            tried += last.tried
            if last.site >= 0:
                best = extended(state, chosen, last.site)[1]

    visited(first, _Choice((), (), question.score(first)), candidates)
    while open_nodes and nodes < most_nodes:
        following = next(open_nodes[-1], None)
        if following is None:
            open_nodes.pop()
            continue
        nodes += 1
        visited(*following)
    return replace(best, tried=tried + nodes), not open_nodes


def _score_of(choice: _Choice) -> float:
    return choice.score
