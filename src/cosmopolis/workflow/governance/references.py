"""What the governance files name and only the data can say: areas, sources, indicators."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from cosmopolis.errors import Fault
from cosmopolis.vocabulary.city import City
from cosmopolis.vocabulary.governance import Governance
from cosmopolis.vocabulary.plan import Plan


def reference_faults(governance: Governance, city: City, areas: Collection[str]) -> tuple[Fault, ...]:
    """
    Areas and sources that plan and actors name and the city does not have.

    Parameters
    ----------
    governance
        What the folder says.
    city
        Its checked settings.
    areas
        The codes of the city's areas; none if they could not be read.
    """
    known = {*areas, city.id}
    faults = [
        Fault("governing.unknown_area", {"file": "actors.yaml", "id": actor.id, "value": district})
        for actor in governance.actors
        for district in actor.districts
        if areas and district not in known
    ]
    return (*faults, *_plan_faults(governance.plan, city, known if areas else ())) if governance.plan else tuple(faults)


def _plan_faults(plan: Plan, city: City, areas: Collection[str]) -> Iterator[Fault]:
    sources = [source.id for source in city.sources]
    for action in plan.actions:
        for district in action.districts:
            if areas and district not in areas:
                yield Fault("governing.unknown_area", {"file": "plan.yaml", "id": action.id, "value": district})
    for target in plan.targets:
        if target.indicator is None:
            continue
        if target.indicator.source not in sources:
            told = {"id": target.id, "value": target.indicator.source, "known": ", ".join(sources)}
            yield Fault("governing.unknown_source", told)
        if areas and target.indicator.area_code and target.indicator.area_code not in areas:
            told = {"file": "plan.yaml", "id": target.id, "value": target.indicator.area_code}
            yield Fault("governing.unknown_area", told)
