"""What an owner reports of a project's people is never told exactly, and never told when they are few."""

from hypothesis import given
from hypothesis import strategies as st

from cosmopolis.disclosure import reported
from cosmopolis.vocabulary.report import About


def test_a_count_is_told_to_the_nearest_ten():
    assert [reported(n).persons for n in (10, 14, 16, 324, 1999)] == [10, 10, 20, 320, 2000]


def test_fewer_than_ten_are_not_told():
    assert [reported(n) for n in (0, 1, 9)] == [About(None)] * 3


@given(st.integers(10, 10**7))
def test_what_is_told_is_within_five_of_the_truth(persons):
    told = reported(persons).persons
    assert told is not None
    assert told % 10 == 0
    assert abs(told - persons) <= 5
