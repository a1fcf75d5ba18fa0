"""Packs: a good one becomes what it says, every mistake has its words, file and line."""

# ruff: noqa: E501, ISC004 (one mistake a line)

import ast
from pathlib import Path

import jsonschema
import pytest
from framework_samples import PACK, WORDS, write_pack
from referencing import Registry, Resource

from cosmopolis.catalogue import check_framework, city_framework_faults, city_frameworks, load_framework
from cosmopolis.catalogue.frameworks import shipped_frameworks
from cosmopolis.catalogue.schema import Checker, schema_named
from cosmopolis.catalogue.text import content_folder, text_of, yaml_tree
from cosmopolis.errors import ContentError
from cosmopolis.language import LANGUAGES, language
from cosmopolis.vocabulary.framework import Aggregation, Category, Dimension, Option, Question, Scale, Topic

OURS = ["framework", "framework_words", "crosswalk", "crosswalk_words", "assessment"]
SHIPPED = sorted(each.name for each in content_folder().joinpath("frameworks").iterdir() if each.is_dir())


def test_a_pack_becomes_what_it_says(tmp_path):
    pack = load_framework(write_pack(tmp_path / "town", fr=WORDS.replace("Town check", "Contrôle")))
    assert (pack.id, pack.edition, pack.level, pack.valid_to) == ("town-check", "2026", "city", "2030-12-31")
    assert pack.title == {"en": "Town check", "fr": "Contrôle"}
    assert pack.aggregation == Aggregation("arithmetic", ("dimension",), 0.65)
    assert pack.categories == (
        Category("low", 0.0, {"en": "Low", "fr": "Low"}),
        Category("high", 50.0, {"en": "High", "fr": "High"}),
    )
    assert pack.scales["asked"] == Scale(
        "asked",
        "yes_no",
        (Option("yes", 1.0, {"en": "Yes", "fr": "Yes"}), Option("no", 0.0, {"en": "No", "fr": "No"})),
    )
    assert pack.scales["offices"] == Scale("offices", "count", (), (0.0, 12.0))
    assert pack.dimensions[1] == Dimension("2", {"en": "Knowledge", "fr": "Knowledge"}, 0.5)
    assert pack.topics[0] == Topic("health", "1", {"en": "Health", "fr": "Health"})
    text = {"en": "Is care open to all?", "fr": "Is care open to all?"}
    quick = {"en": "It decides most.", "fr": "It decides most."}
    assert pack.question("1.1") == Question(
        "1.1", "1", "health", text, "presence", 1.0, "shared", "primary_health", ("GCM15",), ("L",), quick=quick
    )
    assert pack.question("1.10").weight == 2
    assert not pack.question("1.10").verified
    assert pack.question("2.1").note == {"en": "Count doors.", "fr": "Count doors."}
    assert [question.id for question in pack.asked("quick")] == ["1.1"]
    assert pack.provenance == {"L": {"en": "Published", "fr": "Published"}}
    assert pack.replaces == {"A1": "1.10"}


def test_the_checksum_changes_with_any_word_and_not_with_line_ends(tmp_path):
    one = load_framework(write_pack(tmp_path / "a")).sha256
    assert load_framework(write_pack(tmp_path / "b", PACK.replace("\n", "\r\n"))).sha256 == one
    assert load_framework(write_pack(tmp_path / "c", fr=WORDS.replace("Fully", "Tout"))).sha256 != one


def test_a_pack_of_one_language_is_whole(tmp_path):
    folder = write_pack(tmp_path / "town", PACK.replace("[en, fr]", "[en]"))
    (folder / "fr.yaml").unlink()
    assert load_framework(folder).languages == ("en",)


#: What is changed in the good pack, the line of the fault, words of its message.
PACK_MISTAKES = [
    ("publisher: Town network\n", "", 1, "publisher is missing"),
    ("level: city", "level: town", 3, "level is town, which is not known"),
    ("valid_to:", "valid_till:", 8, "nothing is called valid_till"),
    ("valid_to: 2030-12-31", "valid_to: 2023-12-31", 8, "valid_to is 2023-12-31, which is before 2024-01-01"),
    ("valid_from: 2024-01-01", "valid_from: 2024-02-30", 7, "2024-02-30, and there is no such day"),
    ("levels: [dimension]", "levels: [dimension, topic]", 10, "aggregation.levels is [dimension, topic]"),
    ("method: arithmetic", "method: none", 11, "the method is none"),
    ("{id: low, from: 0}", "{id: low, from: 10}", 11, "the category ranges begin at 10, 50"),
    ("{id: high, from: 50}", "{id: high, from: 0}", 11, "the category ranges begin at 0, 0"),
    ("{id: high, from: 50}", "{id: low, from: 50}", 11, "low is given a second time (at categories)"),
    ("{id: partial, value: 0.5}", "{id: partial, value: 1.5}", 13, "is 1.5; it lies between 0 and 1"),
    ("{id: partial, value: 0.5}", "{id: partial, value: 1}", 13, "the options partial and complete are both worth 1"),
    ("{id: partial, value: 0.5}", "{id: absent, value: 0.5}", 13, "absent is given a second time"),
    ("{id: partial, value: 0.5}", "{id: unknown, value: 0.5}", 13, "an option of scales.presence is called unknown"),
    ('{id: "no", value: 0}', '{id: "no", value: 0.5}', 14, "not exactly yes with 1 and no with 0"),
    (', {id: "no", value: 0}', "", 14, "not exactly yes with 1 and no with 0"),
    ("goalposts: [0, 12]", "goalposts: [3, 3.0]", 15, "both ends of scales.offices.goalposts are 3"),
    (", goalposts: [0, 12]", "", 15, "says neither which number is worst nor which is best"),
    ("goalposts: [0, 12]", "goalposts: [0, 12], options: [{id: a, value: 1}]", 15, "of the kind count, which has no opt"),
    ("{id: internal, value: 0.3}", "{id: internal, value: 0.4}", 16, "add up to 1.1, not to 1"),
    ("kind: stages", "kind: steps", 16, "scales reached › kind is steps"),
    ("provenance: [L]\n", "provenance: [L, L]\n", 17, "L is given a second time"),
    ("      - id: data\n", "      - id: health\n", 28, "health is given a second time (at topics); the first is in line 21"),
    ('id: "1.10"', 'id: "1.1"', 24, "1.1 is given a second time (at questions); the first is in line 23"),
    ('id: "1.10"', 'id: "1,10"', 24, "which does not have the form"),
    ("scale: presence", "scale: presense", 23, "scale is presense, which is not known"),
    ("function: statistics", "function: maths", 30, "function is maths, which is not known"),
    ("holder: shared", "holder: mayor", 23, "holder is mayor, which is not known"),
    ("provenance: [L], quick", "provenance: [Q], quick", 23, "provenance is Q, which is not known"),
    ("weight: 2", "weight: 0", 24, "questions.1.10.weight is 0"),
    ("weight: 2", "weight: -1", 24, "weight is -1; it lies between 0"),
    ("weight: 0.5", "weight: 0", 26, "dimensions.2.weight is 0"),
    ('{"A1": "1.10"}', '{"A1": "1.11"}', 32, "names the question 1.11, which town-check does not have. Nobody could "
     "say what is meant. The nearest are: 1.1, 1.10"),
    ('{"A1": "1.10"}', '{"A1": "1.10", A2: "1.10"}', 32, "replaces the earlier questions A1 and A2"),
    ("languages: [en, fr]", "languages: [en]", 9, "the file fr.yaml belongs to no language named here (en)"),
    ("languages: [en, fr]", "languages: [en, fr, fr]", 9, "fr is given a second time (at languages)"),
    ("quick: true", "quick: false", 11, "there are words for 1.1 (at quick), but nothing of that name"),
]  # fmt: skip

WORD_MISTAKES = [
    ("title: Town check\n", "", 1, "title is missing"),
    ('  "1.10": Was anybody asked?\n', "", 5, "there are no words for 1.10 (at questions)"),
    ('"1.10": Was', '"1.11": Was', 7, "there are words for 1.11 (at questions), but nothing of that name"),
    (', "2": {title: Knowledge}', "", 3, "there are no words for 2 (at dimensions)"),
    (", data: Data", "", 4, "there are no words for data (at topics)"),
    ("partial: Partly, ", "", 13, "there are no words for partial (at scales.presence)"),
    ("partial: Partly", "partial: Partly, some: Some", 13, "there are words for some (at scales.presence)"),
    ("  reached: {", "  reach: {", 12, "no words for policy, internal, external (at scales.reached)"),
    (", high: High", "", 16, "there are no words for high (at categories)"),
    ("{L: Published}", "{}", 17, "there are no words for L (at provenance)"),
    ('quick: {"1.1": It decides most.}\n', "", 1, "there are no words for 1.1 (at quick)"),
    ('notes: {"2.1": Count doors.}\n', "", 1, "there are no words for 2.1 (at notes)"),
    ("about: What a town does\n", "", 1, "there are no words for about"),
    ("Health, data", '"", data', 4, "topics.health has 0 entries"),
    ("notes: ", "remarks: ", 10, "nothing is called remarks"),
]


def told(folder):
    return [(language("en").fault(fault), fault.values) for fault in check_framework(folder)]


@pytest.mark.parametrize(("old", "new", "line", "words"), PACK_MISTAKES, ids=[words for *_, words in PACK_MISTAKES])
def test_a_mistake_in_a_pack_is_told_in_words_with_its_line(tmp_path, old, new, line, words):
    assert old in PACK
    found = [values for text, values in told(write_pack(tmp_path / "town", PACK.replace(old, new, 1))) if words in text]
    assert found, told(tmp_path / "town")
    assert found[0]["line"] == line


@pytest.mark.parametrize(("old", "new", "line", "words"), WORD_MISTAKES, ids=[words for *_, words in WORD_MISTAKES])
def test_a_mistake_in_the_words_of_one_language_is_told_in_its_file(tmp_path, old, new, line, words):
    assert old in WORDS
    everything = told(write_pack(tmp_path / "town", fr=WORDS.replace(old, new, 1)))
    found = [values for text, values in everything if words in text]
    assert [(values["file"], values["line"]) for values in found] == [("town/fr.yaml", line)], everything


def test_a_dimension_without_questions_is_told(tmp_path):
    pack = PACK.replace("replaces:", '  - {id: "3", topics: []}\nreplaces:')
    assert any("dimensions 3 › topics has 0 entries" in text for text, _ in told(write_pack(tmp_path / "town", pack)))


def test_everything_wrong_in_all_files_is_told_together(tmp_path):
    pack = PACK.replace("level: city", "level: town").replace("scale: presence", "scale: presense")
    words = WORDS.replace("topics: {health", "topics: {wealth")
    folder = write_pack(tmp_path / "town", pack.replace("[en, fr]", "[en, fr, ar]"), fr=words)
    files = [(fault.values["file"], fault.message_id) for fault in check_framework(folder)]
    assert files == [
        ("town/framework.yaml", "catalogue.not_allowed"),
        ("town/framework.yaml", "catalogue.not_allowed"),
        ("town/ar.yaml", "catalogue.no_file"),
        ("town/fr.yaml", "frameworks.no_words"),
        ("town/fr.yaml", "frameworks.words_for_nothing"),
    ]
    with pytest.raises(ContentError) as refused:
        load_framework(folder)
    assert len(refused.value.faults) == 5


def test_a_pack_that_is_no_folder_or_not_yaml_is_told(tmp_path):
    (fault,) = check_framework(tmp_path / "nowhere")
    assert fault.message_id == "frameworks.no_folder"
    faults = check_framework(write_pack(tmp_path / "town", "a: [b"))
    assert [fault.message_id for fault in faults] == ["catalogue.not_yaml"]


def test_a_pack_checked_from_within_its_folder_is_named_all_the_same(tmp_path, monkeypatch):
    monkeypatch.chdir(write_pack(tmp_path / "town", PACK.replace("level: city", "level: town")))
    (fault,) = check_framework(Path())
    assert fault.values["file"] == "town/framework.yaml"


def test_a_scale_without_zero_and_a_geometric_mean_are_allowed(tmp_path):
    pack = PACK.replace("method: arithmetic", "method: geometric").replace(
        "{id: absent, value: 0}", "{id: absent, value: 0.1}"
    )
    assert check_framework(write_pack(tmp_path / "town", pack)) == ()


def test_a_city_has_its_own_packs_beside_those_that_are_shipped(tmp_path):
    assert city_frameworks(tmp_path) == {}
    write_pack(tmp_path / "frameworks" / "town-check")
    assert list(city_frameworks(tmp_path)) == [("town-check", "2026")]
    write_pack(tmp_path / "frameworks" / "copy")
    (fault,) = city_framework_faults(tmp_path)
    assert fault.message_id == "frameworks.pack_twice"
    assert (fault.values["file"], fault.values["first"]) == ("town-check/framework.yaml", "copy")
    with pytest.raises(ContentError):
        city_frameworks(tmp_path)


def registry():
    names = ["shared", *OURS]
    return Registry().with_resources(
        (f"{name}.schema.json", Resource.from_contents(schema_named(name))) for name in names
    )


@pytest.mark.parametrize("name", OURS)
def test_our_schemas_are_json_schemas_and_use_only_words_that_our_checker_knows(name):
    schema = schema_named(name)
    jsonschema.Draft202012Validator.check_schema(schema)
    known = {"type", "properties", "additionalProperties", "required", "items", "enum", "pattern", "minimum", "maximum",
             "minItems", "maxItems", "minLength", "maxLength", "propertyNames", "$ref", "$defs", "$schema", "$id",
             "title", "description", "minProperties", "x-example"}  # fmt: skip

    def words(part, *, names):
        for key, value in part.items():
            assert names or key in known, key
            if isinstance(value, dict):
                words(value, names=not names and key in ("properties", "$defs"))

    words(schema, names=False)


@pytest.mark.parametrize(("schema", "text"), [("framework", PACK), ("framework_words", WORDS)])
def test_our_checker_and_the_full_json_schema_agree(schema, text):
    plain = Checker(schema, "x").plain(yaml_tree(text, "x")[0])
    validator = jsonschema.Draft202012Validator(schema_named(schema), registry=registry())
    assert list(validator.iter_errors(plain)) == []
    plain["title" if schema == "framework_words" else "framework"] = {}
    assert len(list(validator.iter_errors(plain))) == 1


def test_every_fault_told_in_our_files_has_words_in_every_language():
    source = Path(str(content_folder())).parent
    ours = [
        constant.value
        for path in (*source.glob("catalogue/*.py"), *source.glob("publication/assessment_form.py"))
        for constant in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(constant, ast.Constant) and str(constant.value).startswith("frameworks.")
    ]
    assert len(ours) > 30
    missing = [(code, told) for code in LANGUAGES for told in ours if told[-1] != "." and not language(code).has(told)]
    assert missing == []


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_pack_is_whole_in_six_languages(name):
    folder = content_folder().joinpath("frameworks", name)
    assert [language("en").fault(fault) for fault in check_framework(folder)] == []
    assert load_framework(folder).languages == ("en", "fr", "es", "zh", "ar", "ru")


@pytest.mark.parametrize("name", SHIPPED)
def test_our_checker_and_the_full_json_schema_agree_on_a_shipped_pack(name):
    for file in sorted(content_folder().joinpath("frameworks", name).iterdir(), key=lambda each: each.name):
        schema = "framework" if file.name == "framework.yaml" else "framework_words"
        checker = Checker(schema, file.name)
        plain = checker.plain(yaml_tree(text_of(file, file.name), file.name)[0])
        jsonschema.Draft202012Validator(schema_named(schema), registry=registry()).validate(plain)


def test_shipped_packs_are_found_by_id_and_edition():
    found = shipped_frameworks()
    assert all((pack.id, pack.edition) == key for key, pack in found.items())
    assert len(found) == len(SHIPPED)
