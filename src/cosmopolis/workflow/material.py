"""From checked files to the protected numbers that everything published is made of."""

from __future__ import annotations

from pathlib import Path

from cosmopolis.errors import SourceError
from cosmopolis.vocabulary.city import City
from cosmopolis.workflow.profile.material import Material
from cosmopolis.workflow.progress import Progress
from cosmopolis.workflow.protecting import Gate


def city_material(
    city: City, state: Path, secret: bytes, *, draft: bool, release: str, progress: Progress
) -> tuple[Gate, Material]:
    """
    Read, protect and measure a city's sources.

    Raises
    ------
    SourceError
        If a file is not as its recipe says, or two of them contradict each other.
    DisclosureRefused
        If the published rows would narrow a cell that its publisher withheld.
    """
    from cosmopolis.store import TableStore
    from cosmopolis.workflow.consistency import contradictions
    from cosmopolis.workflow.measures import measured
    from cosmopolis.workflow.protecting import protected_counts
    from cosmopolis.workflow.reading import city_data

    data = city_data(city, TableStore(state), progress)
    if faults := contradictions(city, data):
        raise SourceError(faults)
    progress("protecting", 0, 1)
    gate = protected_counts(city, data, secret)
    progress("protecting", 1, 1)
    return gate, measured(city, data, gate, draft=draft, release=release)
