"""Practices: failures are never empty, what is mandatory is there, money has its year."""

import pytest

from cosmopolis.catalogue.schema import schema_named

FILE = "practices/classes.yaml"
FAILURES = "failures: {en: Too few rooms in winter.}"


@pytest.mark.parametrize("said", ['{en: "-"}', '{en: " "}', '{en: "...", es: "–"}'])
def test_a_practice_without_failures_is_refused(governed, said):
    governed.change(FILE, FAILURES, f"failures: {said}")
    line = governed.line(FILE, "failures:")
    assert governed.places() == [("governance_files.no_failures", FILE, line, "failures")]
    assert "Others learn most from what went wrong" in governed.words()[0]


@pytest.mark.parametrize("said", ["failures: {}", "failures:", 'failures: {en: ""}', 'failures: ""'])
def test_failures_left_blank_are_refused(governed, said):
    governed.change(FILE, FAILURES, said)
    assert {(file, line) for _, file, line, _ in governed.places()} == {(FILE, governed.line(FILE, "failures:"))}


def test_failures_in_one_language_are_enough(governed):
    governed.change(FILE, FAILURES, 'failures: {en: "-", es: Faltaron aulas en invierno.}')
    assert governed.faults() == ()


@pytest.mark.parametrize("key", schema_named("practice")["required"])
def test_what_is_mandatory_cannot_be_left_out(governed, key):
    lines = (governed.folder / FILE).read_text().splitlines(keepends=True)
    start = next(at for at, line in enumerate(lines) if line.startswith(f"{key}:"))
    end = next(at for at in range(start + 1, len(lines)) if not lines[at].startswith(" "))
    governed.write(FILE, "".join(lines[:start] + lines[end:]))
    told = [(fault.message_id, fault.values["value"]) for fault in governed.faults() if fault.values["file"] == FILE]
    assert told == [("catalogue.missing_key", key)]


@pytest.mark.parametrize(
    ("old", "new", "message", "part", "key"),
    [
        (
            "cost: {amount: 200000, currency: EUR, year: 2019}",
            "cost: {amount: 200000, currency: EUR}",
            "catalogue.missing_key",
            "cost",
            "cost.year",
        ),
        ("end: 2020-07\n", "", "governance_files.over_without_end", "status: ended", "status"),
        ("end: 2020-07\n", "end: 2017\n", "governance_files.ends_before_start", "end: 2017", "end"),
        ("expires: 2026-05-01", "expires: 2024-04-30", "governance_files.ends_before_start", "expires", "expires"),
        ("country: KEN", "country: KAN", "catalogue.unknown_country", "country", "country"),
        (
            "foreign_born_share: 0.21",
            "foreign_born_share: 21",
            "catalogue.out_of_range",
            "foreign_born_share",
            "foreign_born_share",
        ),
        (
            "eligibility: [asylum_seekers,",
            "eligibility: [asylum_seeker,",
            "catalogue.not_allowed",
            "eligibility",
            "eligibility #1",
        ),
        ("design: before_after", "design: before", "catalogue.not_allowed", "design: before", "results #1 › design"),
        ("verified: 2024-05-01", "verified: 2024-06-31", "catalogue.no_such_day", "verified", "verified"),
    ],
)
def test_a_practice_that_cannot_be_relied_on_is_refused(governed, old, new, message, part, key):
    governed.change(FILE, old, new)
    ((told, file, line, where),) = governed.places()
    assert (told, file, line, where) == (message, FILE, governed.line(FILE, part), key)


def test_an_ended_practice_may_have_begun_and_ended_in_the_same_year(governed):
    governed.change(FILE, "start: 2018", "start: 2020-09")
    governed.change(FILE, "end: 2020-07\n", "end: 2020\n")
    assert governed.faults() == ()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("expires: 2026-05-01", "expires: 2024-05-01"),  # run out: shown with a mark
        ("n: 140, ", ""),
        ("baseline: 140, result: 30,", ""),
        ("cost: {amount: 200000, currency: EUR, year: 2019}\n", ""),
        ("foreign_born_share: 0.21\n", ""),
    ],
)
def test_what_a_reader_is_only_warned_of_is_read(governed, old, new):
    governed.change(FILE, old, new)
    assert governed.faults() == ()
    assert governed.load().practices[0].id == "town-classes-2020-1"


def test_a_number_that_is_not_given_is_not_known(governed):
    governed.change(FILE, "baseline: 140, result: 30,", "")
    governed.change(FILE, "n: 140, ", "")
    governed.change(FILE, "foreign_born_share: 0.21\n", "")
    (practice,) = governed.load().practices
    (result,) = practice.results
    assert (result.baseline, result.result, result.n, practice.foreign_born_share) == (None, None, None, None)


def test_a_folder_holds_one_version_of_a_practice(governed):
    text = (governed.folder / FILE).read_text()
    governed.write("practices/earlier.yaml", text.replace("version: 2", "version: 1"))
    ((message, file, line, key),) = governed.places()
    assert (message, file, key) == ("governance_files.id_twice", "practices/earlier.yaml", "id")
    assert line == 1
    assert "practices/classes.yaml" in governed.words()[0]
