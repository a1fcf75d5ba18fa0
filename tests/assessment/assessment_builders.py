"""Frameworks and assessments drawn in a line, for tests of the room `assessment`."""

from cosmopolis.assessment.standing import position
from cosmopolis.vocabulary.assessment import Answer, Assessment, Evidence, Rater
from cosmopolis.vocabulary.competence import CompetenceMap
from cosmopolis.vocabulary.framework import Aggregation, Category, Dimension, Framework, Option, Question, Scale

PRESENCE = Scale(
    "presence",
    "ordinal",
    (Option("absent", 0.0, {}), Option("partial", 0.5, {}), Option("complete", 1.0, {})),
)
STAGED = Scale(
    "staged",
    "stages",
    (Option("policy", 0.25, {}), Option("internal", 0.25, {}), Option("external", 0.5, {})),
)
COUNTED = Scale("counted", "count", goalposts=(0, 12))
YES_NO = Scale("yes_no", "yes_no", (Option("yes", 1.0, {}), Option("no", 0.0, {})))
SCALES = {scale.id: scale for scale in (PRESENCE, STAGED, COUNTED, YES_NO)}
SDG = (
    Category("further", 0, {}),
    Category("partial", 40, {}),
    Category("meets", 80, {}),
    Category("fully", 100, {}),
)
MARKS = {0: "absent", 0.5: "partial", 1: "complete", "?": "unknown", "n": "not_applicable", "o": "outside_competence"}
NO_MAP = CompetenceMap("AT")
DECREE = Evidence("Ordinance 12", date="2021-03-04")


def question(question_id, *, dimension="1", topic="t", scale="presence", **other):
    return Question(question_id, dimension, topic, {"en": question_id}, scale, **other)


def framework(
    questions, *, dimensions=None, topics=(), categories=SDG, edition="2026", pack="pack", replaces=None, **aggregation
):
    rule = Aggregation(**({"method": "arithmetic"} | aggregation))
    held = dimensions or tuple(Dimension(each, {}) for each in dict.fromkeys(q.dimension for q in questions))
    return Framework(
        pack, edition, "city", {}, {}, "", "", "", ("en",), "", "", SCALES, held, tuple(topics), tuple(questions),
        rule, categories, replaces=replaces or {},
    )  # fmt: skip


def assessed(pack, answers, *, raters=("a",), date="2025-05-20", edition="2025", competence=NO_MAP, **other):
    """The position of answers given as `{question: (answer of the first rater, of the second, ...)}` or as Answers."""
    given = []
    kinds = {each.id: SCALES[each.scale].kind for each in pack.questions}
    for question_id, values in answers.items():
        for rater, value in zip(raters, values if isinstance(values, list) else [values], strict=False):
            if isinstance(value, Answer):
                given.append(value)
            elif value is not None:
                is_mark = isinstance(value, str) or kinds[question_id] == "ordinal"
                given.append(Answer(question_id, rater, MARKS.get(value, value) if is_mark else value))
    who = tuple(Rater(rater, {}, "administration") for rater in raters)
    scan = other.pop("scan", "full")
    made = Assessment(
        f"{pack.id}-{edition}", pack.id, pack.edition, edition, date, scan, who, tuple(given), **other
    )  # fmt: skip
    return position(made, pack, competence)


def one(answers, *, scale="presence", raters=("a", "b", "c"), **other):
    """The standing of a single question that several raters answered."""
    pack = framework([question("1.01", scale=scale)])
    return assessed(pack, {"1.01": answers}, raters=raters, **other).standings[0]


def town(marks, *, raters=("a",), dimension="1", **aggregation):
    """The position of one dimension whose questions were answered with these marks, in order."""
    questions = [question(f"{dimension}.{at:02}", dimension=dimension) for at in range(len(marks))]
    answers = {each.id: mark for each, mark in zip(questions, marks, strict=True)}
    return assessed(framework(questions, **aggregation), answers, raters=raters)
