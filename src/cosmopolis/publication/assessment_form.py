"""
An assessment as a spreadsheet that can be filled in without a network and read back.

Every sheet has two rows of headings: names for the program in small grey, words
for people below. Columns whose name begins with `#` are only read by people.
Every cell is text, so that `1.10` stays what it is and nothing runs as a formula.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from cosmopolis.language import LANGUAGES, Language
from cosmopolis.language import language as language_of
from cosmopolis.publication.workbook import FIRST_ROW, DropDown, Sheet, workbook
from cosmopolis.vocabulary.assessment import (
    NOT_ON_THE_SCALE,
    STAGES,
    Agreed,
    Answer,
    Assessment,
    Rater,
    Response,
)
from cosmopolis.vocabulary.city import Words
from cosmopolis.vocabulary.framework import Framework, Question, Scale

#: What was answered elsewhere: a question and the lines to show beside it.
Offers = Sequence[tuple[str, Sequence[str]]]

RATER_KINDS = ("administration", "council", "association", "ngo", "academia", "resident_panel", "external")
HOLDERS = ("municipal", "delegated", "shared", "regional", "national", "other")
CONFIDENCE = ("high", "medium", "low")
SCANS = ("full", "quick")

#: What a column of a form chooses from: the ids, and the start of their message ids.
_LISTS = {
    "kind": (RATER_KINDS, "governance.rater_kind."),
    "holder": (HOLDERS, "governance.holder."),
    "confidence": (CONFIDENCE, "governance.confidence."),
    "stage": (STAGES, "governance.stage."),
    "scan": (SCANS, "frameworks.scan."),
    "value": (NOT_ON_THE_SCALE, "frameworks.value."),
}
#: The sheet with how to fill the form in, paragraph by paragraph.
_README = (
    "edition", "who", "answer", "unknown", "not_applicable", "outside_competence", "stage", "evidence", "agreed",
    "leave", "persons", "back",
)  # fmt: skip
#: Rows for raters that a list of them covers.
_MOST_RATERS = 50
#: A scale of more stages would have too long a list of combinations.
_MOST_STAGES = 4
_RATERS = f"raters!$A${FIRST_ROW}:$A${FIRST_ROW + _MOST_RATERS - 1}"
#: The row of an empty form stands for one rater.
_FIRST_RATER = Rater("rater-1", {}, "")


def assessment_form(
    framework: Framework, assessment: Assessment | None = None, *, language: str, offers: Offers = ()
) -> bytes:
    """
    Make the workbook of an assessment, or of one that nobody has begun.

    Parameters
    ----------
    framework
        The pack whose questions are asked.
    assessment
        What is answered so far.
    language
        The reader's language: of the headings, the questions and the drop-down lists.
    offers
        Answers given under other frameworks, shown beside the question and never as its answer.

    Returns
    -------
    content
        An XLSX without any clock time; the room `catalogue` reads it back without loss.
    """
    form = _Form(framework, assessment, language_of(language), {question: "\n".join(told) for question, told in offers})
    return workbook(list(form.sheets()), form.lists(), form.words, list(form.readme()))


def spoken_ids() -> dict[str, dict[str, str]]:
    """The words of our lists in every language, in lower case -> id, by column; words of two meanings are left out."""
    found: dict[str, dict[str, str]] = {}
    for column, (ids, start) in _LISTS.items():
        meant: dict[str, set[str]] = {}
        for code in LANGUAGES:
            for each in ids:
                meant.setdefault(_folded(language_of(code).say(f"{start}{each}")), set()).add(each)
            if column == "value":
                meant.setdefault(_folded(language_of(code).say("frameworks.value.no_stage")), set()).add("[]")
        found[column] = {text: next(iter(each)) for text, each in meant.items() if len(each) == 1}
    return found


def answer_in_words(framework: Framework, question: Question, value: Response, *, language: str) -> str:
    """An answer as the form's list says it, without the id behind it."""
    told = _Form(framework, None, language_of(language), {}).response(value, question)
    return told.rpartition(" [")[0] or told


def _folded(text: str) -> str:
    return " ".join(text.replace("’", "'").casefold().split())


@dataclass(frozen=True)
class _Form:
    """An assessment as rows of text."""

    framework: Framework
    assessment: Assessment | None
    words: Language
    offers: Mapping[str, str]

    def sheets(self) -> Iterator[Sheet]:
        """The sheets in the order in which they are filled in."""
        yield self._edition()
        yield self._raters()
        yield self._answers()
        yield self._evidence()
        yield self._agreed()
        yield self._holders()

    def readme(self) -> Iterator[str]:
        """How to fill the form in: a title, then paragraphs."""
        yield self.words.say("frameworks.readme.title", framework=self._text(self.framework.title))
        for name in _README:
            if name in NOT_ON_THE_SCALE:
                word = self.words.say(f"frameworks.value.{name}")
                yield self.words.say(f"frameworks.readme.{name}", word=word)
            else:
                yield self.words.say(f"frameworks.readme.{name}")

    def _codes(self, used: Iterable[Words]) -> tuple[str, ...]:
        """The languages of a column of words: those present and the reader's."""
        return tuple(sorted({self.words.code, *(code for words in used for code in words)}))

    def _columns_of(self, key: str, used: Iterable[Words]) -> tuple[str, ...]:
        return tuple(f"{key}.{code}" for code in self._codes(used))

    def _edition(self) -> Sheet:
        told = self.assessment
        note = told.note if told else {}
        row = {"framework": self.framework.id, "framework_edition": self.framework.edition}
        if told:
            row |= {"id": told.id, "edition": told.edition, "date": told.date}
        row["scan"] = self._chosen("scan", told.scan if told else "full")
        columns = ("id", "framework", "framework_edition", "edition", "date", "scan", *self._columns_of("note", [note]))
        return Sheet("edition", columns, (row | _by_language("note", note),), {"scan": "scan"})

    @property
    def _raters_told(self) -> tuple[Rater, ...]:
        return self.assessment.raters if self.assessment else (_FIRST_RATER,)

    def _raters(self) -> Sheet:
        rows = tuple(
            {"id": each.id, "kind": self._chosen("rater_kind", each.kind)} | _by_language("role", each.role)
            for each in self._raters_told
        )
        columns = ("id", "kind", *self._columns_of("role", [each.role for each in self._raters_told]))
        return Sheet("raters", columns, rows, {"kind": "rater_kind"})

    def _asked(self) -> tuple[Question, ...]:
        """The questions of the scan and, besides, those that were answered all the same."""
        told = self.assessment
        if told is None:
            return self.framework.questions
        named = {each.question for each in told.answers} | {each.question for each in told.agreed} | set(told.holders)
        asked = {question.id for question in self.framework.asked(told.scan)}
        return tuple(question for question in self.framework.questions if question.id in asked | named)

    def _answers(self) -> Sheet:
        answers = self.assessment.answers if self.assessment else ()
        given = {(each.question, each.rater): each for each in answers}
        asked = [(question, rater) for question in self._asked() for rater in self._raters_told]
        rows = tuple(
            self._reading(question)
            | {"question": question.id, "rater": rater.id}
            | self._answer(given.get((question.id, rater.id)), question)
            for question, rater in asked
        )
        columns = (
            *("#dimension", "#topic", "#text", "question", "rater", "value"),
            *(("#offers",) if self.offers else ()),
            *("stage", "confidence", "date", "adopted_from"),
            *self._columns_of("on_behalf_of", [each.on_behalf_of for each in answers]),
            *self._columns_of("note", [each.note for each in answers]),
        )
        lists = {"stage": "stage", "confidence": "confidence"}
        row_lists = tuple(_list_of(question) for question, _ in asked)
        return Sheet("answers", columns, rows, lists, row_lists, ranges={"rater": _RATERS})

    def _reading(self, question: Question) -> dict[str, str]:
        dimension = next(each for each in self.framework.dimensions if each.id == question.dimension)
        topic = next(each for each in self.framework.topics if each.id == question.topic)
        told = {"#dimension": dimension.title, "#topic": topic.title, "#text": question.text}
        return {key: self._text(words) for key, words in told.items()} | {"#offers": self.offers.get(question.id, "")}

    def _answer(self, answer: Answer | None, question: Question) -> dict[str, str]:
        if answer is None:
            return {}
        return {
            "value": self.response(answer.value, question),
            "stage": self._chosen("stage", answer.stage),
            "confidence": self._chosen("confidence", answer.confidence),
            "date": answer.date,
            "adopted_from": answer.adopted_from,
            **_by_language("on_behalf_of", answer.on_behalf_of),
            **_by_language("note", answer.note),
        }

    def _evidence(self) -> Sheet:
        rows = tuple(
            {"question": answer.question, "rater": answer.rater, "title": each.title, "date": each.date}
            | {"page": each.page, "url": each.url, "valid_to": each.valid_to}
            for answer in (self.assessment.answers if self.assessment else ())
            for each in answer.evidence
        )
        columns = ("question", "rater", "title", "date", "page", "url", "valid_to")
        # the second column of the sheet of agreements has each question once
        questions = f"agreed!$B${FIRST_ROW}:$B${FIRST_ROW + len(self._asked()) - 1}"
        return Sheet("evidence", columns, rows, ranges={"question": questions, "rater": _RATERS})

    def _agreed(self) -> Sheet:
        told = self.assessment.agreed if self.assessment else ()
        given = {each.question: each for each in told}
        asked = self._asked()
        rows = tuple(
            {"question": question.id, "#text": self._text(question.text)}
            | self._agreement(given.get(question.id), question)
            for question in asked
        )
        columns = (
            *("#text", "question", "value", "stage"),
            *self._columns_of("reason", [each.reason for each in told]),
            *self._columns_of("by", [each.by for each in told]),
        )
        return Sheet("agreed", columns, rows, {"stage": "stage"}, tuple(_list_of(question) for question in asked))

    def _agreement(self, agreed: Agreed | None, question: Question) -> dict[str, str]:
        if agreed is None:
            return {}
        told = {"value": self.response(agreed.value, question), "stage": self._chosen("stage", agreed.stage)}
        return told | _by_language("reason", agreed.reason) | _by_language("by", agreed.by)

    def _holders(self) -> Sheet:
        given = self.assessment.holders if self.assessment else {}
        rows = tuple(
            {
                "question": question.id,
                "#text": self._text(question.text),
                "#usual_holder": self._chosen("holder", question.holder),
                "holder": self._chosen("holder", given.get(question.id, "")),
            }
            for question in self._asked()
        )
        return Sheet("holders", ("#text", "#usual_holder", "question", "holder"), rows, {"holder": "holder"})

    def _text(self, words: Words) -> str:
        """Words in the reader's language, or in the first that there is."""
        return words.get(self.words.code) or next(iter(words.values()), "")

    def response(self, value: Response, question: Question) -> str:
        """An answer as the drop-down list shows it."""
        if isinstance(value, float | int):
            return _number(value)
        scale = self.framework.scales[question.scale]
        return self._stages(scale, value) if isinstance(value, tuple) else self._option(scale, value)

    def _option(self, scale: Scale, option_id: str) -> str:
        option = scale.option(option_id)
        if option is None:
            return _shown(self.words.say(f"frameworks.value.{option_id}"), option_id)
        return _shown(self._text(option.label), option_id)

    def _stages(self, scale: Scale, reached: tuple[str, ...]) -> str:
        labels = [self._text(option.label) for option in scale.options if option.id in reached]
        told = ", ".join(labels) if labels else self.words.say("frameworks.value.no_stage")
        return _shown(told, ", ".join(reached))

    def _chosen(self, of: str, told: str) -> str:
        if not told:
            return ""
        prefix = "frameworks.scan." if of == "scan" else f"governance.{of}."
        return _shown(self.words.say(f"{prefix}{told}"), told)

    def lists(self) -> dict[str, DropDown]:
        """What each drop-down list offers; numbers and long combinations of stages can be typed as well."""
        found = {
            f"scale.{scale.id}": DropDown(
                tuple(self._responses(scale)), closed=scale.kind in ("ordinal", "yes_no") or _is_short(scale)
            )
            for scale in self.framework.scales.values()
        }
        fixed = {"rater_kind": RATER_KINDS, "holder": HOLDERS, "confidence": CONFIDENCE, "stage": STAGES, "scan": SCANS}
        return found | {name: DropDown(tuple(self._chosen(name, each) for each in ids)) for name, ids in fixed.items()}

    def _responses(self, scale: Scale) -> Iterator[str]:
        if scale.kind == "stages":
            if _is_short(scale):
                ids = [option.id for option in scale.options]
                for kept in product((True, False), repeat=len(ids)):
                    yield self._stages(scale, tuple(each for each, keep in zip(ids, kept, strict=True) if keep))
        else:
            yield from (self._option(scale, option.id) for option in scale.options)
        yield from (self._option(scale, each) for each in NOT_ON_THE_SCALE)


def _is_short(scale: Scale) -> bool:
    return scale.kind == "stages" and len(scale.options) <= _MOST_STAGES


def _list_of(question: Question) -> str:
    return f"scale.{question.scale}"


def _by_language(key: str, words: Words) -> dict[str, str]:
    return {f"{key}.{code}": text for code, text in words.items()}


def _number(value: float) -> str:
    whole = float(value).is_integer() and abs(value) < 1e15
    return str(int(value)) if whole else repr(float(value))


def _shown(words: str, machine_id: str) -> str:
    return f"{words} [{machine_id}]"
