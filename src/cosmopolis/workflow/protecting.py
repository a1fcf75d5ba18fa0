"""The gate: counts are protected, audited together, and compared with every earlier release."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cosmopolis import catalogue, disclosure
from cosmopolis.errors import DisclosureRefused
from cosmopolis.store import key_id
from cosmopolis.vocabulary.city import City, Source
from cosmopolis.vocabulary.protected import Protected
from cosmopolis.vocabulary.release import ReleaseRecord
from cosmopolis.vocabulary.table import Table
from cosmopolis.workflow.margins import counts_before_reform, declared_margins
from cosmopolis.workflow.reading import CityData


@dataclass(frozen=True)
class Gate:
    """What went through the gate: claims, and the protected counts made of them."""

    claims: tuple[disclosure.Claim, ...]
    counts: Mapping[str, Protected]  #: by source id


def protected_counts(city: City, data: CityData, secret: bytes) -> Gate:
    """
    Protect every source under its own policy, and audit what they say together.

    Raises
    ------
    DisclosureRefused
        If the published rows would narrow a cell that its publisher withheld.
    """
    claims = tuple(_claim(city, data, table, secret) for table in data.tables.values())
    audit = disclosure.audit(claims)
    if not audit.passed:
        raise DisclosureRefused(audit.faults)
    counts = {claim.table.source_id: _protected(claim) for claim in claims}
    return Gate(claims, counts)


def _claim(city: City, data: CityData, table: Table, secret: bytes) -> disclosure.Claim:
    source = city.source(table.source_id)
    return disclosure.Claim(
        table=table,
        margins=declared_margins(table, city),
        policy=source.policy,
        city_area=city.id,
        floors=catalogue.floors(),
        noise=_noise(city, source, secret),
        home=None if counts_before_reform(table, city) else data.tables.get(city.total_source),
    )


def _noise(city: City, source: Source, secret: bytes) -> disclosure.Noise | None:
    if source.policy.name == "none":
        return None
    profile = catalogue.noise_profile(source.policy.name)
    return disclosure.Noise(profile=profile, secret=secret, key_id=key_id(secret), city_id=city.id)


def _protected(claim: disclosure.Claim) -> Protected:
    return disclosure.protect(
        claim.table,
        policy=claim.policy,
        margins=claim.margins,
        city_area=claim.city_area,
        floors=claim.floors,
        noise=claim.noise,
        home=claim.home,
    )


def checked_record(gate: Gate, logged: tuple[str, ...], *, release: str) -> str | None:
    """
    The log entry of a release that may be made, or `None` if it is logged already.

    Raises
    ------
    DisclosureRefused
        If the release, laid over the earlier ones, would reveal a cell.
    """
    log = disclosure.from_json("".join(logged))
    if any(entry.record.release_id == release for entry in log.entries):
        return None
    sources = tuple(disclosure.source_release(claim, gate.counts[claim.table.source_id]) for claim in gate.claims)
    record = ReleaseRecord(release, sources)
    faults = disclosure.release_faults(log, disclosure.Candidate(record, gate.claims))
    if faults:
        raise DisclosureRefused(faults)
    return disclosure.to_json(disclosure.append(log, record)).splitlines(keepends=True)[-1]
