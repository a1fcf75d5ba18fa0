"""
A made-up city with every kind of block, for the tests of the pages.

All numbers here are invented. `Protected` is made directly, which only tests may do.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl
import shapely

from cosmopolis.vocabulary.area import Area, Areas
from cosmopolis.vocabulary.assessment import Score
from cosmopolis.vocabulary.city import City, MissingItem, OriginQuestion, ProfileText, Source
from cosmopolis.vocabulary.policy import Policy
from cosmopolis.vocabulary.protected import Protected, Quantity
from cosmopolis.vocabulary.recipe import Reading, Recipe
from cosmopolis.vocabulary.report import (
    About,
    Amount,
    AreaName,
    Chapter,
    Coefficient,
    Document,
    Fact,
    Figure,
    GroupName,
    Item,
    Items,
    Line,
    Listing,
    Mark,
    Matrix,
    Message,
    OwnWords,
    Paragraph,
    Percent,
    Period,
    Pointer,
    Report,
    ScoreRow,
    Scores,
    Section,
    Several,
    Tally,
    Term,
    TimeLine,
)
from cosmopolis.vocabulary.table import SCHEMA, AppliedRepair, Provenance, Status

CITY = "vilanova"
DAY = "2025-01-01"
NAMES = (
    "el Port Vell",
    "les Moles",
    "Sant Martí de Dalt",
    "la Marina",
    "Poble Nou",
    "el Raval Alt",
    "Can Sol",
    "Bon Aire",
)
ORIGINS = ("MAR", "ITA", "COL", "PAK", "CHN", "HND", "ROU", "YUG")


def table(*rows: dict[str, object], source: str = "register") -> Protected:
    """A protected table of rows that name only what differs from the usual."""
    usual: dict[str, object] = {
        "indicator": "population_stock", "area_code": CITY, "period": DAY, "sex": "_T", "age_group": "_T",
        "group": "_T", "value": None, "lower": None, "upper": None, "unit": "persons", "status": "A",
        "source_id": source, "method_id": "sum",
    }  # fmt: skip
    full = [usual | row for row in rows]
    for row in full:
        for name in ("value", "lower", "upper"):
            row[name] = None if row[name] is None else float(row[name])
    return Protected(pl.DataFrame(full, schema=dict(SCHEMA)), "census_strict", (source,))


def words(message_id: str = "publication.methods.privacy.use", **values: object) -> Message:
    """A sentence that has words in every language; which one does not matter here."""
    return Message(message_id, values)


def finding(**values: object) -> Message:
    """A sentence with values in it."""
    return Message("publication.policy.none", {"publisher": "—"} | values)


def quantity(
    value: float | None,
    *,
    lower: float | None = None,
    upper: float | None = None,
    status: str = "A",
    unit: str = "persons",
) -> Quantity:
    """A published number of the city."""
    return Quantity("population_stock", CITY, DAY, "_T", value, lower, upper, unit, Status(status), "register")


def line() -> Figure:
    """Two groups over ten years, with intervals, a gap and a provisional year."""
    rows: list[dict[str, object]] = []
    for year in range(2015, 2026):
        if year == 2016:
            continue
        for group, start, step in (("birth=abroad", 0.21, 0.0045), ("birth=country", 0.79, -0.0045)):
            share = start + step * (year - 2015)
            rows.append({
                "indicator": "share_of_group", "period": f"{year}-01-01", "group": group, "unit": "share",
                "value": share, "lower": share - 0.006, "upper": share + 0.006, "status": "P" if year == 2025 else "A",
                "method_id": "share",
            })  # fmt: skip
    return figure("share", "line", table(*rows), across="period", series="group", reads_as=words())


def bars() -> Figure:
    """Countries of birth: one an interval, one zero, one not collected."""
    rows: list[dict[str, object]] = [
        {"group": f"birth={code}", "value": 41_200 // (place + 1)} for place, code in enumerate(ORIGINS)
    ]
    rows[5] |= {"value": None, "lower": 1, "upper": 4, "status": "Q"}
    rows[6] |= {"value": 0}
    rows[7] |= {"value": None, "status": "L"}
    return figure("origins", "bars", table(*rows), across="group")


def pyramid() -> Figure:
    """Five-year groups by sex."""
    rows = [
        {"sex": sex, "age_group": age, "value": 9000 + 4200 * (1 - abs(place - 7) / 7) + (300 if sex == "F" else 0)}
        for place, age in enumerate([f"Y{y}T{y + 4}" for y in range(0, 85, 5)] + ["Y_GE85"])
        for sex in ("F", "M")
    ]
    for row in rows:
        row["value"] = round(float(row["value"]))
    return figure("ages", "pyramid", table(*rows), across="age_group", series="sex")


def areas_map() -> Figure:
    """Shares by area: one protected, one not collected."""
    rows: list[dict[str, object]] = [
        {"indicator": "share_of_group", "area_code": f"barri-{n:02}", "group": "birth=abroad", "unit": "share",
         "value": 0.07 + 0.055 * n, "method_id": "share"}
        for n in range(1, 9)
    ]  # fmt: skip
    rows[2] |= {"value": None, "status": "Q"}
    rows[5] |= {"value": None, "status": "L"}
    return figure("districts", "map", table(*rows), across="area_code", borders=(0.1, 0.2, 0.3, 0.4),
                  reference=quantity(0.254, unit="share"))  # fmt: skip


#: Share of those born abroad among the nearest residents of one of them, by how many these are.
NEAREST = {200: 0.41, 400: 0.38, 800: 0.352, 1600: 0.33, 3200: 0.304, 6400: 0.285, 12800: 0.27, 25600: 0.262}


def profile() -> Figure:
    """How common a group is around its members, ten years apart; more residents than there are within reach."""
    rows = [
        {"indicator": "isolation", "period": period, "group": f"birth=abroad;nearest={reach}", "unit": "share",
         "value": share - less, "lower": share - less - 0.01, "upper": share - less + 0.01, "method_id": "nearest"}
        for period, less in (("2015-01-01", 0.06), (DAY, 0.0))
        for reach, share in NEAREST.items()
    ]  # fmt: skip
    rows += [row | {"group": "birth=abroad;nearest=51200", "value": None, "lower": None, "upper": None, "status": "M"}
             for row in (rows[0], rows[8])]  # fmt: skip
    return figure("scales", "profile", table(*rows), across="group", series="period",
                  reference=quantity(0.254, unit="share"))  # fmt: skip


#: Cumulated shares of the others and of those born abroad, area by area.
SUMS = ((0.18, 0.05), (0.36, 0.13), (0.52, 0.23), (0.66, 0.35), (0.78, 0.49), (0.88, 0.66), (0.95, 0.82), (1, 1))


def curve() -> Figure:
    """Eight areas from the one where those born abroad are rarest; furthest from the diagonal after four: 0.31."""
    order = ("07", "02", "08", "01", "05", "03", "06", "04")
    rows = [
        {"indicator": "cumulative_share", "area_code": f"barri-{area}", "group": f"birth={code}", "unit": "share",
         "value": share, "method_id": "cumulated"}
        for area, (rest, group) in zip(order, SUMS, strict=True)
        for code, share in (("abroad", group), ("country", rest))
    ]  # fmt: skip
    index = Quantity("dissimilarity", CITY, DAY, "birth=abroad", 0.31, None, None, "index", Status.NORMAL, "register")
    return figure("spread", "curve", table(*rows), across="area_code", series="group", reference=index)


def components() -> Figure:
    """A figure that is only a table, with several measures and units."""
    rows = [
        {"indicator": name, "period": str(year), "value": value + year - 2020, "unit": unit}
        for year in (2023, 2024)
        for name, value, unit in (("inflow", 61_230, "persons"), ("outflow", 52_410, "persons"),
                                  ("births", 7_730, "persons"), ("deaths", 8_910, "persons"),
                                  ("dissimilarity", 0, "index"))
    ]  # fmt: skip
    rows[4] |= {"value": 0.264}
    rows[9] |= {"value": 0.261}
    return figure("components", "table", table(*rows), across="indicator", series="period")


def figure(name: str, kind: str, rows: Protected, **more: object) -> Figure:
    """A figure with the sentences every figure has."""
    sentences = {
        "finding": finding(publisher=quantity(249_300)),
        "shown": Message("publication.figure.span", {"first": Period("2015-01-01"), "last": Period(DAY)}),
        "definition": words("publication.methods.read.interval"),
        "method": words("publication.methods.privacy.audit"),
        "missing": (words("publication.status_meaning.O"),),
    }
    return Figure(id=name, kind=kind, table=rows, **(sentences | more))  # type: ignore[arg-type]


def city() -> City:
    """The checked folder of the made-up city."""
    recipe = Recipe("vilanova/register", "Oficina d’Estadística", "CC BY 4.0", "https://example.org/register", "counts",
                    ("*.csv",), Reading("delimited"), ())  # fmt: skip
    published = Policy("none", "Oficina d’Estadística", "Cells below 5 are published as a range.")
    sources = (
        Source("register", recipe, (), Policy(), {"en": "Municipal register", "ca": "Padró municipal"}),
        Source("survey", recipe, (), published, {"ca": "Enquesta de la llar"}),
    )
    profile = ProfileText(
        authors=("Oficina d’Integració", "Oficina d’Estadística"), licence="CC BY 4.0", version="2025.1",
        coverage={"ca": "Hi falten les persones sense padró."},
    )  # fmt: skip
    question = OriginQuestion("born_abroad", "register", "birth", ("abroad",), ("country",), headline=True)
    return City(
        id=CITY, name="Vilanova de Mar", country="ESP", languages=("ca", "es"), reference_date=DAY, folder=Path(CITY),
        names={"ar": "فيلانوفا دي مار", "zh": "海滨新城", "ru": "Виланова-де-Мар"}, sources=sources,
        total_source="register", map_level="barri", questions=(question,), profile=profile,
    )  # fmt: skip


def areas() -> Areas:
    """Eight square areas in two rows."""
    shapes = {
        f"barri-{n:02}": shapely.to_wkb(
            shapely.box(*(2 + 0.01 * (n % 4), 41 + 0.01 * (n // 5), 2.01 + 0.01 * (n % 4), 41.01 + 0.01 * (n // 5)))
        )
        for n in range(1, 9)
    }
    known = tuple(Area(f"barri-{n:02}", name, "barri", CITY, "2024-01-01") for n, name in enumerate(NAMES, start=1))
    return Areas((Area(CITY, "Vilanova de Mar", "city"), *known), shapes)


def gaps() -> Listing:
    """The gap list."""
    row = (
        words("publication.status_meaning.L"),
        OwnWords({"en": "Housing department", "ca": "Àrea d’Habitatge"}),
        Period("2025-06-30"),
    )
    other = (
        words("publication.status_meaning.O"),
        OwnWords({"ca": "Institut d’Estadística", "es": "Instituto de Estadística"}),
        "—",
    )
    columns = ("publication.figure.missing", "publication.asked.owner", "publication.asked.due")
    return Listing("gaps", words("publication.unknown.title"), columns, (row, other))


def synopsis() -> Listing:
    """The table of P1, with each kind of cell."""
    rows = (
        (words("publication.section.P5"), quantity(981_400), Period(DAY), "register"),
        (GroupName("birth=abroad"), quantity(249_300, lower=248_900, upper=249_700), Period(DAY), "register"),
        (Term("publication.section.P6"), quantity(None, lower=1, upper=4, status="Q"), Period("2015/2020"), "register"),
        (AreaName("barri-03"), quantity(None, status="L"), Period("2024"), "survey"),
        (words("publication.section.P4"), quantity(0), Period("2024-12"), "survey"),
        (words("publication.column.area_code"), Tally(73), Period(DAY), "register"),
    )
    columns = (
        "publication.column.indicator",
        "publication.column.value",
        "publication.column.period",
        "publication.figure.source",
    )
    return Listing("synopsis", words("publication.section.P1"), columns, rows)


def cover() -> Listing:
    """The cover sheet of P0."""
    rows = (
        (Term("publication.column.period"), Period(DAY)),
        (Term("publication.column.area_code"), OwnWords({"ca": "Vilanova de Mar", "es": "Villanueva del Mar"})),
        (Term("publication.methods.source.licence"), "CC BY 4.0"),
    )
    return Listing("cover", words("publication.section.P0"), (), rows)


def time_line() -> TimeLine:
    """Three events and a benchmark fact."""
    fact = Fact(
        "urban_share_2014",
        0.54,
        "share",
        "2014",
        "World Urbanization Prospects",
        "https://example.org/wup",
        "publication.status_meaning.B",
    )
    events = (
        (
            1986,
            "national",
            OwnWords(
                {"en": "The country joins the European Communities.", "ca": "El país entra a les Comunitats Europees."}
            ),
            OwnWords({}),
        ),
        (
            2008,
            "global",
            OwnWords({"ca": "Crisi financera mundial."}),
            OwnWords({"ca": "Les arribades cauen a la meitat."}),
        ),
        (
            1992,
            "local",
            OwnWords({"en": "The new port opens.", "ar": "افتتاح الميناء الجديد."}),
            OwnWords({"en": "Building workers arrive."}),
        ),
    )
    return TimeLine(
        "events",
        events,
        (
            (
                Message(
                    "publication.figure.status_count", {"status": Term("publication.level.global"), "number": fact}
                ),
                fact,
            ),
        ),
    )


def summary() -> tuple[Section, ...]:
    """The one-page summary, about as long as a real one."""
    told = [
        Paragraph(words(f"publication.methods.{name}")) for name in ("read.text", "read.interval", "privacy.register")
    ]
    return (
        Section("overview", (cover(), told[0])),
        Section("patterns", (told[1], line())),
        Section("population", (synopsis(),)),
        Section("rights", (), (MissingItem("publication.section.rights", {"ca": "Síndic"}, "2025-06-30"),)),
        Section("cohesion", (told[2],)),
        Section("unknown", (gaps(),)),
    )


def scores() -> Scores:
    """A score, one that moved, and one that cannot be given."""
    rows = (
        ScoreRow(OwnWords({"ca": "Drets", "en": "Rights"}), Score(62.0, 55.0, 78.0), Percent(0.8), Percent(0.5), 50.0),
        ScoreRow(Term("governance.topic.crisis"), Score(None, 20.0, 90.0), Percent(0.3)),
    )
    return Scores("scores", words("publication.scores.dimension"), rows)


def items() -> Items:
    """An item with every kind of value that is said of governance."""
    cells = (Several((Term("governance.level.city"), Term("governance.level.national"))), Amount(1200000.0, "EUR"),
             About(320), About(None), Coefficient(0.743, 0.6, 0.85), Tally(3))  # fmt: skip
    item = Item(OwnWords({"ca": "Pla d’acollida"}), (Line(Term("publication.figure.source"), cells),),
                Mark("governance.duty_state.planned", 0.25), id="first-item")  # fmt: skip
    return Items("to-develop", words("publication.figure.missing"), (item,), tone="develop", numbered=True)


def matrix() -> Matrix:
    """Two departments by two roles, with an empty cell."""
    done, none = Mark("governance.duty_state.done", 0.75), Mark("governance.duty_state.none", 0.0)
    columns = (Term("governance.role.employer"), Term("governance.role.buyer"))
    rows = ((OwnWords({"ca": "Habitatge"}), (done, None)), (OwnWords({"ca": "Educació"}), (none, done)))
    return Matrix("duties", words("publication.matrix.empty"), Term("publication.scores.dimension"), columns, rows)


def chapters() -> tuple[Chapter, ...]:
    """A page of its own and a sheet, each with its blocks."""
    pointer = Pointer(words("publication.nav.governance"), "governance", "first-item")
    return (
        Chapter("governance", words(), words(), (Section("P18", (scores(), items(), matrix())),)),
        Chapter("brief", words(), words(), (Section("P21", (pointer, line())),), sheet=True),
    )


def made_up_report(*, draft: bool = True, release: str = "a1b2c3d4") -> Report:
    """The whole profile."""
    figures = (line(), bars(), pyramid(), areas_map(), components(), profile(), curve())
    asked = MissingItem("Overcrowding by country of birth", {"en": "Housing department", "ca": "Àrea d’Habitatge"},
                        "2025-06-30", {"en": "two questions in the yearly survey"})  # fmt: skip
    sections = (
        Section("P0", (cover(), gaps())),
        Section("P1", (synopsis(),)),
        Section(
            "P2",
            (
                Paragraph(words()),
                Paragraph(words("publication.methods.privacy.audit"), warning=True),
                OwnWords(city().profile.coverage),
            ),
        ),
        Section("P3", (), (asked,)),
        Section("P4", (time_line(),)),
        Section("P5", (figures[0], figures[1], figures[2], figures[4]), (asked,)),
        Section("P6", (figures[3], *figures[5:])),
        Section("P22", (Listing("gaps-all", words("publication.unknown.title"), gaps().columns, gaps().rows),)),
    )
    repair = AppliedRepair("drop_identical_duplicates", "two rows were delivered twice", "padro-2025.csv", 2)
    provenance = Provenance("register", "vilanova/register", "ab" * 32, {"padro-2025.csv": "cd" * 32},
                            "Oficina d’Estadística", "CC BY 4.0", "https://example.org/register", "0.1.0",
                            (repair,))  # fmt: skip
    return Report(
        city=city(), areas=areas(), period=Period(DAY), headline=finding(publisher=AreaName("barri-01")),
        lead=Message("publication.figure.span", {"first": quantity(249_300), "last": quantity(981_400)}),
        sections=sections, summary=summary(), observations=tuple(f.table for f in figures), provenances=(provenance,),
        draft=draft, release=release, chapters=chapters(),
        documents=(Document("governance/assessment.json", "Assessment", {"schema": "1", "edition": "2025"}),),
    )  # fmt: skip
