"""What `protect` publishes of a table, under every policy."""

import numpy as np
import polars as pl
import pytest
from disclosure_cases import BY_AREA, CITY, FLOORS, LIGHT, NO_FLOORS, NONE, STRICT, atom, noise, table
from hypothesis import given, settings
from hypothesis import strategies as st

from cosmopolis.disclosure import protect
from cosmopolis.disclosure.keys import atom_keys, cell_parts, deviations, message
from cosmopolis.errors import DisclosureRefused
from cosmopolis.vocabulary.policy import Policy
from cosmopolis.vocabulary.table import Margin

BY_AREA_AND_GROUP = Margin("areas x groups", area_code="keep", group="keep")
BY_GROUP = Margin("groups", group="keep")


def shown(counted, *margins, policy=NONE, **other):
    other = {"city_area": "city", "floors": FLOORS} | other
    return protect(counted, policy=policy, margins=margins, **other)


def noisy(counted, *margins, floors=NO_FLOORS, profile=STRICT, secret=b"s" * 32, **other):
    key = noise(profile, secret)
    return shown(counted, *margins, policy=Policy(profile.name), floors=floors, noise=key, **other)


def values(protected, **wanted):
    return dict(protected.rows(**wanted).select("area_code", "value").iter_rows())


def cell(protected, **wanted):
    number = protected.quantity(**({"area_code": "city"} | wanted))
    return number.value, number.lower, number.upper, str(number.status)


# Policy none: the publisher's own counts


def test_a_sum_of_shown_counts_is_exact():
    found = shown(table(atom("a", 7), atom("b", 5)), CITY)
    assert cell(found) == (12, None, None, "A")
    assert found.frame["method_id"].to_list() == ["published_by_source"]
    assert (found.policy, found.source_ids) == ("none", ("s",))


def test_a_sum_with_suppressed_parts_is_the_interval_of_their_bounds():
    found = shown(table(atom("a", 100), atom("b", (1, 4)), atom("c", (1, 4))), CITY, BY_AREA)
    assert cell(found) == (None, 102, 108, "Q")
    assert cell(found, area_code="b") == (None, 1, 4, "Q")
    assert cell(found, area_code="a") == (100, None, None, "A")


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (["A", "P"], "P"), (["P", "E"], "E"), (["E", "B"], "B"), (["I", "U"], "I"), (["B", "F"], "F"),
    ],
)  # fmt: skip
def test_a_sum_has_the_status_of_its_least_sure_part(parts, expected):
    counted = table(*(atom(f"a{n}", 10, status=status) for n, status in enumerate(parts)))
    assert cell(shown(counted, CITY)) == (20, None, None, expected)


@pytest.mark.parametrize(("status", "expected"), [("O", "O"), ("L", "L")])
def test_a_sum_with_a_part_nobody_knows_has_no_value(status, expected):
    counted = table(atom("a", 10), atom("b", status), atom("c", (1, 4)))
    assert cell(shown(counted, CITY)) == (None, None, None, expected)


def test_what_cannot_exist_adds_nothing():
    assert cell(shown(table(atom("a", 10), atom("b", "M")), CITY)) == (10, None, None, "A")
    assert cell(shown(table(atom("b", "M")), CITY)) == (None, None, None, "M")


def test_combinations_without_an_atom_are_not_invented():
    counted = table(atom("a", 5, group="citizenship=X"), atom("b", 6, group="citizenship=Y"))
    assert shown(counted, BY_AREA_AND_GROUP).frame.height == 2


def test_codes_outside_a_mapping_are_left_out():
    counted = table(atom("a", 5, age_group="Y0T4"), atom("a", 6, age_group="Y5T9"), atom("a", 7, age_group="Y_U"))
    young = Margin("young", age_group={"Y0T4": "Y0T9", "Y5T9": "Y0T9"})
    assert cell(shown(counted, young), age_group="Y0T9") == (11, None, None, "A")
    assert shown(counted, Margin("nobody", age_group={})).frame.height == 0


def test_fractional_counts_add_up_the_same_in_any_order():
    parts = [atom(f"a{n}", value, indicator="population_mean") for n, value in enumerate([1e16, 1.5, -1e16, 0.25])]
    margin = Margin("city", indicators=("population_mean",))
    for order in (parts, parts[::-1]):
        assert cell(shown(table(*order), margin), indicator="population_mean") == (1.75, None, None, "A")


def test_policy_none_must_name_its_publisher_and_reason():
    with pytest.raises(DisclosureRefused, match="none_unreasoned"):
        shown(table(atom("a", 1)), CITY, policy=Policy("none", "Publisher", " "))


def test_two_tables_that_disagree_about_a_cell_are_refused():
    counted = table(atom("a", 1), atom("b", 2))
    with pytest.raises(DisclosureRefused, match="cell_twice"):
        shown(counted, CITY, Margin("only a", area_code={"a": "city"}))


# Noise


def test_a_key_is_the_head_of_a_keyed_hash_over_what_the_atom_is():
    import hashlib
    import hmac

    counted = table(atom("barri-01", 12, group="citizenship=DEU;birth=FRA", sex="F"))
    parts = ["area_code=barri-01", "birth=FRA", "citizenship=DEU", "indicator=population_stock", "sex=F"]
    assert cell_parts("population_stock", "barri-01", "F", "_T", "citizenship=DEU;birth=FRA") == parts
    texts = ["cosmopolis-ckm-1", "testville", *parts, "12"]
    by_hand = b"".join(len(t.encode()).to_bytes(4, "big") + t.encode() for t in texts)
    assert message(texts) == by_hand
    expected = int.from_bytes(hmac.new(b"s" * 32, by_hand, hashlib.sha256).digest()[:4], "big")
    assert atom_keys(counted.frame, noise()).to_list() == [expected]


def test_joined_codes_cannot_collide():
    assert message(["a=b", "c"]) != message(["a=bc", ""]) != message(["a=", "bc"])


def test_a_key_knows_no_period_but_the_count():
    counted = table(atom("a", 12), atom("a", 12, period="2026-01-01"), atom("a", 13, period="2027-01-01"), atom("a", 0))
    one, two, three, zero = atom_keys(counted.frame, noise()).to_list()
    assert one == two != three
    assert zero == 0


def test_every_cell_is_perturbed_from_the_sum_of_its_atoms_keys():
    counted = table(*(atom(f"a{n}", 3 * n, group="citizenship=X") for n in range(9)))
    found = noisy(counted, BY_AREA, CITY)
    keys = atom_keys(counted.frame, noise()).to_numpy()
    counts = counted.frame["value"].to_numpy().astype(np.int64)
    expected = counts + deviations(counts, keys, STRICT)
    assert [values(found)[f"a{n}"] for n in range(9)] == expected.tolist()
    total = np.array([counts.sum()])
    moved = deviations(total, np.array([int(keys.sum()) % 2**32], np.uint64), STRICT)
    assert values(found)["city"] == total[0] + moved[0]
    assert found.frame["lower"].null_count() == found.frame["upper"].null_count() == 10
    assert set(found.frame["method_id"]) == {"cell_key"}
    assert set(found.frame["status"]) == {"A"}


def test_nothing_of_the_secret_the_key_or_the_profile_is_in_the_result():
    found = noisy(table(atom("a", 600)), BY_AREA)
    told = repr(found) + repr(noise())
    assert "ssss" not in told.replace("census_", "")
    assert not {"key", "count", "deviation"} & set(found.frame.columns)


def test_the_order_of_rows_changes_nothing_and_a_cell_is_equal_in_two_margins():
    atoms = [atom(f"a{n % 7}", n, group=f"citizenship={n:03}") for n in range(60)]
    twice = Margin("again", area_code="keep")
    found = noisy(table(*atoms), BY_AREA, BY_GROUP, twice).frame
    assert found.equals(noisy(table(*atoms[::-1]), twice, BY_GROUP, BY_AREA).frame)
    assert not found.select("area_code", "group").is_duplicated().any()


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 40), min_size=1, max_size=30), st.binary(min_size=32, max_size=40))
def test_published_counts_are_near_the_truth_and_never_a_number_that_is_not_published(counts, secret):
    counted = table(*(atom(f"a{n}", value) for n, value in enumerate(counts)))
    for profile in (STRICT, LIGHT):
        found = values(noisy(counted, BY_AREA, profile=profile, secret=secret))
        for n, value in enumerate(counts):
            assert abs(found[f"a{n}"] - value) <= profile.largest_deviation
            assert found[f"a{n}"] not in range(1, profile.never_published + 1)
            assert found[f"a{n}"] == 0 or value > 0


def test_an_area_below_the_floor_is_withheld_in_every_table_that_keeps_it():
    counted = table(
        atom("a", 499, group="citizenship=X"), atom("b", 900, group="citizenship=X"),
        atom("c", 700, group="citizenship=X"), atom("d", 0, group="citizenship=X"),
    )  # fmt: skip
    found = noisy(counted, BY_AREA, BY_AREA_AND_GROUP, CITY, floors=FLOORS)
    withheld = found.rows(status="Q")
    # a is below 500; alone it would be the city minus the others, so the next smallest goes too
    assert set(withheld["area_code"]) == {"a", "c"}
    assert withheld["value"].null_count() == withheld["lower"].null_count() == withheld.height == 4
    assert values(found)["d"] == 0


def test_small_areas_that_hide_each_other_need_no_third():
    counted = table(atom("a", 300), atom("b", 300), atom("c", 900))
    assert set(noisy(counted, BY_AREA, floors=FLOORS).rows(status="Q")["area_code"]) == {"a", "b"}


def test_small_areas_hide_within_their_own_parent():
    parents = {"a": "p", "b": "p", "c": "q", "d": "q"}
    counted = table(atom("a", 400), atom("b", 900), atom("c", 600), atom("d", 700), parents=parents)
    assert set(noisy(counted, BY_AREA, floors=FLOORS).rows(status="Q")["area_code"]) == {"a", "b"}


def test_origins_below_the_floor_are_merged_before_noise():
    counted = table(
        atom("a", 600, group="citizenship=X"), atom("a", 30, group="citizenship=Y"),
        atom("a", 40, group="citizenship=Z"), atom("a", 3, group="citizenship=_U"),
    )  # fmt: skip
    found = noisy(counted, BY_GROUP, floors=FLOORS)
    assert found.frame["group"].to_list() == ["citizenship=X", "citizenship=_U", "citizenship=other"]
    assert abs(found.quantity(area_code="city", group="citizenship=other").value - 70) <= 5


def test_a_single_small_origin_takes_the_next_with_it():
    counted = table(
        atom("a", 600, group="citizenship=X"), atom("a", 12, group="citizenship=Y"),
        atom("a", 80, group="citizenship=Z"), atom("a", 7, group="education=low"),
    )  # fmt: skip
    found = noisy(counted, BY_GROUP, floors=FLOORS)
    # an axis that names no origin is not merged by size
    assert set(found.frame["group"]) == {"citizenship=X", "citizenship=other", "education=low"}


def test_the_leading_table_gives_key_and_size_of_cells_both_hold():
    home = table(atom("a1", 400, sex="F"), atom("a2", 500, sex="M"), source="home", parents={"a1": "a", "a2": "a"})
    other = table(atom("a", 880, group="birth=X"), atom("a", 20, group="birth=Y"), source="other")
    alone = noisy(home, Margin("areas", area_code={"a1": "a", "a2": "a"}), city_area="city")
    with_home = noisy(other, BY_AREA, home=home)
    assert values(with_home) == values(alone)
    births = table(atom("a", 30, indicator="births", period="2024"), source="births")
    margin = Margin("areas", area_code="keep", indicators=("births",))
    assert noisy(births, margin, floors=FLOORS, home=home).frame["status"].to_list() == ["A"]
    assert noisy(births, margin, floors=FLOORS).frame["status"].to_list() == ["Q"]


def test_a_cell_with_parts_its_publisher_suppressed_has_no_number_under_noise():
    found = noisy(table(atom("a", 900), atom("b", (1, 4))), CITY)
    assert cell(found) == (None, None, None, "Q")


@pytest.mark.parametrize(
    ("atoms", "other", "expected"),
    [
        ([atom("a", 12.5)], {}, "not_whole_persons"),
        ([atom("a", 12, unit="km2")], {}, "not_whole_persons"),
        ([atom("a", -1)], {}, "not_whole_persons"),
        ([atom("a", 12)], {"noise": None}, "no_key"),
        ([atom("a", 12)], {"noise": noise(LIGHT)}, "other_profile"),
    ],
)
def test_noise_is_refused_where_it_cannot_protect(atoms, other, expected):
    with pytest.raises(DisclosureRefused, match=expected):
        shown(table(*atoms), CITY, policy=Policy(), **({"noise": noise()} | other))


def test_a_short_secret_is_refused():
    with pytest.raises(DisclosureRefused, match="secret_too_short"):
        noise(secret=b"short")


def test_equal_counts_in_many_places_get_independent_noise():
    counted = pl.concat([table(atom(f"a{n}", 40)).frame for n in range(3000)])
    keys = atom_keys(counted, noise()).to_numpy()
    bins = np.bincount((keys >> 25).astype(int), minlength=128)
    # chi square on 127 degrees of freedom: mean 127, standard deviation 15.9
    assert abs(((bins - 3000 / 128) ** 2 / (3000 / 128)).sum() - 127) < 64
