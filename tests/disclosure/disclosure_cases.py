"""Tables, profiles and the real Barcelona files as the tests of `disclosure` use them."""

import polars as pl

from cosmopolis.disclosure import Claim, Noise
from cosmopolis.vocabulary.policy import Floors, NoiseProfile, Policy
from cosmopolis.vocabulary.table import SCHEMA, Margin, Provenance, Table


def rows_of(text):
    """Interval rows as privacy 1.3 prints them: one line per count, `deviation bound` pairs."""
    return tuple(
        tuple(tuple(int(number) for number in pair.split()) for pair in line.split("·"))
        for line in text.strip().splitlines()
    )


STRICT = NoiseProfile(
    "census_strict", 5, 3.0, 2,
    rows_of("""
0 100000000
-1 73446954 · 2 87118973 · 3 94398604 · 4 98141560 · 5 100000000
-2 40880704 · 1 81545058 · 2 96307459 · 3 99539341 · 4 99966028 · 5 100000000
-3 20398618 · 0 59764870 · 1 84514109 · 2 95570956 · 3 99081160 · 4 99873051 · 5 100000000
-4 8485487 · -1 36277610 · 0 64069734 · 1 83009103 · 2 93521648 · 3 98067184 · 4 99598261 · 5 100000000
-5 2014749 · -2 19349496 · -1 41412797 · 0 63544626 · 1 81041390 · 2 91943036 · 3 97296319 · 4 99368089 · 5 100000000
-3 7202982 · -2 20874690 · -1 40609829 · 0 62275122 · 1 80363348 · 2 91848436 · 3 97394435 · 4 99431158 · 5 100000000
-4 1843920 · -3 7392308 · -2 19554412 · -1 38975228 · 0 61566630 · 1 80710770 · 2 92528810 · 3 97843428 · 4 99584495 · 5 100000000
-5 379186 · -4 2038279 · -3 7267542 · -2 19140579 · -1 38559925 · 0 61440075 · 1 80859421 · 2 92732458 · 3 97961721 · 4 99620814 · 5 100000000
"""),  # noqa: E501
    "",
)  # fmt: skip
LIGHT = NoiseProfile(
    "census_light", 2, 1.08, 1,
    rows_of("""
0 100000000
-1 51333333 · 1 97333333 · 2 100000000
-2 16560835 · 0 71195827 · 1 95682504 · 2 100000000
-1 42078468 · 0 69843064 · 1 88078468 · 2 100000000
-2 7394668 · -1 31815997 · 0 68184003 · 1 92605332 · 2 100000000
"""),
    "",
)  # fmt: skip

FLOORS = Floors(
    area_persons=500, origin_persons=50, single_attribute_persons=50,
    dissimilarity_group_persons=100, dissimilarity_noisy_persons=300, breakdown_budget=5, breakdown_stop=8,
)  # fmt: skip
NO_FLOORS = Floors(0, 0, 0, 0, 0, 5, 8)
NONE = Policy("none", "Ajuntament de Barcelona", "small counts are hidden by the publisher")


def noise(profile=STRICT, secret=b"s" * 32, key_id="key-1"):
    return Noise(profile=profile, secret=secret, key_id=key_id, city_id="testville")


def atom(area, value, **other):
    """One atom: a number, a status letter without a value, or a `(lower, upper)` range."""
    row = {
        "indicator": "population_stock", "area_code": area, "period": "2025-01-01", "sex": "_T", "age_group": "_T",
        "group": "_T", "value": None, "lower": None, "upper": None, "unit": "persons", "status": "A",
        "source_id": "s", "method_id": "published_by_source",
    }  # fmt: skip
    if isinstance(value, tuple):
        row |= {"lower": float(value[0]), "upper": float(value[1]), "status": "Q"}
    elif isinstance(value, str):
        row |= {"status": value}
    else:
        row |= {"value": float(value)}
    return row | other


def table(*atoms, source="s", universe="residents", parents=None, levels=None):
    frame = pl.DataFrame(list(atoms), schema=SCHEMA, orient="row").with_columns(pl.lit(source).alias("source_id"))
    provenance = Provenance(source, "recipe", "0" * 64, {}, "Publisher", "CC BY 4.0", "https://example.org", "0")
    return Table(frame, frame.clear(), provenance, universe, levels=levels or {}, parents=parents or {})


def claim(counted, *margins, policy=NONE, city="city", floors=FLOORS, **other):
    return Claim(counted, margins, policy, city, floors, **other)


BY_AREA = Margin("areas", area_code="keep")
CITY = Margin("city")


def barcelona(folder, name, columns, source, universe="residents"):
    """One Barcelona file as a table; `columns` maps its extra columns to dimensions."""
    raw = pl.read_csv(folder / "barcelona" / name, infer_schema=False, encoding="utf8-lossy")
    barri = "barri-" + pl.col("Codi_Barri").str.zfill(2)
    area = "aeb-" + pl.col("AEB").str.zfill(3) if "AEB" in raw.columns else barri
    hidden = pl.col("Valor") == ".."
    sex = {"1": "F", "2": "M"}
    age = {str(n): f"Y{5 * n}T{5 * n + 4}" for n in range(20)} | {"20": "Y_GE100"}
    made = {
        "SEXE": pl.col("SEXE").replace(sex).alias("sex"),
        "EDAT_Q": pl.col("EDAT_Q").replace(age).alias("age_group"),
        "NACIONALITAT_REGIO": ("citizenship=" + pl.col("NACIONALITAT_REGIO")).alias("group"),
        "LLOC_NAIX": ("birth=" + pl.col("LLOC_NAIX") + ";education=" + pl.col("NIV_EDUCA_esta")).alias("group"),
    }
    frame = raw.with_columns(
        pl.lit("population_stock").alias("indicator"), area.alias("area_code"), barri.alias("barri"),
        pl.col("Data_Referencia").alias("period"),
        *(pl.lit("_T").alias(d) for d in ("sex", "age_group", "group")),
        pl.col("Valor").cast(pl.Float64, strict=False).alias("value"),
        pl.when(hidden).then(1.0).alias("lower"), pl.when(hidden).then(4.0).alias("upper"),
        pl.lit("persons").alias("unit"), pl.when(hidden).then(pl.lit("Q")).otherwise(pl.lit("A")).alias("status"),
        pl.lit(source).alias("source_id"), pl.lit("published_by_source").alias("method_id"),
    ).with_columns(made[c] for c in columns)  # fmt: skip
    parents = dict(frame.select("area_code", "barri").unique().iter_rows()) if "AEB" in raw.columns else {}
    provenance = Provenance(source, "r", "0" * 64, {}, "Ajuntament de Barcelona", "CC BY 4.0", "", "0")
    return Table(frame.select(list(SCHEMA)), frame.select(list(SCHEMA)).clear(), provenance, universe, parents=parents)


def barcelona_age(folder):
    return barcelona(folder, "2020-2025_pad_mdba_sexe_edat-q.csv", ["SEXE", "EDAT_Q"], "age")


def barcelona_nationality(folder):
    columns = ["SEXE", "NACIONALITAT_REGIO"]
    return barcelona(folder, "2020-2025_pad_mdb_nacionalitat-regio_sexe.csv", columns, "nationality")


def barcelona_education(folder):
    name = "2020-2025_pad_mdb_niv-educa-esta_edat-lloc-naix.csv"
    return barcelona(folder, name, ["LLOC_NAIX"], "education", "residents_16_plus")
