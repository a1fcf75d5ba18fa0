"""Assessments of the sample pack as Hypothesis draws them: every kind of answer, any text."""

# ruff: noqa: E501 (one list a line)

from datetime import date

from hypothesis import strategies as st

from cosmopolis.catalogue.assessments import in_order
from cosmopolis.catalogue.contacts import holds_contact
from cosmopolis.vocabulary.assessment import NOT_ON_THE_SCALE, Agreed, Answer, Assessment, Evidence, Rater

KINDS = ["administration", "council", "association", "ngo", "academia", "resident_panel", "external"]
STAGES = ["", "policy", "internal", "external"]
RESPONSES = {
    "1.1": st.sampled_from(["absent", "partial", "complete"]),
    "1.10": st.sampled_from(["yes", "no"]),
    "2.1": st.floats(allow_nan=False, allow_infinity=False) | st.integers(-99, 99).map(float),
    "2.2": st.sets(st.sampled_from(["policy", "internal", "external"])).map(
        lambda told: tuple(each for each in ("policy", "internal", "external") if each in told)
    ),
}
TEXT = st.one_of(
    st.text(
        st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], include_characters="\n\t\x85",
                      exclude_characters="\ufffe\uffff"),
        min_size=1,
        max_size=40,
    ),
    st.sampled_from(["=1+1", "+3", "-2", "@x", "#N/A", "1.10", "no", "2025-01-01", " a ", "x [y]", "a: b # c", "'", '"', "\n"]),
).filter(lambda text: not holds_contact(text))  # fmt: skip
WORDS = st.dictionaries(st.sampled_from(["en", "fr", "ar", "no", "de"]), TEXT, min_size=1, max_size=3)
NO_WORDS = st.just({}) | WORDS
DAYS = st.dates(min_value=date(1900, 1, 1), max_value=date(2024, 5, 1))
DAY = DAYS.map(lambda day: day.isoformat())
LINK = st.sampled_from(["", "https://town.example/a?b=c#d", "http://x"])
EVIDENCE = st.builds(Evidence, title=TEXT, date=st.just("") | DAY, page=st.just("") | TEXT, url=LINK)
RATERS = st.lists(
    st.builds(
        Rater, id=st.sampled_from(["officer", "forum", "1", "no", "a.b"]), role=WORDS, kind=st.sampled_from(KINDS)
    ),
    min_size=1,
    max_size=3,
    unique_by=lambda rater: rater.id,
)


@st.composite
def assessments(draw, framework):
    raters = tuple(draw(RATERS))
    pairs = st.tuples(st.sampled_from(sorted(RESPONSES)), st.sampled_from([rater.id for rater in raters]))

    def response(question):
        return RESPONSES[question] | st.sampled_from(NOT_ON_THE_SCALE)

    answers = tuple(
        Answer(
            question,
            rater,
            draw(response(question)),
            stage=draw(st.sampled_from(STAGES)),
            evidence=tuple(draw(st.lists(EVIDENCE, max_size=2))),
            on_behalf_of=draw(NO_WORDS),
            confidence=draw(st.sampled_from(["", "high", "medium", "low"])),
            note=draw(NO_WORDS),
            date=draw(st.just("") | DAY),
            adopted_from=draw(st.sampled_from(["", "gcm/2024:15"])),
        )
        for question, rater in draw(st.lists(pairs, max_size=5, unique=True))
    )
    agreed = tuple(
        Agreed(question, draw(response(question)), draw(WORDS), draw(WORDS), draw(st.sampled_from(STAGES)))
        for question in sorted({answer.question for answer in answers})
        if draw(st.booleans())
    )
    holders = st.dictionaries(
        st.sampled_from(sorted(RESPONSES)), st.sampled_from(["municipal", "national"]), max_size=2
    )
    made = Assessment(
        id=draw(st.sampled_from(["2025", "first-try"])),
        framework=framework.id,
        framework_edition=framework.edition,
        edition=draw(st.sampled_from(["2025", "1.10", "pilot"])),
        date="2024-05-20",
        scan=draw(st.sampled_from(["full", "quick"])),
        raters=raters,
        answers=answers,
        agreed=agreed,
        holders=draw(holders),
        note=draw(NO_WORDS),
    )
    return in_order(made, framework)
