"""The release log as data: making records, chaining them by hash, and their JSON."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import polars as pl

from cosmopolis.disclosure.keys import count_tag
from cosmopolis.disclosure.margins import CELL, published_codes
from cosmopolis.disclosure.protection import Claim, counted_margins, hidden_areas, origin_codes, protected_claim
from cosmopolis.errors import DisclosureRefused, Fault
from cosmopolis.vocabulary.protected import Protected
from cosmopolis.vocabulary.release import Cell, Entry, ReleasedMargin, ReleaseLog, ReleaseRecord, SourceRelease
from cosmopolis.vocabulary.table import Margin

__all__ = ["append", "from_json", "source_release", "to_json", "verify"]

_PARTS = ("area_code", "sex", "age_group", "group")


def source_release(claim: Claim, protected: Protected | None = None) -> SourceRelease:
    """
    What the log keeps of one source: its published cells and how its tables were cut.

    Parameters
    ----------
    claim
        The source as it was protected.
    protected
        What was published of it; made anew when left out.

    Returns
    -------
    released
        Under noise each cell has a tag that stands for its count; under `none`
        the value itself is public and there is no tag.
    """
    shown = protected_claim(claim) if protected is None else protected
    tags = _tags(claim) if claim.noise is not None and claim.perturbed else {}
    columns = shown.frame.select(*CELL, "value", "lower", "upper", "status").iter_rows()
    cells = tuple(Cell(*(*row, tags.get(row[: len(CELL)], ""))) for row in columns)
    return SourceRelease(
        source_id=claim.table.source_id,
        universe=claim.table.universe,
        policy=claim.policy.name,
        key_id=claim.noise.key_id if claim.noise is not None and claim.perturbed else "",
        cells=cells,
        margins=tuple(cut for margin in claim.margins for cut in _cuts(claim, margin)),
    )


def _tags(claim: Claim) -> dict[tuple[str, ...], str]:
    """Tag of each cell that was published with a count."""
    secret = claim.noise.secret if claim.noise is not None else b""
    found: dict[tuple[str, ...], str] = {}
    for _, cells in counted_margins(claim):
        for *cell, count in cells.filter(pl.col("value").is_not_null()).select(*CELL, "value").iter_rows():
            # as in `protect`, the first margin keeps a cell that several show
            found.setdefault(tuple(cell), count_tag(secret, [claim.table.source_id, *cell], count))
    return found


def _cuts(claim: Claim, margin: Margin) -> list[ReleasedMargin]:
    """How a margin maps the atoms of each indicator and period to published codes."""
    merged = origin_codes(claim, margin) if claim.perturbed else None
    hidden = set(hidden_areas(claim, margin).iter_rows()) if claim.perturbed else set()
    found = []
    counted = claim.table.frame.filter(pl.col("indicator").is_in(list(margin.indicators)))
    for (indicator, period), part in counted.group_by("indicator", "period"):
        seen = published_codes(margin, "period", [str(period)], claim.city_area)
        if not seen:
            continue
        parts = {
            name: published_codes(margin, name, sorted(part[name].unique().to_list()), claim.city_area)
            for name in _PARTS
        }
        shown_period = seen[str(period)]
        if merged is not None:
            here = merged.filter((pl.col("indicator") == indicator) & (pl.col("period") == period))
            new = dict(here.select("group", "merged").iter_rows())
            parts["group"] = {code: new.get(seen, seen) for code, seen in parts["group"].items()}
        parts["area_code"] = {a: s for a, s in parts["area_code"].items() if (s, shown_period) not in hidden}
        found.append(ReleasedMargin(margin.name, str(indicator), shown_period, parts))
    return sorted(found, key=lambda cut: (cut.indicator, cut.period))


def append(log: ReleaseLog, record: ReleaseRecord) -> ReleaseLog:
    """
    The log with one more record, chained to the one before it.

    Raises
    ------
    DisclosureRefused
        If the log is broken, or holds a release of that name already.
    """
    faults = list(verify(log))
    if any(entry.record.release_id == record.release_id for entry in log.entries):
        faults.append(Fault("disclosure.release_twice", {"release": record.release_id}))
    if faults:
        raise DisclosureRefused(faults)
    return ReleaseLog((*log.entries, Entry(record, log.head, _hash(log.head, record))))


def verify(log: ReleaseLog) -> tuple[Fault, ...]:
    """The places where the chain is broken: an entry was changed, taken out or put in."""
    previous = ReleaseLog().head
    faults = []
    for place, entry in enumerate(log.entries, start=1):
        if entry.previous != previous or entry.sha256 != _hash(entry.previous, entry.record):
            faults.append(Fault("disclosure.log_broken", {"place": place, "release": entry.record.release_id}))
        previous = entry.sha256
    return tuple(faults)


def _hash(previous: str, record: ReleaseRecord) -> str:
    text = json.dumps(_plain(record), sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(f"{previous}\n{text}".encode()).hexdigest()


def to_json(log: ReleaseLog) -> str:
    """The log as text, one entry a line; `from_json` gives it back."""
    entries = [{"record": _plain(e.record), "previous": e.previous, "sha256": e.sha256} for e in log.entries]
    lines = (json.dumps(e, sort_keys=True, ensure_ascii=False, allow_nan=False) for e in entries)
    return "".join(f"{line}\n" for line in lines)


def from_json(text: str) -> ReleaseLog:
    """
    The log that `to_json` wrote.

    Raises
    ------
    DisclosureRefused
        If a line is not an entry, or the chain is broken: without a whole log no
        release can be checked against the earlier ones.
    """
    entries = []
    for place, line in enumerate(text.splitlines(), start=1):
        try:
            told = json.loads(line)
            entries.append(Entry(_record(told["record"]), told["previous"], told["sha256"]))
        except (ValueError, KeyError, TypeError) as broken:
            raise DisclosureRefused(Fault("disclosure.log_unreadable", {"line": place})) from broken
    log = ReleaseLog(tuple(entries))
    if faults := verify(log):
        raise DisclosureRefused(faults)
    return log


def _plain(record: ReleaseRecord) -> dict[str, Any]:
    """The record as lists and texts; cells are rows, since there are many."""
    sources = []
    for source in record.sources:
        told = {name: getattr(source, name) for name in ("source_id", "universe", "policy", "key_id")}
        told["cells"] = [list(vars(cell).values()) for cell in source.cells]
        told["margins"] = [asdict(margin) for margin in source.margins]
        sources.append(told)
    return {"release_id": record.release_id, "reason": record.reason, "sources": sources}


def _record(told: Mapping[str, Any]) -> ReleaseRecord:
    sources = tuple(
        SourceRelease(
            **{name: source[name] for name in ("source_id", "universe", "policy", "key_id")},
            cells=tuple(Cell(*row) for row in source["cells"]),
            margins=tuple(ReleasedMargin(**margin) for margin in source["margins"]),
        )
        for source in told["sources"]
    )
    return ReleaseRecord(release_id=told["release_id"], sources=sources, reason=told["reason"])
