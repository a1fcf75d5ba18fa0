"""What changed, on the page: over years, and over a reform in which two old areas became three."""

import re
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
import shapely

from cosmopolis.errors import MeasureUndefined, SourceError
from cosmopolis.language import LANGUAGES, language
from cosmopolis.vocabulary.area import Area, Areas, AreaShares
from cosmopolis.vocabulary.city import City, EarlierAreas, OriginQuestion, ProfileText, Source
from cosmopolis.vocabulary.policy import Policy
from cosmopolis.vocabulary.recipe import Reading, Recipe
from cosmopolis.vocabulary.report import AreaName, Items, Listing, Message, Paragraph, Quantity, Several, Tally, Term
from cosmopolis.vocabulary.table import SCHEMA, Provenance, Table
from cosmopolis.workflow.build import BuildRequest, build
from cosmopolis.workflow.check import check
from cosmopolis.workflow.measures import measured
from cosmopolis.workflow.profile.development import change_of, course
from cosmopolis.workflow.profile.places import Ground
from cosmopolis.workflow.profile.space import space
from cosmopolis.workflow.protecting import protected_counts
from cosmopolis.workflow.reading import CityData

SECRET = bytes(32)
BEFORE, AFTER = "2016-12-31", "2021-12-31"
#: Hundreds born abroad and in the country, by area: the old quarters x and y, the new ones p, q and r.
OLD = {"old-x": (400, 600), "old-y": (100, 900)}
NEW = {"new-p": (300, 200), "new-q": (200, 300), "new-r": (100, 900)}
#: x is cut in the middle into p and q, y is r; borders in degrees.
BOXES = {
    "old-x": (0.0, 0.02),
    "old-y": (0.02, 0.03),
    "new-p": (0.0, 0.01),
    "new-q": (0.01, 0.02),
    "new-r": (0.02, 0.03),
}


def table(source: str, *dates: tuple[str, dict]) -> Table:
    rows = [
        {
            "indicator": "population_stock", "area_code": area, "period": period, "sex": "_T", "age_group": "_T",
            "group": group, "value": 100.0 * count, "lower": None, "upper": None, "unit": "persons", "status": "A",
            "source_id": source, "method_id": "counts",
        }
        for period, areas in dates
        for area, both in areas.items()
        for group, count in zip(("birth=abroad", "birth=country"), both, strict=True)
    ]  # fmt: skip
    frame = pl.DataFrame(rows, schema=dict(SCHEMA), orient="row")
    levels = {area: area[:3] for _, areas in dates for area in areas}
    return Table(frame, frame.clear(), provenance(source), "residents", ("birth",), levels=levels)


def provenance(source: str) -> Provenance:
    return Provenance(source, "r", "0", {f"{source}.csv": "0"}, "Town", "CC0", "", "0")


def source_of(name: str, policy: str) -> Source:
    recipe = Recipe("r", "Town", "CC0", "", "counts", (f"{name}.csv",), Reading("csv"), (), universe="residents")
    told = Policy("none", "Town", "reason.withheld_1_to_4") if policy == "none" else Policy(policy)
    return Source(name, recipe, (), told, {"en": f"Register {name}"})


def town(*, earlier: EarlierAreas | None, policy: str = "none") -> City:
    question = OriginQuestion("foreign_born", "now", "birth", ("abroad",), ("country",), headline=True, earlier=earlier)
    return City(
        id="town", name="Town", country="KEN", languages=("en",), reference_date=AFTER, folder=Path(), names={},
        sources=(source_of("now", policy), source_of("then", policy)), total_source="now", map_level="new",
        questions=(question,), profile=ProfileText(),
    )  # fmt: skip


def box(west: float, east: float) -> bytes:
    return shapely.to_wkb(shapely.box(west, 0.0, east, 0.01))


def read(
    *tables: Table, crosswalk: dict | None = None, kind: str = "persons", shapes: bool = True, boxes: dict = BOXES
) -> CityData:
    areas = Areas(
        (Area("town", "Town", "city"), *(Area(code, code, code[:3], "town") for code in boxes)),
        {code: box(*ends) for code, ends in boxes.items()} if shapes else {},
    )
    shares = {} if crosswalk is None else {"walk": AreaShares(crosswalk, kind, provenance("walk"))}
    return CityData({one.source_id: one for one in tables}, areas, crosswalks=shares)


REFORMED = (table("now", (AFTER, NEW)), table("then", (BEFORE, OLD)))


def material_of(data: CityData, *, crosswalk: str = "", earlier: bool = True, policy: str = "none"):
    city = town(earlier=EarlierAreas("then", crosswalk, ("abroad",)) if earlier else None, policy=policy)
    return measured(city, data, protected_counts(city, data, SECRET), draft=True, release="")


def told(material, indicator: str, area: str = "town") -> Quantity:
    (found,) = material.measured.changes["foreign_born"].quantities(indicator=indicator, area_code=area)
    return found


def messages(material) -> dict[str, Message]:
    """The sentences of the section by their ids."""
    found = []
    for block in space(material).blocks:
        if isinstance(block, Items):
            found += [item.title for item in block.items]
        elif isinstance(block, Paragraph):
            found.append(block.message)
    return {message.id: message for message in found}


def test_shapes_become_polygons_in_metres_of_one_plane():
    ground = Ground(read().areas)
    before, after = ground.outlines(["old-y", "old-x", "old-z"]), ground.outlines(["new-p"])
    assert (before["area"].to_list(), after["area"].to_list()) == (["old-x", "old-y"], ["new-p"])
    x, p = (shapely.from_wkb(frame["geometry"][0]) for frame in (before, after))
    # hundredths of a degree at the equator: 1113.2 metres east, 1105.7 metres north (WGS 84)
    assert x.area == pytest.approx(2 * 1113.2 * 1105.7, rel=1e-4)
    assert shapely.intersection(x, p).area == pytest.approx(x.area / 2, rel=1e-6)


def test_a_border_drawn_twice_splits_nothing():
    # the new border between q and r lies some metres off the old one of x and y
    moved = BOXES | {"new-q": (0.01, 0.02003), "new-r": (0.02003, 0.03)}
    walk = material_of(read(*REFORMED, boxes=moved)).reforms["foreign_born"].crosswalk
    pieces = {(walk.old[at], walk.new[to]) for at, to in zip(walk.old_place, walk.new_place, strict=True)}
    assert pieces == {("old-x", "new-p"), ("old-x", "new-q"), ("old-y", "new-r")}


def test_without_a_crosswalk_the_shapes_are_laid_over_each_other():
    material = material_of(read(*REFORMED))
    p, r = (told(material, "share_change", area) for area in ("new-p", "new-r"))
    # half of the 400 and 600 of x: .4 then, .6 now; whoever lived in x may have lived in one half alone
    assert (p.value, p.lower, p.upper) == pytest.approx((20, -40, 60), abs=1e-6)
    assert (r.value, r.lower, r.upper) == (pytest.approx(0.0, abs=1e-6), None, None)
    assert (p.status, r.status, p.period) == ("E", "E", f"{BEFORE}/{AFTER}")
    assert material.measured.changes["foreign_born"].source_ids == ("now", "then")
    sentence = messages(material)["statement.reform.shapes"]
    assert (sentence.values["areas"], sentence.values["split"]) == (Tally(2), Tally(1))


@pytest.mark.parametrize(
    ("kind", "amounts", "p"),
    [
        # 30,000 residents in the one half: at least none and at most all of them are of the group of 40,000
        ("persons", (30_000, 70_000, 100_000), (0.6 - 0.4, 0.6 - 1.0, 0.6 - 0.0)),
        ("square_metres", (50, 150, 80), (0.6 - 0.4, 0.6 - 1.0, 0.6 - 0.0)),
        ("share", (0.25, 0.75, 1.0), (0.6 - 0.4, 0.6 - 1.0, 0.6 - 0.0)),
    ],
)
def test_a_crosswalk_carries_by_what_it_counts(kind, amounts, p):
    pairs = [("old-x", "new-p"), ("old-x", "new-q"), ("old-y", "new-r")]
    data = read(*REFORMED, crosswalk=dict(zip(pairs, amounts, strict=True)), kind=kind, shapes=False)
    material = material_of(data, crosswalk="walk")
    found = told(material, "share_change", "new-p")
    assert (found.value, found.lower, found.upper) == pytest.approx([100 * share for share in p], abs=1e-5)
    q = told(material, "share_change", "new-q")
    # q has 700 of the 1,000 hundreds of residents: 100 to 400 of the group; by surface or share nothing is known of it
    bounds = (0.4 - 400 / 700, 0.4 - 100 / 700) if kind == "persons" else (0.4 - 1.0, 0.4 - 0.0)
    assert (q.lower, q.upper) == pytest.approx([100 * share for share in bounds], abs=1e-5)
    assert f"statement.reform.{kind}" in messages(material)


def test_a_part_that_left_the_city_takes_its_people_with_it():
    shares = {("old-x", "new-p"): 0.25, ("old-x", "new-q"): 0.5, ("old-y", "new-r"): 0.99999}
    material = material_of(read(*REFORMED, crosswalk=shares, kind="share"), crosswalk="walk")
    # carried: 100 and 150 to p, 200 and 300 to q, 100 and 900 to r; then .4 .4 .1, and 400 of the group in all
    assert told(material, "share_change", "new-p").value == pytest.approx(20)
    then = (abs(100 / 400 - 150 / 1350) + abs(200 / 400 - 300 / 1350) + abs(100 / 400 - 900 / 1350)) / 2
    now = (abs(300 / 600 - 200 / 1400) + abs(200 / 600 - 300 / 1400) + abs(100 / 600 - 900 / 1400)) / 2
    assert told(material, "dissimilarity_change").value == pytest.approx(now - then, abs=1e-4)
    split = next(block for block in space(material).blocks if isinstance(block, Listing) and block.folded)
    pieces = (AreaName("new-p"), AreaName("new-q"), Term("value.outside_today"))
    assert split.rows == ((AreaName("old-x"), Several(pieces)),)


def test_a_part_outside_the_city_is_said_beside_every_change():
    # the line of x that led to p is gone: 60 per cent of x are nowhere
    shares = {("old-x", "new-q"): 0.4, ("old-y", "new-r"): 1.0}
    material = material_of(read(*REFORMED, crosswalk=shares, kind="share"), crosswalk="walk")
    found = messages(material)
    counted = {"outside": Tally(1), "areas": Tally(2)}
    outside = found["statement.reform_outside"].values
    assert (outside["names"], outside["outside"], outside["areas"]) == (
        Several((AreaName("old-x"),)),
        Tally(1),
        Tally(2),
    )
    assert found["statement.certainty.outside"].values == counted
    figures = [block for block in space(material).blocks if getattr(block, "id", "")[:7] in ("change-", "account")]
    left_out = Message("missing.areas_outside", counted)
    # no old area leads to p any more, so it has no change
    assert [figure.missing for figure in figures] == [
        (Message("missing.areas", {"count": Tally(1)}), left_out),
        (left_out,),
    ]
    whole = material_of(read(*REFORMED))
    assert not [name for name in messages(whole) if name.endswith("outside")]


def test_many_areas_outside_are_not_all_named_in_a_sentence():
    old = {f"old-{letter}": (100, 200) for letter in "abcdefg"}
    shares = {(code, "new-p"): 0.5 for code in old}
    data = read(REFORMED[0], table("then", (BEFORE, old)), crosswalk=shares, kind="share")
    material = material_of(data, crosswalk="walk")
    names = messages(material)["statement.reform_outside"].values["names"]
    assert names == Several((*(AreaName(f"old-{letter}") for letter in "abcde"), "…"))
    (split,) = (block for block in space(material).blocks if isinstance(block, Listing) and block.folded)
    assert len(split.rows) == 7


def test_two_questions_over_one_reform_tell_of_it_once():
    city = town(earlier=EarlierAreas("then", "", ("abroad",)))
    (first,) = city.questions
    both = replace(city, questions=(first, replace(first, label="born_abroad", headline=False)))
    data = read(*REFORMED)
    material = measured(both, data, protected_counts(both, data, SECRET), draft=True, release="")
    assert set(material.measured.changes) == {"foreign_born", "born_abroad"}
    told = [block.message.id for block in space(material).blocks if isinstance(block, Paragraph)]
    assert told.count("statement.reform.shapes") == 1
    assert len([block for block in space(material).blocks if isinstance(block, Listing) and block.folded]) == 1


def test_over_a_reform_no_number_stands_without_its_range():
    material = material_of(read(*REFORMED))
    assert "statement.change_parts" not in messages(material)
    rows = material.measured.changes["foreign_born"].frame
    assert not rows["indicator"].str.contains("mutual_information").any()
    (accounts,) = (block for block in space(material).blocks if getattr(block, "id", "")[:8] == "accounts")
    assert accounts.definition.id == "definition.change_parts_reform"


def test_the_parts_stand_in_the_same_order_in_the_sentence_and_in_the_table():
    material = material_of(two_years(), earlier=False)
    (accounts,) = (block for block in space(material).blocks if getattr(block, "id", "")[:8] == "accounts")
    listed = [name.rpartition("_")[2] for name in accounts.table.frame["indicator"].unique(maintain_order=True)]
    for code in LANGUAGES:
        for message_id in ("statement.change_parts", "statement.change_parts_areas"):
            template = language(code).say(
                message_id, change="0", areas="<areas>", margins="<margins>", structure="<structure>"
            )
            told = re.findall("<(.*?)>", template)
            assert told == sorted(told), (code, message_id)
    assert listed.index("margins") < listed.index("structure")


def test_the_change_of_an_index_is_found_for_a_headline():
    material = material_of(two_years(), earlier=False)
    (question,) = material.city.questions
    change = change_of(material, question)
    assert (change, course(change)) == (told(material, "dissimilarity_change"), "rose")
    assert change_of(material_of(read(table("now", (AFTER, NEW))), earlier=False), question) is None


def test_the_map_counts_only_what_is_certain():
    maps = [block for block in space(material_of(read(*REFORMED))).blocks if getattr(block, "id", "")[:7] == "change-"]
    # p is up 20 points by surface, and perhaps down 40
    assert maps[0].finding.id == "finding.change_certain"
    assert (maps[0].finding.values["count"], maps[0].finding.values["areas"]) == (Tally(0), Tally(3))
    maps = [block for block in space(material_of(two_years(), earlier=False)).blocks
            if getattr(block, "id", "")[:7] == "change-"]  # fmt: skip
    assert (maps[0].finding.id, maps[0].finding.values["count"]) == ("finding.change", Tally(1))


def test_the_page_says_which_areas_were_split_and_how_sure_the_change_is():
    material = material_of(read(*REFORMED))
    listings = {block.id: block for block in space(material).blocks if isinstance(block, Listing)}
    split = listings["reform-foreign-born"]
    assert split.rows == ((AreaName("old-x"), Several((AreaName("new-p"), AreaName("new-q")))),)
    sure = messages(material)["statement.certainty.reform"].values["range"]
    change = told(material, "dissimilarity_change")
    assert (sure.value, sure.lower, sure.upper) == (None, change.lower, change.upper)
    assert change.lower < change.value < change.upper


def test_an_old_area_that_no_crosswalk_knows_stops_the_build():
    data = read(*REFORMED, crosswalk={("old-x", "new-p"): 1.0, ("old-x", "new-q"): 1.0}, kind="square_metres")
    with pytest.raises(MeasureUndefined) as refused:
        material_of(data, crosswalk="walk")
    assert refused.value.faults[0].values["code"] == "old-y"


def test_a_reform_without_shapes_or_crosswalk_is_refused():
    with pytest.raises(MeasureUndefined) as refused:
        material_of(read(*REFORMED, shapes=False))
    (fault,) = refused.value.faults
    assert fault.message_id == "workflow.earlier_without_shapes"
    assert (fault.values["count"], fault.values["question"]) == (5, "foreign_born")
    assert fault.values["codes"] == "new-p, new-q, new-r, old-x, old-y"
    for code in LANGUAGES:
        assert "{" not in language(code).fault(fault)


def test_counts_of_the_same_day_cannot_be_carried_and_that_is_said():
    material = material_of(read(table("now", (AFTER, NEW)), table("then", (AFTER, OLD))))
    assert material.measured.changes == {}
    assert "statement.reform_not_carried" in messages(material)


def two_years(factor: int = 1, now: dict = NEW) -> CityData:
    then = {"new-p": (200 * factor, 300 * factor), "new-q": (200 * factor, 300 * factor),
            "new-r": (100 * factor, 900 * factor)}  # fmt: skip
    years = [(BEFORE, then), (AFTER, {code: tuple(factor * count for count in both) for code, both in now.items()})]
    return read(table("now", *years), table("then", *years))


@pytest.mark.parametrize(
    ("factor", "now", "course"),
    [
        # then 200 200 100 of 500 and 300 300 900 of 1,500: .4; a hundred more of the group in p: .44
        (1, NEW, "rose"),
        (1, {"new-p": (201, 299), "new-q": (200, 300), "new-r": (100, 900)}, "steady"),
        (1, {"new-p": (100, 400), "new-q": (150, 350), "new-r": (100, 900)}, "fell"),
        # a thousandth more, and so many people that chance cannot be it
        (100, {"new-p": (202, 298), "new-q": (200, 300), "new-r": (100, 900)}, "hardly"),
    ],
)
def test_a_sentence_says_no_more_than_the_interval_allows(factor, now, course):
    found = messages(material_of(two_years(factor, now), earlier=False))
    assert [name for name in found if name.startswith("statement.change.")] == [f"statement.change.{course}"]
    assert "statement.certainty.chance" in found


def test_perturbed_counts_have_an_interval_of_the_published_counts():
    material = material_of(two_years(), earlier=False, policy="census_strict")
    change = told(material, "dissimilarity_change")
    assert change.lower < change.value < change.upper
    found = messages(material)
    assert "statement.certainty.chance" in found
    assert found["statement.change_parts"].values["change"].unit == "nats"


def test_perturbed_counts_are_carried_too():
    change = told(material_of(read(*REFORMED), policy="census_strict"), "share_change", "new-p")
    # noise of a few persons among tens of thousands
    assert (change.value, change.lower) == pytest.approx((20, -40), abs=0.1)
    assert change.status == "E"


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_sentence_has_its_words(code):
    material = material_of(read(*REFORMED))
    for message in messages(material).values():
        assert message.id not in language(code).words(message, material.areas)


def test_what_only_another_city_has_is_not_said_here():
    material = material_of(two_years(), earlier=False)
    assert replace(material, reforms={}) == material
    assert not [name for name in messages(material) if name.startswith("statement.reform")]


RECIPE = """recipe: {name}
publisher: Town
licence: CC0
page: https://town.example
holds: counts
universe: residents
files: ["{name}.csv"]
read: {{format: delimited}}
columns:
  Day: {{is: period, form: "%Y-%m-%d"}}
  Area: {{is: area, level: {level}}}
  Born: {{is: "axis:birth", codes: {{abroad: abroad, country: country}}}}
values:
  - {{column: Persons, counts: population_stock, unit: persons}}
"""
WALK = """recipe: walk
publisher: Town
licence: CC0
page: https://town.example
holds: crosswalk
amounts: persons
files: ["walk.csv"]
read: {format: delimited}
columns:
  Old: {is: area, level: old}
  New: {is: new_area, level: new}
  Persons: {is: amount}
"""
SETTINGS = """id = "town"
name = "Town"
country = "KEN"
languages = ["en"]
reference_date = "2021-12-31"
map_level = "new"
total_source = "now"

[[sources]]
id = "now"
recipe = "now"
policy = { name = "none", publisher = "Town", reason = "reason.released_large_districts" }

[[sources]]
id = "then"
recipe = "then"
policy = { name = "none", publisher = "Town", reason = "reason.released_large_districts" }

[[sources]]
id = "walk"
recipe = "walk"

[[questions]]
label = "born_abroad"
source = "now"
axis = "birth"
groups = ["abroad"]
rest = ["country"]
headline = true
earlier = { source = "then", crosswalk = "walk" }
"""


def folder_of(folder: Path) -> Path:
    (folder / "recipes").mkdir(parents=True)
    (folder / "data").mkdir()
    for name, level, period, areas in (("now", "new", AFTER, NEW), ("then", "old", BEFORE, OLD)):
        (folder / "recipes" / f"{name}.yaml").write_text(RECIPE.format(name=name, level=level), encoding="utf-8")
        rows = [
            f"{period},{area[4:]},{group},{100 * count}"
            for area, both in areas.items()
            for group, count in zip(("abroad", "country"), both, strict=True)
        ]
        text = "\n".join(["Day,Area,Born,Persons", *rows])
        (folder / "data" / f"{name}.csv").write_text(text + "\n", encoding="utf-8")
    (folder / "recipes" / "walk.yaml").write_text(WALK, encoding="utf-8")
    (folder / "data" / "walk.csv").write_text("Old,New,Persons\nx,p,30000\nx,q,70000\ny,r,100000\n", encoding="utf-8")
    (folder / "city.toml").write_text(SETTINGS, encoding="utf-8")
    return folder


def test_a_city_folder_with_a_reform_publishes_the_changes_over_it(tmp_path):
    build(BuildRequest(folder_of(tmp_path / "town"), tmp_path / "site", None, tmp_path / "state"))
    told = pl.read_csv(tmp_path / "site" / "data" / "observations.csv", schema_overrides={"period": pl.String})
    rows = told.filter(pl.col("indicator") == "share_change").sort("area_code")
    assert rows["area_code"].to_list() == ["new-p", "new-q", "new-r"]
    assert set(rows["period"]) == {f"{BEFORE}/{AFTER}"}
    assert rows["value"].to_list() == pytest.approx([20, 0, 0])
    assert rows["upper"].to_list()[:2] == pytest.approx([60, 40 - 10_000 / 700], abs=1e-5)
    page = (tmp_path / "site" / "en" / "index.html").read_text(encoding="utf-8")
    assert "The areas were redrawn." in page


@pytest.mark.parametrize(
    ("walk", "settings", "message", "values"),
    [
        ("", (', crosswalk = "walk"', ""), "workflow.earlier_without_shapes", {"source": "then", "count": 5}),
        ("x,p,30000\nx,q,70000\n", ("", ""), "neighbourhoods.area_not_carried", {"code": "old-y", "count": 1}),
    ],
)
def test_what_cannot_be_carried_is_found_by_a_check_and_by_a_build(tmp_path, walk, settings, message, values):
    folder = folder_of(tmp_path / "town")
    (folder / "city.toml").write_text(SETTINGS.replace(*settings), encoding="utf-8")
    if walk:
        (folder / "data" / "walk.csv").write_text(f"Old,New,Persons\n{walk}", encoding="utf-8")
    (fault,) = check(folder)
    assert fault.message_id == message
    assert values.items() <= fault.values.items()
    with pytest.raises(SourceError) as refused:
        build(BuildRequest(folder, tmp_path / "site", None, tmp_path / "state"))
    assert refused.value.faults == (fault,)


def test_an_old_area_that_was_left_empty_needs_no_line_in_the_crosswalk(tmp_path):
    folder = folder_of(tmp_path / "town")
    with (folder / "data" / "then.csv").open("a", encoding="utf-8") as file:
        file.write(f"{BEFORE},z,abroad,0\n{BEFORE},z,country,0\n2011-12-31,z,abroad,5\n")
    assert check(folder) == ()
