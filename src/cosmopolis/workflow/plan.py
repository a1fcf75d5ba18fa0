"""A city's plan on its day of judgement: progress, what does not fit together, what is overdue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from cosmopolis.errors import ContentError, Fault, UsageError
from cosmopolis.vocabulary.city import City
from cosmopolis.vocabulary.governance import Governance
from cosmopolis.vocabulary.protected import Protected
from cosmopolis.vocabulary.report import Paragraph, Section
from cosmopolis.workflow.governance.assessed import assessed, until
from cosmopolis.workflow.governance.envelope import plan_envelope
from cosmopolis.workflow.governance.plan_page import plan_chapter
from cosmopolis.workflow.governance.planned import heard, planned
from cosmopolis.workflow.governance.terms import city_words
from cosmopolis.workflow.progress import Progress, no_progress


@dataclass(frozen=True)
class PlanTold:
    """The plan as sections to read and as an envelope to exchange."""

    sections: tuple[Section, ...]
    envelope: Mapping[str, object]


@dataclass(frozen=True)
class PlanRequest:
    """Which plan, held against which numbers, on which day (by default the plan's own)."""

    folder: Path
    data: Path | None = None
    state: Path | None = None
    on: str = ""


def plan(request: PlanRequest, *, progress: Progress = no_progress) -> PlanTold:
    """
    Hold a city's plan against its numbers, its answers and its calendar.

    Numbers are read only where a target names one.

    Raises
    ------
    ContentError
        If the folder is wrong, or holds no plan.
    UsageError
        If the day asked for is none.
    """
    from cosmopolis.catalogue import load_city, load_governance

    if request.on and not _is_day(request.on):
        raise UsageError(Fault("governing.not_a_day", {"value": request.on}))
    city = load_city(request.folder, data=request.data, need_files=False)
    governance = load_governance(request.folder, city)
    if governance.plan is None:
        raise ContentError(Fault("governing.no_plan", {"folder": str(request.folder)}))
    governance = replace(governance, plan=replace(governance.plan, as_of=request.on or governance.plan.as_of))
    assert governance.plan is not None
    numbers = _numbers(request, city, governance, progress)
    by_then = assessed(until(governance, governance.plan.as_of)).by_framework()
    told = planned(governance, by_then, numbers, city_id=city.id)
    assert told is not None
    chapter = plan_chapter(governance, told, heard(governance, governance.plan.as_of))
    summary = Section("plan_summary", (city_words(city), Paragraph(chapter.headline), Paragraph(chapter.lead)))
    return PlanTold((summary, *chapter.sections), plan_envelope(city, told))


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _numbers(request: PlanRequest, city: City, governance: Governance, progress: Progress) -> Sequence[Protected]:
    """The protected numbers, if any target is about one."""
    assert governance.plan is not None
    if not any(target.indicator for target in governance.plan.targets):
        return ()
    from cosmopolis.catalogue import load_city
    from cosmopolis.store import held, noise_key
    from cosmopolis.workflow.build import state_folder
    from cosmopolis.workflow.material import city_material

    city = load_city(request.folder, data=request.data)
    state = state_folder(city.id, request.state)
    with held(state):
        secret = bytes.fromhex(city.public_key) if city.public_key else noise_key(state)
        _, material = city_material(city, state, secret, draft=True, release="", progress=progress)
    return material.numbers
