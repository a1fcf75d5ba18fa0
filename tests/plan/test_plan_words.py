"""Every state the room `plan` can tell has words in six languages."""

from typing import get_args

import pytest

from cosmopolis.language import LANGUAGES, language
from cosmopolis.plan import coordination, inputs, practices, progress, transfer

FAMILIES = {
    "progress": get_args(progress.ProgressState),
    "answer": get_args(progress.AnswerState),
    "alert": get_args(coordination.AlertKind),
    "step": inputs.STEPS,
    "step_state": get_args(inputs.StepState),
    "outcome": get_args(practices.Outcome),
    "mark": get_args(practices.Mark),
    "reason": get_args(practices.Reason),
    "caveat": get_args(practices.Caveat),
    "verdict": get_args(transfer.Verdict),
    "criterion": transfer.CRITERIA,
    "evidence": range(6),
    "rights": ["mended_unnamed"],
}


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("family", FAMILIES)
def test_every_state_has_words(code, family):
    assert [each for each in FAMILIES[family] if not language(code).has(f"plan.{family}.{each}")] == []
