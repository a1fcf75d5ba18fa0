"""An answer given once is offered elsewhere, never copied and never invented."""

import copy

import pytest
from assessment_builders import COUNTED, DECREE, assessed, framework, question
from hypothesis import given
from hypothesis import strategies as st

from cosmopolis.assessment.crosswalk import coverage, offers
from cosmopolis.vocabulary.assessment import Answer
from cosmopolis.vocabulary.framework import Crosswalk, Link, QuestionRef

TARGET = framework([question("T1"), question("T2", scale="yes_no"), question("T3")], pack="target")
REASON = {"en": "same service"}


def link(source, target, relation):
    return Link(QuestionRef(*source.split(":")), QuestionRef(*target.split(":")), relation, REASON)


def walk(*links):
    return (Crosswalk("walk", tuple(links)),)


def source(answers, *, scale="presence", year="2025"):
    pack = framework([question("S1", scale=scale), question("S2", scale=scale)], pack="source")
    return assessed(pack, answers, date=f"{year}-01-01", edition=year)


def told(found):
    return [(each.target.id, str(each.source), each.relation, each.suggestion) for each in found]


def test_an_equal_question_is_offered_both_ways_with_a_suggestion():
    assert told(offers([source({"S1": 0.5})], walk(link("source:S1", "target:T1", "equal")), TARGET)) == [
        ("T1", "source:S1", "equal", "partial")
    ]
    assert told(offers([source({"S1": 0.5})], walk(link("target:T1", "source:S1", "equal")), TARGET)) == [
        ("T1", "source:S1", "equal", "partial")
    ]


def test_part_of_read_from_the_other_side_is_contained():
    answered = [source({"S1": 1})]
    assert told(offers(answered, walk(link("source:S1", "target:T1", "part_of")), TARGET)) == [
        ("T1", "source:S1", "part_of", None)
    ]
    assert told(offers(answered, walk(link("target:T1", "source:S1", "part_of")), TARGET)) == [
        ("T1", "source:S1", "contains", None)
    ]


def test_related_questions_offer_evidence_and_no_suggestion():
    answer = Answer("S1", "a", "complete", evidence=(DECREE,))
    (offer,) = offers([source({"S1": answer})], walk(link("source:S1", "target:T1", "related")), TARGET)
    assert (offer.suggestion, offer.standing.evidence, offer.reason) == (None, (DECREE,), REASON)
    assert offer.adopted_from == "source/2025:S1"


@pytest.mark.parametrize("mark", ["?", None, "n", "o"])
def test_what_is_not_known_is_not_offered(mark):
    assert offers([source({"S1": mark, "S2": 1})], walk(link("source:S1", "target:T1", "equal")), TARGET) == ()


def test_complete_is_yes_and_partly_there_is_neither_yes_nor_no():
    crosswalk = walk(link("source:S1", "target:T2", "equal"))
    assert told(offers([source({"S1": 1})], crosswalk, TARGET))[0][3] == "yes"
    assert told(offers([source({"S1": 0.5})], crosswalk, TARGET))[0][3] is None


def test_a_number_is_taken_over_by_a_scale_of_numbers_and_by_no_other_unless_at_its_end():
    numbers = framework([question("T1", scale="counted")], pack="target")
    crosswalk = walk(link("source:S1", "target:T1", "equal"))
    assert COUNTED.goalposts == (0, 12)
    assert told(offers([source({"S1": 3}, scale="counted")], crosswalk, numbers))[0][3] == 3
    assert told(offers([source({"S1": 3}, scale="counted")], crosswalk, TARGET))[0][3] is None
    assert told(offers([source({"S1": 6}, scale="counted")], crosswalk, TARGET))[0][3] == "partial"
    assert told(offers([source({"S1": 1})], crosswalk, numbers))[0][3] is None


def test_the_latest_edition_that_answered_speaks():
    crosswalk = walk(link("source:S1", "target:T1", "equal"))
    both = [source({"S1": 1}, year="2025"), source({"S1": 0}, year="2023")]
    assert [(each.edition, each.suggestion) for each in offers(both, crosswalk, TARGET)] == [("2025", "complete")]
    not_asked_again = [source({"S1": None}, year="2025"), source({"S1": 0}, year="2023")]
    assert [each.edition for each in offers(not_asked_again, crosswalk, TARGET)] == ["2023"]


def test_an_answer_withdrawn_later_is_not_offered():
    crosswalk = walk(link("source:S1", "target:T1", "equal"))
    assert offers([source({"S1": "?"}, year="2025"), source({"S1": 0}, year="2023")], crosswalk, TARGET) == ()


def test_links_are_not_chained():
    crosswalk = walk(link("source:S1", "other:O1", "equal"), link("other:O1", "target:T1", "equal"))
    assert offers([source({"S1": 1})], crosswalk, TARGET) == ()


def test_answers_of_the_target_itself_are_not_offered_to_it():
    own = assessed(TARGET, {"T1": 1})
    assert offers([own], walk(link("target:T1", "target:T3", "equal")), TARGET) == ()


def test_equal_offers_come_first():
    crosswalk = walk(link("source:S1", "target:T1", "related"), link("source:S2", "target:T1", "equal"))
    assert [each.relation for each in offers([source({"S1": 1, "S2": 1})], crosswalk, TARGET)] == ["equal", "related"]


def test_coverage_counts_questions_and_not_offers():
    crosswalk = walk(
        link("source:S1", "target:T1", "equal"),
        link("source:S2", "target:T1", "related"),
        link("source:S1", "target:T2", "equal"),
        link("source:S2", "target:T3", "part_of"),
    )
    found = coverage([source({"S1": 0.5, "S2": "?"})], crosswalk, TARGET)
    # T3 is linked to an unknown answer; T2 cannot say "partly"
    assert (found.questions, found.linked, found.offered, found.equal, found.suggested) == (3, 3, 2, 2, 1)


SIDES = st.tuples(
    st.sampled_from(["source:S1", "source:S2", "source:gone"]),
    st.sampled_from(["target:T1", "target:T2", "target:gone"]),
    st.sampled_from(["equal", "part_of", "related"]),
    st.booleans(),
)


@given(
    st.dictionaries(st.sampled_from(["S1", "S2"]), st.sampled_from([0, 0.5, 1, "?", None, "n", "o"])),
    st.lists(SIDES, max_size=6),
)
def test_a_crosswalk_never_invents_an_answer_and_never_changes_one(answers, sides):
    position = source(answers)
    before = copy.deepcopy(position)
    links = [link(b, a, relation) if turned else link(a, b, relation) for a, b, relation, turned in sides]
    found = offers([position], walk(*links), TARGET)
    assert position == before
    known = {each.question.id for each in position.standings if each.state == "known"}
    linked = {(a.split(":")[1], b.split(":")[1]) for a, b, _, _ in sides}
    for offer in found:
        assert offer.source.question in known
        assert (offer.source.question, offer.target.id) in linked
        assert offer.suggestion is None or offer.relation == "equal"
        assert offer.standing in position.standings
