"""The optional catalogue as a whole: where peers disagree, what is missing, and areas without residents."""

import numpy as np
from rectangles import city

from cosmopolis.neighbourhoods import PEERS_DISAGREE, clustering, delta, neighbours, optional_indices, shapes


def test_all_at_once_says_where_peers_disagree_and_what_is_missing():
    group, rest, place, pairs = city()
    found = {entry.index: entry for entry in optional_indices(group, rest, place, pairs)}
    assert {name for name, entry in found.items() if entry.peers_disagree} == PEERS_DISAGREE
    assert found["delta"].value == delta(group, rest, place.surfaces)
    assert {name for name, entry in found.items() if entry.unit == "km"} == set(vars(clustering(group, rest, place)))
    assert all(np.isfinite(entry.value) for entry in found.values())
    bare = shapes(place.centres, [1e6] * 42)
    lacking = {entry.index: entry for entry in optional_indices(group, rest, bare, neighbours([0], [1]))}
    assert lacking["relative_concentration"].value is None
    assert lacking["relative_concentration"].reason.message_id == "neighbourhoods.equal_surfaces"
    assert lacking["border_dissimilarity"].reason.message_id == "neighbourhoods.borders_missing"


def test_empty_areas_change_nothing():
    group, rest, place, pairs = city()
    wider = shapes(
        np.vstack([place.centres, [[400_000, 5_000_000]]]), [*place.surfaces, 9e6], [*place.perimeters, 12e3]
    )
    more = neighbours([*pairs.first, 42], [*pairs.second, 0], [*pairs.border, 500])
    found = optional_indices([*group, 0], [*rest, 0], wider, more)
    assert found == optional_indices(group, rest, place, pairs)
