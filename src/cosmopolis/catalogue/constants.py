"""Noise profiles, floors and benchmark facts: small content files, checked when read."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import TYPE_CHECKING, Any

from cosmopolis.catalogue.schema import Checker
from cosmopolis.catalogue.text import Node, Unreadable, content_folder, text_of, yaml_tree
from cosmopolis.errors import ContentError, Fault
from cosmopolis.vocabulary.policy import Floors, NoiseProfile

if TYPE_CHECKING:
    from cosmopolis.vocabulary.report import Fact

#: Cumulated bounds are probabilities times this.
CERTAIN = 100_000_000


def _content(path: str, schema: str) -> tuple[dict[str, Any], Node, str]:
    try:
        text = text_of(content_folder().joinpath(*path.split("/")), path)
        tree, faults = yaml_tree(text, path)
    except Unreadable as broken:
        raise ContentError(broken.fault) from None
    checker = Checker(schema, path)
    plain = checker.plain(tree)
    if faults or checker.faults:
        raise ContentError((*faults, *checker.faults))
    return plain, tree, text


@cache
def noise_profile(name: str) -> NoiseProfile:
    """
    The frozen noise table of that name (`census_strict`, `census_light`).

    References
    ----------
    Domain reference "privacy", 1.2 and 1.3; made with the R package ptable.

    Examples
    --------
    A count of one becomes nobody with probability 0.513 in the light profile:

    >>> noise_profile("census_light").rows[1][0]
    (-1, 51333333)
    """
    path = f"parameters/noise_{name}.yaml"
    plain, tree, text = _content(path, "noise")
    rows = tuple(
        tuple((int(deviation), bound) for deviation, bound in row.items())
        for _, row in sorted(plain["rows"].items(), key=lambda entry: int(entry[0]))
    )
    faults = _noise_faults(plain, rows, path, tree)
    if faults:
        raise ContentError(faults)
    return NoiseProfile(
        plain["name"],
        plain["largest_deviation"],
        float(plain["variance"]),
        plain["never_published"],
        rows,
        hashlib.sha256(text.replace("\r\n", "\n").encode()).hexdigest(),
    )


def _noise_faults(
    plain: dict[str, Any], rows: tuple[tuple[tuple[int, int], ...], ...], path: str, tree: Node
) -> list[Fault]:
    """Rows 0, 1, 2, ... without a gap, each rising to certainty, no deviation too large or below nobody."""
    node = tree.get("rows") or tree
    where: dict[str, object] = {"file": path, "line": node.line, "key": "rows"}
    if sorted(map(int, plain["rows"])) != list(range(len(rows))):
        return [Fault("catalogue.noise_row_missing", where | {"value": ", ".join(plain["rows"])})]
    faults = []
    for count, row in enumerate(rows):
        deviations = [deviation for deviation, _ in row]
        bounds = [bound for _, bound in row]
        in_range = all(-min(count, plain["largest_deviation"]) <= v <= plain["largest_deviation"] for v in deviations)
        hidden = any(1 <= count + v <= plain["never_published"] for v in deviations)
        rising = bounds == sorted(set(bounds)) and deviations == sorted(set(deviations))
        if not (rising and in_range) or hidden or bounds[-1] != CERTAIN:
            line = node.key_lines.get(str(count), node.line)
            faults.append(Fault("catalogue.noise_row_wrong", where | {"line": line, "value": count}))
    return faults


@cache
def floors() -> Floors:
    """The smallest things that are shown at all, decided before any noise."""
    plain, _, _ = _content("parameters/floors.yaml", "floors")
    return Floors(**{key: value for key, value in plain.items() if key != "references"})


@cache
def facts() -> tuple[Fact, ...]:
    """
    Benchmark figures of other publishers, in the order of the file.

    A growth is computed from the two figures it names, never copied.
    """
    # a report brings the tables with it, which take half a second to load
    from cosmopolis.vocabulary.report import Fact

    path = "facts/benchmarks.yaml"
    plain, tree, _ = _content(path, "facts")
    values = {told["id"]: told.get("value") for told in plain["facts"]}
    return tuple(
        Fact(
            told["id"],
            _growth(told["growth"], values, path, tree) if "growth" in told else told.get("value"),
            told["unit"],
            told["year"],
            told["source"],
            told["url"],
            told.get("conflict", ""),
        )
        for told in plain["facts"]
    )


def _growth(told: dict[str, str], values: dict[str, float | None], path: str, tree: Node) -> float:
    before, after = values.get(told["from"]), values.get(told["to"])
    if not before or after is None:
        where = {"file": path, "line": tree.line, "key": "growth", "value": f"{told['from']}, {told['to']}"}
        raise ContentError(Fault("catalogue.growth_of_nothing", where))
    return (after - before) / before
