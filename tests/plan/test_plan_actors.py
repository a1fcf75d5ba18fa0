"""Who takes part, who is missing, who works with whom."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plan_cases import heard, words

from cosmopolis.plan.actors import balance, district_coverage, network, topic_coverage
from cosmopolis.vocabulary.participation import Actor


def actor(name, kind="ngo", topics=("health",), **other):
    return Actor(name, words(name), kind, topics, **other)


def test_every_topic_names_the_types_it_lacks():
    register = [actor("red", "ngo", ("health", "work")), actor("hall", "city_department", ("work",))]
    types = ("ngo", "employer", "city_department")
    health, work, culture = topic_coverage(register, topics=("health", "work", "culture"), types=types)
    assert health.missing == ("employer", "city_department")
    assert work.missing == ("employer",)
    assert culture.missing == types
    assert [(cell.type, cell.actors) for cell in work.cells if cell.actors] == [
        ("ngo", ("red",)), ("city_department", ("hall",)),
    ]  # fmt: skip
    assert (health.actors, culture.actors) == (1, 0)


def test_an_actor_of_the_whole_city_covers_no_district_of_its_own():
    found = district_coverage([actor("a", districts=("D1",)), actor("b")], ("D1", "D2"))
    assert [(each.district, each.actors) for each in found] == [("D1", ("a",)), ("D2", ())]


def test_a_tie_told_by_one_side_counts_for_both():
    found = network([actor("a", works_with=("b",)), actor("b"), actor("c"), actor("d", works_with=("e",)),
                     actor("e", works_with=("d", "f")), actor("f")])  # fmt: skip
    assert found.isolated == ("c",)
    assert found.ties == (("a", "b"), ("d", "e"), ("e", "f"))
    assert found.parts == (("d", "e", "f"), ("a", "b"))


def test_a_tie_to_nobody_known_or_to_oneself_is_no_tie():
    found = network([actor("a", works_with=("ghost", "a"))])
    assert (found.isolated, found.unknown) == (("a",), ("ghost",))


@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7))))
def test_everybody_is_isolated_or_in_one_part(pairs):
    register = [actor(str(n), works_with=tuple(str(b) for a, b in pairs if a == n)) for n in range(8)]
    found = network(register)
    assert sorted([*found.isolated, *(name for part in found.parts for name in part)]) == [str(n) for n in range(8)]


def test_who_is_registered_stands_beside_who_was_heard():
    register = [actor("a"), actor("b"), actor("c", "employer")]
    inputs = [heard("i1", actor_type="ngo"), heard("i2", actor_type="club")]
    found = {each.type: (each.registered.value, each.heard.value) for each in balance(inputs, register)}
    assert found == {
        "club": (0, 0.5), "employer": (pytest.approx(1 / 3), 0), "ngo": (pytest.approx(2 / 3), 0.5),
    }  # fmt: skip
