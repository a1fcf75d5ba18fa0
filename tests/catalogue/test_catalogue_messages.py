"""What a newcomer is told about a mistake: one message, where it is, and how to write it."""

# ruff: noqa: E501 (one mistake a line)

import pytest

from cosmopolis.catalogue.text import Unreadable, text_of, yaml_tree
from cosmopolis.language import language

#: File, what stands there, what is written instead, the only message.
MISTAKES = [
    ("plan.yaml", "as_of: 2024-12-31", "as_of: 31.12.2024", "as_of is 31.12.2024, which does not have the form needed. It cannot be guessed what is meant. Write it like this one: 2025-09-30."),
    ("plan.yaml", "as_of: 2024-12-31", "as_of: 2024-13-31", "as_of is 2024-13-31, which does not have the form needed"),
    ("plan.yaml", "as_of: 2024-12-31", "as_of: 2024-02-30", "as_of is 2024-02-30, and there is no such day"),
    ("services.yaml", "yearly_cost: 40000, currency: EUR", "yearly_cost: 40000, currency: Euro", "policies mother-tongue › currency is Euro, which does not have the form needed. It cannot be guessed what is meant. Write it like this one: EUR."),
    ("plan.yaml", 'reference: "own:1.02"', "reference: question 2", "commitments promise › reference is question 2, which does not have the form needed. It cannot be guessed what is meant. Write it like this one: migof-urban:1.10."),
    ("inputs.yaml", "text: {en: Open more classes.}", "text: Open more classes.", "inputs more-classes › text is Open more classes., but several named values belong here. It would not be known which one is meant. Write it like this: {en: Open more classes.}."),
    ("plan.yaml", "partners: [parents]", "partners: parents", "actions open-classes › partners is parents, but a list belongs here, even for a single entry. It could not be read otherwise. Write it in square brackets: [parents]."),
    ("plan.yaml", "status: running\n", "status: [running]\n", "actions open-classes › status is [...], but a single value belongs here. It could not be read otherwise. Write it like this: proposed."),
    ("services.yaml", "yearly_cost: 40000", "yearly_cost: 40.000", "policies mother-tongue › yearly_cost is 40.000, which would be read as 40. A point stands before decimals, never between thousands. Write 40000."),
    ("coordination.yaml", "amount: 5000, currency: EUR", "amount: 5.000.000, currency: EUR", "agreements school-pact › amount is 5.000.000, with a sign between the thousands. It could be read as another number. Write 5000000."),
    ("services.yaml", "seats: 12,", "seats: 12.000,", "bodies council › seats is 12.000, which would be read as 12. A point stands before decimals, never between thousands. Write 12000."),
    ("plan.yaml", "functions: [school]", "functions: [schools]", "actions open-classes › functions #1 is schools, which is not known. It cannot be guessed. Did you mean school, preschool? All values are in docs/governance.md, in the list function."),
    ("plan.yaml", "functions: [school]", "functions: [zzz]", "actions open-classes › functions #1 is zzz, which is not known. It cannot be guessed. Write a value of the list function in docs/governance.md."),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "words"), MISTAKES, ids=[new for *_, new, _ in MISTAKES])
def test_a_mistake_is_one_message_that_says_how_to_write_it(governed, file, old, new, words):
    governed.change(file, old, new)
    (told,) = governed.words()
    assert words in told


@pytest.mark.parametrize("number", ["40000.5", "40.5", "40.00", "0.125e3"])
def test_an_amount_with_decimals_is_an_amount(governed, number):
    governed.change("services.yaml", "yearly_cost: 40000", f"yearly_cost: {number}")
    assert governed.faults() == ()


def test_a_number_that_is_no_amount_may_have_three_decimals(governed):
    governed.change("plan.yaml", "baseline: 120", "baseline: 12.345")
    assert governed.faults() == ()


def test_references_to_a_file_that_is_missing_are_one_message_with_their_number(governed):
    (governed.folder / "actors.yaml").unlink()
    told = [words for words in governed.words() if "actors.yaml" in words]
    assert len(told) == 1
    assert "entries of actors in actors.yaml are named here and elsewhere (" in told[0]


def test_an_empty_file_is_one_message(governed):
    governed.write("actors.yaml", "# nothing yet\n")
    (told,) = governed.words()
    assert told.startswith("The file actors.yaml is empty.")
    assert "Fill in actors, or take the file away." in told


@pytest.mark.parametrize(("text", "shown"), [("- a\n", "[...]"), ("hello\n", "hello")])
def test_a_file_that_is_no_mapping_is_told_which_keys_it_begins_with(governed, text, shown):
    governed.write("actors.yaml", text)
    (told, *_) = governed.words()
    assert told.startswith(f"actors.yaml, line 1: the file begins with {shown}, not with a key.")
    assert told.endswith("Begin a line with each key and a colon: actors.")


#: A text of every file in which a city writes in its own words.
TEXTS = [
    ("plan.yaml", "text: {en: Every child has a class.}", "goals classes › text.en"),
    ("services.yaml", "name: {en: Department of Schools}", "departments schools › name.en"),
    ("services.yaml", "name: {en: Council of Newcomers}", "bodies council › name.en"),
    ("coordination.yaml", "title: {en: School pact}", "agreements school-pact › title.en"),
    ("coordination.yaml", "source: {en: Integration fund}", "funding fund › source.en"),
]


@pytest.mark.parametrize(("file", "text", "key"), TEXTS, ids=[key for *_, key in TEXTS])
def test_no_text_holds_an_address_or_number(governed, file, text, key):
    head = text.split(" {")[0]
    governed.change(file, text, f"{head} {{en: Ask maria@town.example}}")
    (fault,) = governed.faults()
    assert (fault.message_id, fault.values["file"], fault.values["key"]) == (
        "governance_files.contact_in_text", file, key,
    )  # fmt: skip


def test_the_office_behind_a_practice_is_named_without_its_number(governed):
    text = (governed.folder / "practices" / "classes.yaml").read_text()
    (line,) = [line for line in text.splitlines() if line.startswith("contact_role:")]
    governed.change("practices/classes.yaml", line, 'contact_role: {en: "School office, tel. 915 550 123"}')
    assert [told for told, *_ in governed.places()] == ["governance_files.contact_in_text"]


def test_a_tab_is_told_as_a_tab():
    with pytest.raises(Unreadable) as refused:
        yaml_tree("a:\n\tb: 1\n", "a.yaml")
    assert language("en").fault(refused.value.fault).startswith("a.yaml, line 2: the line begins with a tab.")


def test_a_file_that_is_no_text_is_told_as_such(tmp_path):
    (tmp_path / "a.yaml").write_bytes(b"PK\x03\x04\x00\x00")
    with pytest.raises(Unreadable) as refused:
        text_of(tmp_path / "a.yaml", "a.yaml")
    assert refused.value.fault.message_id == "catalogue.not_text"
    (tmp_path / "a.yaml").write_bytes("a: 1".encode("utf-16"))
    with pytest.raises(Unreadable) as refused:
        text_of(tmp_path / "a.yaml", "a.yaml")
    assert refused.value.fault.message_id == "catalogue.not_utf8"
