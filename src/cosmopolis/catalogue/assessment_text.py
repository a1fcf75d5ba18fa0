"""
An assessment as the YAML text of its file: the same assessment is always the same text.

Reading the text gives the assessment back. What another YAML reader would take
for something else than text (`1.10`, `no`) stands in quotes; only numbers that
are meant as such and days are bare.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from cosmopolis.vocabulary.assessment import Agreed, Answer, Assessment, Evidence, Rater, Response

_BARE = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*")
#: Words that readers of YAML 1.1 take for a truth or for nothing.
_TRUTHS = frozenset({"y", "n", "yes", "no", "true", "false", "on", "off", "null"})
#: Signs that YAML reads as line ends, or not at all.
_UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
#: Keys whose texts are days: they need no quotes, and people write them so.
_DAYS = frozenset({"date", "valid_to"})
#: The order of the keys of an answer.
_SIMPLE = ("stage", "confidence", "date", "adopted_from")


def assessment_text(assessment: Assessment) -> str:
    """
    The canonical text of an assessment, to be saved as `assessments/<id>.yaml`.

    Examples
    --------
    >>> text = assessment_text(Assessment("a", "gcm", "2018", "2025", "2025-05-20", "full", (), ()))
    >>> print(text.splitlines()[1])
    framework_edition: "2018"
    """
    return "\n".join([*_head(assessment), *_body(assessment)]) + "\n"


def _head(assessment: Assessment) -> Iterator[str]:
    for key in ("framework", "framework_edition", "edition", "date", "scan"):
        yield f"{key}: {_field(key, getattr(assessment, key))}"
    if assessment.note:
        yield f"note: {_words(assessment.note)}"


def _body(assessment: Assessment) -> Iterator[str]:
    yield from _list("raters", [_flow(_rater(each)) for each in assessment.raters])
    if assessment.answers:
        yield "answers:"
        for answer in assessment.answers:
            yield from _answer(answer)
    else:
        yield "answers: []"
    if assessment.agreed:
        yield from _list("agreed", [_flow(_agreed(each)) for each in assessment.agreed])
    if assessment.holders:
        yield "holders:"
        for question, holder in sorted(assessment.holders.items()):
            yield f"  {_scalar(question)}: {_scalar(holder)}"


def _list(key: str, lines: list[str]) -> Iterator[str]:
    yield f"{key}:" if lines else f"{key}: []"
    yield from (f"  - {line}" for line in lines)


def _rater(rater: Rater) -> dict[str, str]:
    return {"id": _scalar(rater.id), "kind": _scalar(rater.kind), "role": _words(rater.role)}


def _answer(answer: Answer) -> Iterator[str]:
    yield f"  - question: {_scalar(answer.question)}"
    yield f"    rater: {_scalar(answer.rater)}"
    yield f"    value: {_response(answer.value)}"
    yield from (f"    {key}: {_field(key, getattr(answer, key))}" for key in _SIMPLE if getattr(answer, key))
    if answer.on_behalf_of:
        yield f"    on_behalf_of: {_words(answer.on_behalf_of)}"
    if answer.evidence:
        yield "    evidence:"
        yield from (f"      - {_flow(_evidence(each))}" for each in answer.evidence)
    if answer.note:
        yield f"    note: {_words(answer.note)}"


def _evidence(evidence: Evidence) -> dict[str, str]:
    told = {key: getattr(evidence, key) for key in ("title", "date", "page", "url", "valid_to")}
    return {key: _field(key, value) for key, value in told.items() if value}


def _agreed(agreed: Agreed) -> dict[str, str]:
    stage = {"stage": _scalar(agreed.stage)} if agreed.stage else {}
    told = {"question": _scalar(agreed.question), "value": _response(agreed.value)}
    return told | stage | {"reason": _words(agreed.reason), "by": _words(agreed.by)}


def _response(value: Response) -> str:
    if isinstance(value, str):
        return _scalar(value)
    return response_number(value) if isinstance(value, float | int) else f"[{', '.join(map(_scalar, value))}]"


def response_number(value: float) -> str:
    """A number in the fewest digits that give it back."""
    whole = float(value).is_integer() and abs(value) < 1e15
    return str(int(value)) if whole else repr(float(value))


def _words(words: Mapping[str, str]) -> str:
    return _flow({_scalar(code): _scalar(words[code]) for code in sorted(words)})


def _flow(told: Mapping[str, str]) -> str:
    return f"{{{', '.join(f'{key}: {value}' for key, value in told.items())}}}"


def _field(key: str, text: str) -> str:
    return text if key in _DAYS else _scalar(text)


def _scalar(text: str) -> str:
    if _BARE.fullmatch(text) and text.lower() not in _TRUTHS:
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", quoted)
