"""The rights check: what stops an action."""

import pytest
from plan_cases import CLEAR, action, plan

from cosmopolis.plan.rights import ItemState, action_rights, may_be_approved, rights_summary
from cosmopolis.vocabulary.plan import RightsItem


def checked(*items, **other):
    return action(rights=tuple(items), **other)


def test_an_action_with_every_item_clear_may_be_approved():
    assert may_be_approved(checked(*CLEAR))


@pytest.mark.parametrize("state", ["open", "red"])
def test_one_open_or_red_item_is_enough_to_stop_it(state):
    found = action_rights(checked(*CLEAR[:3], RightsItem("remedy", state)))
    assert found.blocking == (ItemState("remedy", state),)
    assert not found.may_be_approved


def test_an_item_that_is_not_listed_is_open():
    assert action_rights(checked(*CLEAR[1:])).blocking == (ItemState("access", "open"),)


def test_what_mends_a_red_item_has_to_be_named():
    named = RightsItem("access", "mended", {"en": "No papers asked"})
    assert may_be_approved(checked(named, *CLEAR[1:]))
    unnamed = action_rights(checked(RightsItem("access", "mended"), *CLEAR[1:]))
    assert unnamed.blocking == (ItemState("access", "mended_unnamed"),)


def test_of_two_answers_to_one_item_the_worse_counts():
    assert action_rights(checked(*CLEAR, RightsItem("access", "red"))).blocking == (ItemState("access", "red"),)


def test_an_action_that_went_on_all_the_same_is_named():
    red = RightsItem("access", "red")
    running = checked(red, *CLEAR[1:], name="a1")
    proposed = checked(red, *CLEAR[1:], name="a2", status="proposed")
    stopped = checked(red, *CLEAR[1:], name="a3", status="stopped")
    found = rights_summary(plan(running, proposed, stopped, action("a4")))
    assert found.cannot_be_approved == ("a1", "a2")
    assert found.wrongly_approved == ("a1",)
    assert ("access", "red", 2) in found.counts
    assert ("access", "clear", 1) in found.counts
    assert ("remedy", "red", 0) in found.counts
