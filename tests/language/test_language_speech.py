"""Numbers, dates and sentences in six languages."""

import pytest

from cosmopolis.errors import Fault, SourceError, UsageError
from cosmopolis.language import LANGUAGES, Language, MissingWords, best_language, language
from cosmopolis.vocabulary.area import Area, Areas
from cosmopolis.vocabulary.protected import Quantity
from cosmopolis.vocabulary.report import AreaName, Fact, GroupName, Message, Period, Tally, Term
from cosmopolis.vocabulary.table import Status

NARROW, HARD = "\u202f", "\u00a0"  # the two spaces that never break
NUMBER, NAME, END = "\u2066", "\u2068", "\u2069"  # directional isolates


class Told(Language):
    """A language with words made up for a test."""

    def _template(self, message_id, values):  # noqa: ARG002
        return message_id


def quantity(value, lower=None, upper=None, unit="persons", status="A"):
    return Quantity("population_stock", "town", "2025", "_T", value, lower, upper, unit, Status(status), "register")


def test_the_languages_are_those_of_the_united_nations_in_the_order_of_the_menu():
    assert LANGUAGES == ("en", "fr", "es", "zh", "ar", "ru")
    assert [language(code).name for code in LANGUAGES] == [
        "English",
        "Français",
        "Español",
        "中文",
        "العربية",
        "Русский",
    ]
    assert [language(code).dir for code in LANGUAGES] == ["ltr", "ltr", "ltr", "ltr", "rtl", "ltr"]


def test_a_language_that_is_not_there_names_those_that_are():
    with pytest.raises(UsageError) as caught:
        language("de")
    assert language("en").error(caught.value) == (
        "Cosmopolis does not speak ‘de’. Pages and messages exist in six languages only. "
        "Choose one of: en, fr, es, zh, ar, ru."
    )


@pytest.mark.parametrize(
    ("code", "written"),
    [
        ("en", "1,731,662"),
        ("fr", f"1{NARROW}731{NARROW}662"),
        ("es", "1.731.662"),
        ("zh", "1,731,662"),
        ("ar", "1,731,662"),
        ("ru", f"1{HARD}731{HARD}662"),
    ],
)
def test_persons_are_grouped_as_the_language_groups_and_in_latin_digits(code, written):
    assert language(code).quantity(quantity(1731662)) == written


@pytest.mark.parametrize(
    ("code", "written"),
    [
        ("en", "18.4%"),
        ("fr", f"18,4{HARD}%"),
        ("es", f"18,4{HARD}%"),
        ("zh", "18.4%"),
        ("ar", "18.4%"),
        ("ru", f"18,4{HARD}%"),
    ],
)
def test_a_share_is_per_cent_with_the_languages_own_space(code, written):
    assert language(code).quantity(quantity(0.184, unit="share")) == written
    assert language(code).quantity(quantity(18.4, unit="percent")) == written


def test_a_change_of_a_share_is_in_signed_points_and_no_per_cent():
    assert language("en").quantity(quantity(2.49, unit="percentage points")) == "+2.5"
    assert language("fr").quantity(quantity(-0.1, unit="percentage points")) == "-0,1"
    assert language("en").quantity(quantity(0.0, unit="percentage points")) in {"0.0", "+0.0"}
    assert language("en").interval(-40, 60, "percentage points") == language("en").say(
        "language.interval", lower="-40.0", upper="+60.0"
    )


def test_an_index_has_three_decimals_unless_asked_otherwise():
    assert language("en").quantity(quantity(0.41666, unit="index")) == "0.417"
    assert language("fr").quantity(quantity(0.41666, unit="index"), decimals=2) == "0,42"


def test_a_number_that_rounds_to_zero_has_no_sign():
    assert language("en").number(-0.2) == "0"
    assert language("en").percent(-0.0001) == "0.0%"


def test_a_change_can_be_written_with_its_sign():
    assert language("en").percent(0.031, signed=True) == "+3.1%"
    assert language("ar").number(-1250, signed=True) == "\u200e-1,250"


@pytest.mark.parametrize(
    ("code", "written"),
    [
        ("en", "1,731,662 to 1,732,739"),
        ("fr", f"1{NARROW}731{NARROW}662 à 1{NARROW}732{NARROW}739"),
        ("es", "1.731.662 a 1.732.739"),
        ("zh", "1,731,662至1,732,739"),
        ("ar", "1,731,662 إلى 1,732,739"),
        ("ru", f"от 1{HARD}731{HARD}662 до 1{HARD}732{HARD}739"),
    ],
)
def test_a_sum_with_suppressed_parts_is_written_as_its_interval(code, written):
    assert language(code).quantity(quantity(None, 1731662, 1732739, status="Q")) == written


def test_an_interval_whose_ends_look_alike_is_one_number():
    assert language("en").interval(0.1841, 0.1842, "share") == "18.4%"
    assert [piece.text for piece in language("en").interval_pieces(0.1841, 0.1842, "share")] == ["18.4%"]


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_pieces_of_an_interval_are_its_words_and_its_ends_are_numbers(code):
    speech = language(code)
    pieces = speech.interval_pieces(-0.457, 0.02, "share")
    assert "".join(piece.text for piece in pieces) == speech.interval(-0.457, 0.02, "share")
    assert [piece.text for piece in pieces if piece.kind == "number"] == [speech.percent(-0.457), speech.percent(0.02)]


@pytest.mark.parametrize("code", LANGUAGES)
def test_zero_protected_missing_not_collected_and_impossible_are_five_different_things(code):
    words = {language(code).quantity(quantity(None, status=status)) for status in "QOLM"}
    assert len(words | {language(code).quantity(quantity(0))}) == 5


@pytest.mark.parametrize(
    ("code", "written"),
    [
        ("en", "1 January 2025"),
        ("fr", "1er janvier 2025"),
        ("es", "1 de enero de 2025"),
        ("zh", "2025年1月1日"),
        ("ar", "1 يناير 2025"),
        ("ru", f"1 января 2025{NARROW}г."),
    ],
)
def test_a_day_is_written_out(code, written):
    assert language(code).period("2025-01-01") == written


def test_french_counts_only_the_first_of_a_month():
    assert language("fr").date("2025-12-31") == "31 décembre 2025"
    assert language("fr").date("2025-03-11") == "11 mars 2025"


def test_years_months_and_spans_are_periods_too():
    english = language("en")
    assert english.period("2025") == "2025"
    assert english.period("2024-12") == "December 2024"
    assert english.period("2015/2020") == "2015–2020"
    assert english.period("2024-01-01/2024-12-31") == "1 January 2024 to 31 December 2024"


def test_age_groups_read_as_people_say_them():
    assert [language("en").age_group(code) for code in ("Y0", "Y0T4", "Y_GE100", "Y_LT15", "_T", "_U")] == [
        "0", "0–4", "100 and over", "under 15", "all ages", "age unknown",
    ]  # fmt: skip
    assert language("ru").age_group("Y_GE65") == "65 лет и старше"


def test_places_have_the_name_the_reader_knows():
    assert [language(code).group("birth=DEU") for code in LANGUAGES] == [
        "Germany", "Allemagne", "Alemania", "德国", "ألمانيا", "Германия",
    ]  # fmt: skip
    assert language("es").group("citizenship=039") == "Europa meridional"
    assert language("fr").group("birth=SUN") == "ex-Union soviétique"
    assert language("en").group("birth=XKX") == "Kosovo"


def test_several_axes_are_told_apart():
    assert language("en").group("birth=DEU;citizenship=FRA") == "country of birth: Germany, citizenship: France"
    assert language("zh").group("birth=abroad;education=tertiary") == "国外出生、高等教育"


def test_a_code_without_a_name_is_a_fault_of_ours():
    with pytest.raises(MissingWords, match="QQQ"):
        language("en").group("birth=QQQ")
    with pytest.raises(MissingWords, match=r"no\.such has no words in en"):
        language("en").say("no.such")


def test_a_value_that_the_words_need_must_be_given():
    with pytest.raises(MissingWords, match="needs the value age"):
        language("en").say("language.age.under")


def test_every_kind_of_value_becomes_words():
    areas = Areas((Area("barri-01", "el Raval", "barri"),))
    message = Message(
        "{a}|{b}|{c}|{d}|{e}|{f}|{g}",
        {
            "a": quantity(48297),
            "b": Tally(1073),
            "c": Period("2025-01-01"),
            "d": AreaName("barri-01"),
            "e": GroupName("citizenship=foreign"),
            "f": Term("status.Q"),
            "g": Fact("urban", 0.55, "share", "2018", "UN", ""),
        },
    )
    assert Told("en").words(message, areas).split("|") == [
        "48,297", "1,073", "1 January 2025", "el Raval", "group.citizenship.foreign", "status.Q", "55%",
    ]  # fmt: skip


def test_in_arabic_numbers_dates_and_foreign_names_are_isolated_and_words_of_ours_are_not():
    areas = Areas((Area("barri-01", "el Raval", "barri"),))
    message = Message(
        "{n} {d} {a} {t}", {"n": Tally(5), "d": Period("2025"), "a": AreaName("barri-01"), "t": Term("x")}
    )
    assert Told("ar").words(message, areas) == f"{NUMBER}5{END} {NAME}2025{END} {NAME}el Raval{END} x"


def test_in_arabic_each_bound_is_isolated_by_itself():
    message = Message("{q}", {"q": quantity(None, 3, 9, status="Q")})
    pieces = [(piece.text, piece.kind) for piece in language("ar")._pieces("q", message.values["q"], None)]
    assert pieces == [("3", "number"), (" إلى ", "words"), ("9", "number")]


def test_an_arabic_name_is_isolated_in_an_english_sentence():
    areas = Areas((Area("district-01", "حي السلام", "district"),))
    assert Told("en").words(Message("{a} has", {"a": AreaName("district-01")}), areas) == f"{NAME}حي السلام{END} has"


def test_a_fault_names_its_place_with_plain_numbers_and_its_counts_with_grouped_ones():
    fault = Fault("row {row} of {file}: {found} persons in {year}, one of {known}",
                  {"row": 57705, "file": "a.csv", "found": 1731662, "year": 2025, "known": ["a", "b"]})  # fmt: skip
    english = Told("en")
    assert "57705 of a.csv: 1,731,662 persons in 2025" in english.fault(fault)


def test_all_faults_of_an_error_are_listed_and_the_rest_is_counted():
    faults = [Fault("language.unknown", {"value": str(n), "known": ("en",)}) for n in range(23)]
    lines = language("en").error(SourceError(faults)).splitlines()
    assert len(lines) == 21
    assert lines[0].startswith("- Cosmopolis does not speak ‘0’.")
    assert lines[-1] == "3 more faults are not listed. Mend these first and try again."


def test_the_plural_is_the_one_of_the_number():
    russian = language("ru")
    told = [russian.say("language.error.unlisted", count=count) for count in (1, 3, 5, 21)]
    assert [text.split(".")[0] for text in told] == [
        "Ещё 1 ошибка не показана", "Ещё 3 ошибки не показаны", "Ещё 5 ошибок не показано", "Ещё 21 ошибка не показана",
    ]  # fmt: skip


def test_french_spaces_before_tall_signs_do_not_break():
    told = language("fr").say("language.unknown", value="de", known=("en",))
    assert f"«{HARD}de{HARD}»" in told
    assert f"parmi{HARD}:" in told


@pytest.mark.parametrize(
    ("environ", "code"),
    [
        ({}, "en"),
        ({"LANG": "fr_FR.UTF-8"}, "fr"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANGUAGE": "ca:es", "LANG": "en_GB.UTF-8"}, "es"),
        ({"LC_ALL": "ru_RU", "LANG": "fr_FR"}, "ru"),
        ({"LC_ALL": "", "LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LC_ALL": "de_DE", "LANG": "fr_FR"}, "en"),
        ({"LANG": "arn_CL"}, "en"),
    ],
)
def test_the_terminal_speaks_the_language_it_was_asked_for(environ, code):
    assert best_language(environ) == code
