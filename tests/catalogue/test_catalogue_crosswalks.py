"""Crosswalks: links are read with their reasons, and those that cannot be are told."""

import pytest
from framework_samples import PACK, write_pack

from cosmopolis.catalogue import (
    city_crosswalk_faults,
    city_crosswalks,
    crosswalk_faults,
    load_crosswalk,
    load_framework,
)
from cosmopolis.catalogue.crosswalks import shipped_crosswalks
from cosmopolis.catalogue.frameworks import shipped_frameworks
from cosmopolis.errors import ContentError
from cosmopolis.language import language
from cosmopolis.vocabulary.framework import Crosswalk, Link, QuestionRef

MAIN = """\
crosswalk: a--b
languages: [en, fr]
links:
  - {from: "a:1.1", to: "b:1.1", relation: equal, reason: same}
  - {from: "a:2.1", to: "b:1.10", relation: part_of, reason: part}
"""
REASONS = "reasons:\n  same: The same is asked.\n  part: It is one part.\n"


def write(folder, main=MAIN, en=REASONS, fr=REASONS):
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in (("crosswalk", main), ("en", en), ("fr", fr)):
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def frameworks(tmp_path):
    packs = [load_framework(write_pack(tmp_path / id_, PACK.replace("town-check", id_))) for id_ in "abc"]
    return {(pack.id, pack.edition): pack for pack in packs}


def told(faults):
    return [language("en").fault(fault) for fault in faults]


def test_a_crosswalk_becomes_what_it_says(tmp_path):
    crosswalk = load_crosswalk(write(tmp_path / "x"))
    both = {"en": "The same is asked.", "fr": "The same is asked."}
    assert crosswalk.id == "a--b"
    assert crosswalk.links[0] == Link(QuestionRef("a", "1.1"), QuestionRef("b", "1.1"), "equal", both)
    assert [link.line for link in crosswalk.links] == [4, 5]


def test_good_links_have_no_faults(tmp_path, frameworks):
    assert crosswalk_faults([load_crosswalk(write(tmp_path / "x"))], frameworks) == ()


@pytest.mark.parametrize(
    ("old", "new", "file", "line", "words"),
    [
        ("relation: equal", "relation: same", "crosswalk", 4, "relation is same, which is not known"),
        ('"a:1.1"', '"a 1.1"', "crosswalk", 4, "links #1 › from is a 1.1"),
        ('to: "b:1.1"', 'to: "a:1.1"', "crosswalk", 4, "a:1.1 is linked to a:1.1, a question of the same framework"),
        ("reason: part", "reason: whole", "en", 1, "there are no words for whole (at reasons)"),
        ("reason: part", "reason: same", "fr", 3, "there are words for part (at reasons)"),
        ("[en, fr]", "[en]", "crosswalk", 2, "the file fr.yaml belongs to no language"),
    ],
)
def test_a_mistake_is_told_with_its_file_and_line(tmp_path, old, new, file, line, words):
    write(tmp_path / "crosswalks" / "x", MAIN.replace(old, new, 1))
    faults = city_crosswalk_faults(tmp_path)
    found = [fault.values for fault in faults if words in language("en").fault(fault)]
    assert (f"x/{file}.yaml", line) in [(values["file"], values["line"]) for values in found], told(faults)
    with pytest.raises(ContentError):
        city_crosswalks(tmp_path)


def test_a_city_without_crosswalks_has_none(tmp_path):
    assert city_crosswalks(tmp_path) == ()


def test_unknown_frameworks_and_questions_are_told_with_those_that_are_known(tmp_path, frameworks):
    main = MAIN.replace('"a:1.1"', '"z:1.1"').replace('"b:1.10"', '"b:1.100"')
    one, other = crosswalk_faults([load_crosswalk(write(tmp_path / "x", main))], frameworks)
    assert "from is z, which is not known. It cannot be guessed. Write one of: a, b, c" in told([one])[0]
    assert one.values["line"] == 4
    assert "names the question 1.100, which b does not have" in told([other])[0]
    assert "1.10" in other.values["near"]


def link(source, target, relation="equal"):
    one, other = (QuestionRef(*each.split(":")) for each in (source, target))
    return Link(one, other, relation, {"en": "why"}, line=7)


def test_the_same_pair_twice_is_told_whichever_way_round(frameworks):
    walks = [Crosswalk("x", (link("a:1.1", "b:1.1"),)), Crosswalk("y", (link("b:1.1", "a:1.1", "related"),))]
    (fault,) = crosswalk_faults(walks, frameworks)
    assert fault.message_id == "frameworks.link_twice"
    assert (fault.values["file"], fault.values["first"]) == ("y/crosswalk.yaml", "x/crosswalk.yaml:7")


def test_a_chain_of_equals_that_joins_two_questions_of_one_framework_is_told(frameworks):
    # a:1.1 = b:1.1 = c:1.1 = a:2.1, across two files
    walks = [
        Crosswalk("x", (link("a:1.1", "b:1.1"), link("b:1.1", "c:1.1"))),
        Crosswalk("y", (link("c:1.1", "a:2.1"),)),
    ]
    (fault,) = crosswalk_faults(walks, frameworks)
    assert fault.message_id == "frameworks.equal_contradicts"
    assert {fault.values["value"], fault.values["target"]} == {"a:1.1", "a:2.1"}
    weaker = [walks[0], Crosswalk("y", (link("c:1.1", "a:2.1", "related"),))]
    assert crosswalk_faults(weaker, frameworks) == ()


def test_equal_links_that_close_a_circle_do_not_contradict(frameworks):
    walk = Crosswalk("x", (link("a:1.1", "b:1.1"), link("b:1.1", "c:1.1"), link("c:1.1", "a:1.1")))
    assert crosswalk_faults([walk], frameworks) == ()


def test_shipped_crosswalks_link_questions_that_are_there():
    assert told(crosswalk_faults(shipped_crosswalks(), shipped_frameworks())) == []


def test_reasons_may_be_in_one_language(tmp_path):
    folder = write(tmp_path / "x", MAIN.replace("[en, fr]", "[en]"))
    (folder / "fr.yaml").unlink()
    assert load_crosswalk(folder).links[1].reason == {"en": "It is one part."}
