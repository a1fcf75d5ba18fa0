"""
The audit: whether the published rows together narrow a cell that its publisher suppressed.

Two tables about the same people agree on every total that both can be summed to.
Each such agreement is an equation between the suppressed cells of the one and of
the other, and a few of them are enough to give a cell away although neither table
alone does. Sums within one source say nothing new: their bounds are sums of bounds.

Counts under noise take no part: what is published of them is no count.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cosmopolis.disclosure.linking import Atoms, Link, Statement, numbered_atoms, statements
from cosmopolis.disclosure.margins import CELL
from cosmopolis.disclosure.protection import Claim
from cosmopolis.disclosure.relations import narrowed_ranges
from cosmopolis.errors import Fault


@dataclass(frozen=True)
class Narrowed:
    """
    A suppressed cell whose range the published rows make smaller.

    `cell` is its indicator, area, period, sex, age and group; `lower` and `upper`
    the publisher's range, `least` and `most` what is left of it, in persons.
    """

    source_id: str
    cell: tuple[str, ...]
    lower: float
    upper: float
    least: float
    most: float
    links: tuple[Link, ...]

    @property
    def exact(self) -> bool:
        """Whether the cell is given away."""
        return self.least == self.most

    @property
    def fault(self) -> Fault:
        """What to tell the person who wanted to publish it."""
        indicator, area, period, *_ = self.cell
        values = {"source": self.source_id, "indicator": indicator, "area": area, "period": period}
        others = sorted({source for link in self.links for source in link.sources} - {self.source_id})
        return Fault("disclosure.narrowed", values | {"other": ", ".join(others) or self.source_id})


@dataclass(frozen=True)
class Audit:
    """
    What the published rows tell about suppressed cells.

    `contradictions` are links whose two sides cannot both be true: the files do
    not count the same people there, and nothing follows from the link.
    """

    narrowed: tuple[Narrowed, ...]
    contradictions: tuple[Link, ...]
    links: int
    suppressed: int

    @property
    def passed(self) -> bool:
        """Whether no suppressed cell is narrowed."""
        return not self.narrowed

    @property
    def exact(self) -> int:
        """How many suppressed cells are given away to the last person."""
        return sum(cell.exact for cell in self.narrowed)

    @property
    def faults(self) -> tuple[Fault, ...]:
        """One fault for each narrowed cell; none of them tells its count."""
        return tuple(cell.fault for cell in self.narrowed)


def audit(claims: Sequence[Claim]) -> Audit:
    """
    Find every suppressed cell that the declared tables narrow.

    Parameters
    ----------
    claims
        The sources and the tables that shall be published of each; those under
        noise are passed over.

    Returns
    -------
    audit
        Narrowed cells in order of source and cell, with the links that narrow them.

    References
    ----------
    Fischetti and Salazar-González (2000), Management Science 46(3): the attacker's
    linear programs.

    Examples
    --------
    A barri where one table shows 101 persons and two suppressed cells of 1 to 4,
    and the other exactly 109, gives both cells away: 4 and 4.
    """
    shown = [claim for claim in claims if not claim.perturbed]
    atoms = numbered_atoms(shown)
    return audited(atoms, statements(shown, atoms))


def audited(atoms: Atoms, found: Sequence[Statement]) -> Audit:
    """What the statements together leave of each suppressed atom's range."""
    if not atoms.hidden.height:
        return Audit((), (), len(found), 0)
    lower, upper = atoms.lower, atoms.upper
    ranges = narrowed_ranges(lower, upper, [statement.relation for statement in found])
    hit = np.flatnonzero((ranges.lower > lower) | (ranges.upper < upper))
    links = _links_of(hit, found)
    rows = atoms.hidden.select(*CELL, "source_id").rows()
    narrowed = [
        Narrowed(
            source_id=rows[i][-1],
            cell=rows[i][:-1],
            lower=float(lower[i]),
            upper=float(upper[i]),
            least=float(ranges.lower[i]),
            most=float(ranges.upper[i]),
            links=tuple(links[i]),
        )
        for i in hit.tolist()
    ]
    narrowed.sort(key=lambda cell: (cell.source_id, cell.cell))
    wrong = tuple(found[place].link for place in ranges.contradictions)
    return Audit(tuple(narrowed), wrong, len(found), len(rows))


def _links_of(hit: np.ndarray, found: Sequence[Statement]) -> dict[int, list[Link]]:
    """The links in which each narrowed atom stands."""
    links: dict[int, list[Link]] = {int(atom): [] for atom in hit}
    for statement in found:
        for atom in np.intersect1d(statement.relation.unknowns, hit).tolist():
            if statement.link not in links[atom]:
                links[atom].append(statement.link)
    return links
