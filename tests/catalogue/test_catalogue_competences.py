"""Powers: a country's defaults under the city's own entries; what ships is whole, in six languages, and unchecked."""

import re

import pytest

from cosmopolis.catalogue import country_competence, shipped_competences
from cosmopolis.catalogue.schema import schema_named
from cosmopolis.language import LANGUAGES
from cosmopolis.vocabulary.competence import DUTIES

FUNCTIONS = schema_named("shared")["$defs"]["function"]["enum"]
PACKS = ("DEU", "ESP", "ITA", "XEX", "default")


def powers(country):
    return [(function, power) for function in country_competence(country).functions for power in function.powers]


def test_the_shipped_packs_are_these():
    assert shipped_competences() == PACKS


@pytest.mark.parametrize("pack", PACKS)
def test_a_pack_has_every_field_of_power_in_the_order_of_the_list(pack):
    told = country_competence(pack)
    assert [function.id for function in told.functions] == FUNCTIONS
    assert told.pack == pack
    assert all(function.discretion in {0, 1, 2, 3} for function in told.functions)


@pytest.mark.parametrize("pack", PACKS)
def test_no_entry_of_a_pack_is_said_to_be_checked_or_the_citys(pack):
    told = country_competence(pack).functions
    assert not any(function.verified or function.by_city for function in told)


@pytest.mark.parametrize("pack", PACKS)
def test_every_field_of_power_has_somebody_who_makes_its_rules_and_somebody_who_does_the_work(pack):
    told = country_competence(pack).functions
    # rents are between landlord and tenant, and a policy is not delivered
    assert {each.id for each in told if not each.levels("delivers")} <= {"rental_market", "migration_policy"}
    # what a city does of its own accord
    free = {"culture", "sport", "homelessness", "adult_education", "participation"}
    assert {each.id for each in told if not each.levels("legislates")} <= free


@pytest.mark.parametrize("pack", PACKS)
def test_the_duties_of_a_level_are_given_once(pack):
    for function, power in powers(pack):
        assert len(set(power.duties)) == len(power.duties), function.id
        assert set(power.duties) <= set(DUTIES)


@pytest.mark.parametrize("pack", PACKS)
def test_every_text_of_a_pack_is_in_six_languages_of_its_own(pack):
    told = country_competence(pack)
    texts = [told.note, *(text for f in told.functions for text in (f.forum, f.conflict, f.note) if text)]
    texts += [power.finance for _, power in powers(pack) if power.finance]
    for text in texts:
        assert set(text) == set(LANGUAGES)
        assert len(set(text.values())) == 6
        assert re.search("[\u0600-\u06ff]", text["ar"])
        assert re.search("[а-я]", text["ru"])
        assert re.search("[\u4e00-\u9fff]", text["zh"])


@pytest.mark.parametrize("pack", ["DEU", "ESP", "ITA"])
def test_every_power_of_a_real_country_names_its_law(pack):
    assert [(function.id, power.level) for function, power in powers(pack) if not power.legal_basis] == []


def test_every_law_of_the_invented_country_says_that_it_is_invented():
    assert [power.legal_basis for _, power in powers("XEX") if "(invented)" not in power.legal_basis] == []


def test_the_default_names_no_law():
    assert {power.legal_basis for _, power in powers("default")} == {""}


@pytest.mark.parametrize(
    ("country", "function", "level", "law"),
    [
        # Constitución española, art. 149.1.2ª: nationality, immigration, aliens and asylum are the State's alone
        ("ESP", "residence_permits", "national", "149.1.2"),
        # Ley 7/1985, arts. 15-17: the municipal register
        ("ESP", "registration", "city", "LBRL 7/1985"),
        # Grundgesetz, art. 74(1) no. 4: residence of aliens
        ("DEU", "residence_permits", "national", "74(1) no. 4"),
        # the Länder make the law of schools
        ("DEU", "school", "regional", "school laws of the Länder"),
        # Costituzione, art. 117(2)(b): immigration
        ("ITA", "residence_permits", "national", "117(2)(b)"),
        # legge 328/2000, art. 6: functions of municipalities
        ("ITA", "social_assistance", "city", "l. 328/2000 art. 6"),
    ],
)
def test_a_power_rests_on_the_law_that_gives_it(country, function, level, law):
    found = country_competence(country).function(function)
    (power,) = [power for power in found.powers if power.level == level]
    assert law in power.legal_basis


def test_a_country_without_a_pack_has_the_default_under_its_own_name():
    told = country_competence("KEN")
    assert (told.country, told.pack) == ("KEN", "default")
    assert told.functions == country_competence("default").functions


def test_the_citys_entry_replaces_the_countrys_as_a_whole(governed):
    told = governed.load().competence
    school = told.function("school")
    assert (school.by_city, school.verified, school.discretion) == (True, True, 2)
    assert [power.level for power in school.powers] == ["national", "city"]  # the region of the default is gone
    assert school.levels("delivers") == ("city",)
    assert [function.id for function in told.functions] == FUNCTIONS
    assert [function.id for function in told.functions if function.by_city] == ["school"]


def test_gaps_come_in_the_order_of_their_rank(governed):
    assert [gap.id for gap in governed.load().competence.gaps] == ["first", "second"]


def test_a_field_of_power_nobody_knows_is_told(governed):
    governed.change("competence.yaml", "id: school", "id: schools")
    ((message, _, line, key),) = governed.places()
    assert (message, line, key) == ("catalogue.not_in_list_near", 2, "functions schools › id")
