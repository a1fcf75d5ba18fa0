"""Actors and inputs: organisations and what they said, with an answer; nobody's name, address or number."""

import pytest

from cosmopolis.catalogue.spots import PERSON_KEYS
from cosmopolis.language import LANGUAGES


@pytest.mark.parametrize(
    ("old", "new", "message", "part", "key"),
    [
        (
            "    reason: {en: The waiting list is long.}\n",
            "",
            "decision_without_reason",
            "decision",
            "inputs more-classes › decision",
        ),
        ("    answered: 2024-03-15\n", "", "decision_without_answer", "decision", "inputs more-classes › decision"),
        (
            "actor_type: migrant_association",
            "actor_type: ngo",
            "actor_type_differs",
            "actor_type: ngo",
            "inputs more-classes › actor_type",
        ),
        (
            "Open more classes.",
            "Write to maria@harbour.example.",
            "address_in_text",
            "maria",
            "inputs more-classes › text.en",
        ),
        ("Open more classes.", "Call +34 600 123 456.", "address_in_text", "Call", "inputs more-classes › text.en"),
        ("The waiting list is long.", "Ask 0171 2345678.", "address_in_text", "Ask", "inputs more-classes › reason.en"),
    ],
)
def test_an_input_that_breaks_a_rule_is_refused(governed, old, new, message, part, key):
    governed.change("inputs.yaml", old, new)
    told = f"governance_files.{message}"
    assert governed.places() == [(told, "inputs.yaml", governed.line("inputs.yaml", part), key)]


@pytest.mark.parametrize("decision", ["accepted", "partly", "rejected", "referred"])
def test_every_decision_has_a_reason_and_the_day_of_the_answer(governed, decision):
    governed.change("inputs.yaml", "decision: accepted", f"decision: {decision}")
    assert governed.faults() == ()
    governed.change("inputs.yaml", "    answered: 2024-03-15\n", "")
    governed.change("inputs.yaml", "    reason: {en: The waiting list is long.}\n", "")
    assert [told for told, *_ in governed.places()] == [
        "governance_files.decision_without_reason",
        "governance_files.decision_without_answer",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Between 2019 and 2024 the list grew from 1 200 to 3 400.",
        "It would cost 1 250 000 EUR, +12 000 more a year.",
        "See decision 2024-03-15/0231.",
        "Children of 0 to 14 years; rooms 01-04 and 0.5 posts.",
        "Open from 07:30 to 16:00 on 01/02/2024.",
    ],
)
def test_numbers_of_other_kinds_are_no_telephone_numbers(governed, text):
    governed.change("inputs.yaml", "text: {en: Open more classes.}", f'text: {{en: "{text}"}}')
    assert governed.faults() == ()


def test_an_input_may_be_given_without_a_name(governed):
    governed.change("inputs.yaml", "    actor: parents\n", "")
    assert governed.faults() == ()


def test_an_address_is_kept_only_with_consent(governed):
    governed.change("actors.yaml", "    contact_consent: true\n", "")
    line = governed.line("actors.yaml", "office@club.example")
    place = ("governance_files.contact_without_consent", "actors.yaml", line, "actors club › contact_role.en")
    assert governed.places() == [place]
    assert "club, which has not agreed" in governed.words()[0]


@pytest.mark.parametrize("key", sorted(PERSON_KEYS))
def test_there_is_no_key_for_a_person(governed, key):
    governed.change("actors.yaml", "    type: club", f"    {key}: X\n    type: club")
    ((message, file, line, where),) = governed.places()
    assert (message, file, where) == ("governance_files.person_key", "actors.yaml", f"actors club › {key}")
    assert line == governed.line("actors.yaml", f"    {key}: X")


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize(
    ("file", "entry"),
    [
        ("inputs.yaml", "    channel: letter"),
        ("plan.yaml", "    department: schools"),
        ("coordination.yaml", "    date: 2024-05-02"),
        ("practices/classes.yaml", "licence: CC BY 4.0"),
    ],
)
def test_a_persons_name_is_refused_in_every_file_and_language(governed, file, entry, code):
    indent = entry[: len(entry) - len(entry.lstrip())]
    governed.change(file, entry, f"{indent}author: X\n{entry}")
    (told,) = governed.words(code)
    assert "author" in told
    assert file in told
