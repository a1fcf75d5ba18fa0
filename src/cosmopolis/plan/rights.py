"""
The rights check of every action: access, non-discrimination, data firewall, remedy.

An action with an item that nobody has looked at, or that would harm, cannot be
approved (requirement R27).
"""

from __future__ import annotations

from dataclasses import dataclass

from cosmopolis.vocabulary.plan import APPROVED, RIGHTS_ITEMS, RIGHTS_STATES, Action, Plan

#: Worst first: where an item is told twice, the worse state counts.
_WORST_FIRST = ("red", "mended_unnamed", "open", "mended", "clear")
_BLOCKING = frozenset({"red", "mended_unnamed", "open"})


@dataclass(frozen=True)
class ItemState:
    """
    One item of the check of one action as it counts.

    `mended_unnamed` is an item that is said to be mended without a word on what
    mends it: it stops an approval as a red one does.
    """

    item: str
    state: str

    @property
    def blocks(self) -> bool:
        """Whether the action cannot be approved with it."""
        return self.state in _BLOCKING


@dataclass(frozen=True)
class ActionRights:
    """The check of one action, item by item, and what follows from it."""

    action: str
    items: tuple[ItemState, ...]
    approved: bool  #: the action is approved, running or done

    @property
    def blocking(self) -> tuple[ItemState, ...]:
        """The items that stand in the way of an approval."""
        return tuple(item for item in self.items if item.blocks)

    @property
    def may_be_approved(self) -> bool:
        """Whether every item has been looked at and none would harm."""
        return not self.blocking

    @property
    def wrongly_approved(self) -> bool:
        """Whether the action went on although it may not be approved."""
        return self.approved and not self.may_be_approved


@dataclass(frozen=True)
class RightsSummary:
    """The checks of all actions of a plan that are not stopped, in the plan's order."""

    actions: tuple[ActionRights, ...]
    counts: tuple[tuple[str, str, int], ...]  #: item, state, how many actions; every pair, also with none

    @property
    def cannot_be_approved(self) -> tuple[str, ...]:
        """The actions with an item in the way."""
        return tuple(each.action for each in self.actions if not each.may_be_approved)

    @property
    def wrongly_approved(self) -> tuple[str, ...]:
        """The actions that are approved, running or done all the same."""
        return tuple(each.action for each in self.actions if each.wrongly_approved)


def action_rights(action: Action) -> ActionRights:
    """
    The rights check of one action.

    An item that is not in the list has not been looked at: it is `open`.

    Examples
    --------
    >>> from cosmopolis.vocabulary.plan import RightsItem
    >>> checked = tuple(RightsItem(item, "clear") for item in ("access", "non_discrimination", "remedy"))
    >>> action = Action("a1", {"en": "Course"}, (), (), (), {}, "proposed", "2025-01-01", "2025-12-31", checked)
    >>> action_rights(action).blocking
    (ItemState(item='data_firewall', state='open'),)
    """
    items = tuple(ItemState(item, _state(action, item)) for item in RIGHTS_ITEMS)
    return ActionRights(action.id, items, action.status in APPROVED)


def may_be_approved(action: Action) -> bool:
    """Whether no item of the action's rights check is open or red."""
    return action_rights(action).may_be_approved


def rights_summary(plan: Plan) -> RightsSummary:
    """The rights checks of every action of the plan that is not stopped."""
    actions = tuple(action_rights(action) for action in plan.actions if action.status != "stopped")
    states = [(each.item, each.state) for checked in actions for each in checked.items]
    counts = tuple(
        (item, state, states.count((item, state)))
        for item in RIGHTS_ITEMS
        for state in (*RIGHTS_STATES, "mended_unnamed")
    )
    return RightsSummary(actions, counts)


def _state(action: Action, item: str) -> str:
    told = [
        "mended_unnamed" if each.state == "mended" and not any(each.note.values()) else each.state
        for each in action.rights
        if each.item == item
    ]
    return min(told or ["open"], key=_WORST_FIRST.index)
