"""Noise tables, floors and facts: exactly what their sources say."""

import ast
from itertools import pairwise
from pathlib import Path

import pytest

import cosmopolis.catalogue
from cosmopolis.catalogue import facts, floors, noise_profile
from cosmopolis.language.speech import LANGUAGES, language


def probabilities(row):
    bounds = [0, *(bound for _, bound in row)]
    return [(high - low) / 1e8 for low, high in pairwise(bounds)]


@pytest.mark.parametrize(
    ("name", "largest", "variance", "hidden", "rows"), [("census_strict", 5, 3, 2, 9), ("census_light", 2, 1.08, 1, 5)]
)
def test_a_noise_profile_keeps_its_bounds(name, largest, variance, hidden, rows):
    profile = noise_profile(name)
    assert (profile.largest_deviation, profile.variance, profile.never_published) == (largest, variance, hidden)
    assert len(profile.rows) == rows
    assert profile.rows[0] == ((0, 100_000_000),)
    for count, row in enumerate(profile.rows[1:], start=1):
        chances = probabilities(row)
        mean = sum(chance * deviation for chance, (deviation, _) in zip(chances, row, strict=True))
        spread = sum(chance * deviation**2 for chance, (deviation, _) in zip(chances, row, strict=True))
        # unbiased, and no wider than promised: the table is rounded to eight digits
        assert mean == pytest.approx(0, abs=1e-6)
        assert spread <= variance + 1e-6
        assert all(abs(deviation) <= largest for deviation, _ in row)
        assert not {count + deviation for deviation, _ in row} & set(range(1, hidden + 1))


def test_small_counts_become_nobody_as_often_as_the_domain_reference_says():
    # privacy, 1.2: a count of 1 / 2 / 3 is published as 0 with these probabilities
    strict, light = noise_profile("census_strict").rows, noise_profile("census_light").rows
    assert [round(strict[count][0][1] / 1e8, 3) for count in (1, 2, 3)] == [0.734, 0.409, 0.204]
    assert [round(light[count][0][1] / 1e8, 3) for count in (1, 2)] == [0.513, 0.166]
    assert light[3][0][0] == -1


def test_a_large_count_stays_unchanged_as_often_as_the_domain_reference_says():
    for name, chance in (("census_strict", 0.229), ("census_light", 0.364)):
        row = noise_profile(name).rows[-1]
        unchanged = dict(zip((deviation for deviation, _ in row), probabilities(row), strict=True))[0]
        assert unchanged == pytest.approx(chance, abs=5e-4)


def test_the_floors_are_those_of_the_domain_reference():
    told = floors()
    assert (told.area_persons, told.origin_persons, told.single_attribute_persons) == (500, 50, 50)
    assert (told.dissimilarity_group_persons, told.dissimilarity_noisy_persons) == (100, 300)
    assert (told.breakdown_budget, told.breakdown_stop) == (5, 8)


def test_the_headline_figures_of_the_world_are_there_with_their_source():
    told = {fact.id: fact for fact in facts()}
    shares = [told[f"urban_share_{year}"].value for year in (1950, 2014, 2050)]
    assert shares == [0.30, 0.54, 0.66]
    assert all(fact.source and fact.url.startswith("https://") and fact.year for fact in told.values())


def test_growth_is_computed_and_contradicts_almost_double():
    told = {fact.id: fact for fact in facts()}
    # (6.4 - 3.9) / 3.9
    assert told["urban_population_growth"].value == pytest.approx(0.641, abs=5e-4)
    assert told["urban_population_growth"].conflict


def test_one_in_five_is_kept_in_both_wordings_with_its_conflict():
    told = {fact.id: fact for fact in facts()}
    both = [told["foreign_born_in_gateway_cities"], told["migrants_in_largest_cities"]]
    assert [fact.value for fact in both] == [0.2, 0.2]
    assert all(fact.conflict == f"fact.{fact.id}.conflict" for fact in both)


def test_urban_shares_agree_with_the_file_of_the_united_nations(data_folder):
    import openpyxl

    book = openpyxl.load_workbook(data_folder / "un_wup2018" / "WUP2018-F02-Proportion_Urban.xlsx", read_only=True)
    rows = book["Data"].iter_rows(min_row=17, max_row=18, values_only=True)
    world = dict(zip(*([str(cell) for cell in row] for row in rows), strict=True))
    assert world["Region, subregion, country or area"] == "WORLD"
    told = {fact.id: fact.value for fact in facts()}
    assert round(float(world["1950"]) / 100, 2) == told["urban_share_1950"]
    # 54 percent is of 2014; the file knows 2015, one year later
    assert round(float(world["2015"]) / 100, 2) == told["urban_share_2014"]
    assert round(float(world["2050"]) / 100, 3) == told["urban_share_2050_revised"]
    assert told["urban_share_2050"] < told["urban_share_2050_revised"]


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_fact_has_its_words_in_every_language(code):
    for fact in facts():
        assert language(code).has(f"fact.{fact.id}")
        assert not fact.conflict or language(code).has(fact.conflict)


def message_ids():
    """Every message id that the room can raise, out of its syntax trees."""
    for path in Path(cosmopolis.catalogue.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith("catalogue."):
                yield node.value
            elif isinstance(node, ast.Call):
                called = getattr(node.func, "attr", getattr(node.func, "id", ""))
                place = {"_fault": 0, "_at": 2}.get(called)
                argument = node.args[place] if place is not None and len(node.args) > place else None
                if isinstance(argument, ast.Constant):
                    yield f"catalogue.{argument.value}"


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_fault_has_its_words_in_every_language(code):
    ids = sorted(set(message_ids()) - {"catalogue."})
    assert len(ids) > 50
    assert [message_id for message_id in ids if not language(code).has(message_id)] == []


@pytest.mark.parametrize("code", LANGUAGES)
def test_whom_a_shipped_recipe_counts_has_its_words_in_every_language(code):
    from cosmopolis.catalogue import shipped_recipes

    wanted = {f"universe.{recipe.universe}" for recipe in shipped_recipes().values() if recipe.universe}
    assert [message_id for message_id in sorted(wanted) if not language(code).has(message_id)] == []
