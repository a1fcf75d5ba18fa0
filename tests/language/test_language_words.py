"""Every message id has whole words in all six languages, and every id that the program uses is among them."""

import ast
import re
from functools import cache
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.pofile import read_po

from cosmopolis import catalogue
from cosmopolis.language import LANGUAGES, language
from cosmopolis.language.catalogues import LOCALE, po_files
from cosmopolis.vocabulary.table import Status

SOURCE = LOCALE.parent.parent

#: Calls whose first argument is a message id.
SPEAKERS = {"Fault", "Message", "Term", "at", "say", "tell", "result", "gap", "has"}
MESSAGE_ID = re.compile(r"[a-z][a-z0-9_]*(\.[A-Za-z0-9_]+)+")
LETTERS = {
    "ar": re.compile(r"[\u0600-\u06ff]"),
    "ru": re.compile(r"[а-яё]", re.I),
    "zh": re.compile(r"[\u3000-\u9fff\uff00-\uffee]"),
}


@cache
def words(code):
    """Message id -> its strings (one, or one a plural form) in a language."""
    found = {}
    for path in po_files(LOCALE, code):
        with path.open("rb") as text:
            part = read_po(text, locale=code, abort_invalid=True)
        for message in part:
            if message.id:
                told = message.id if isinstance(message.id, str) else message.id[0]
                strings = message.string if isinstance(message.string, tuple) else (message.string,)
                found[told] = (path.name, message.fuzzy, part.num_plurals, strings, isinstance(message.id, tuple))
    return found


def every_string(code):
    for told, (_, _, _, strings, _) in words(code).items():
        for text in strings:
            yield told, text


def placeholders(text):
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_message_is_there(code):
    everything = {(told, entry[0]) for one in LANGUAGES for told, entry in words(one).items()}
    here = {(told, entry[0]) for told, entry in words(code).items()}
    assert sorted(everything - here) == []


@pytest.mark.parametrize("code", LANGUAGES)
def test_no_message_is_empty_or_unsure(code):
    assert [told for told, text in every_string(code) if not text.strip(" ") or text == told] == []
    assert [told for told, entry in words(code).items() if entry[1]] == []


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_plural_has_all_the_forms_of_the_language(code):
    many = {"en": 2, "fr": 2, "es": 2, "zh": 1, "ar": 6, "ru": 3}[code]
    assert {entry[2] for entry in words(code).values()} == {many}
    assert [told for told, entry in words(code).items() if entry[4] and len(entry[3]) != many] == []
    english = words("en")
    assert [told for told, entry in words(code).items() if entry[4] != english[told][4]] == []


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_language_is_given_the_same_values(code):
    wrong = []
    for told, (_, _, _, strings, plural) in words(code).items():
        wanted = set().union(*(placeholders(text) for text in words("en")[told][3]))
        for text in strings:
            # the forms for none, one and two may say so in words; the last one, for many, gives every value
            few = plural and text != strings[-1]
            same = placeholders(text) <= wanted if few else placeholders(text) == wanted
            wrong += [] if same else [f"{told}: {sorted(placeholders(text))} instead of {sorted(wanted)}"]
    assert wrong == []


def test_placeholders_are_plain_names():
    assert [
        told
        for code in LANGUAGES
        for told, text in every_string(code)
        for name in placeholders(text)
        if not name.isidentifier()
    ] == []


@pytest.mark.parametrize("code", LANGUAGES)
def test_no_string_has_loose_ends(code):
    def loose(told, text):
        edges = text != text.strip() and told != "language.list.separator"
        return edges or "  " in text or "\t" in text or " ," in text or re.search(r" \.(?!\w)", text)

    assert [told for told, text in every_string(code) if loose(told, text)] == []


@pytest.mark.parametrize("code", sorted(LETTERS))
def test_every_string_is_in_the_script_of_its_language(code):
    def foreign(text):
        outside = re.sub(r"\{\w*\}", "", text)
        return any(letter.isalpha() for letter in outside) and not LETTERS[code].search(outside)

    # names that are written in Latin letters everywhere: CSV, JSON, SHA-256
    assert [(told, text) for told, text in every_string(code) if foreign(text) and text not in {"CSV", "JSON"}] == []


@pytest.mark.parametrize("code", LANGUAGES)
def test_errors_and_sentences_of_one_id_end_alike(code):
    ends = ".!?…。！？؟:："
    sentence = {told for told, text in every_string("en") if text[-1] in ".!?"}
    assert [told for told, text in every_string(code) if told in sentence and text[-1] not in ends + '»"”)}'] == []


def used_ids():
    """Every message id that stands as a literal in a call of `SPEAKERS`, with the file it is in."""
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            called = getattr(node.func, "id", getattr(node.func, "attr", ""))
            first = node.args[0]
            options = (first.body, first.orelse) if isinstance(first, ast.IfExp) else (first,)
            for option in options:
                told = option.value if isinstance(option, ast.Constant) else None
                if called in SPEAKERS and isinstance(told, str) and MESSAGE_ID.fullmatch(told):
                    yield told, str(path.relative_to(SOURCE))


def test_every_id_in_the_code_has_words():
    assert sorted({use for use in used_ids() if use[0] not in words("en")}) == []


def test_every_id_in_the_templates_has_words():
    called = re.compile(r"""\b(?:say|tell|term)\(\s*(["'])([a-z][\w.]*)\1\s*[,)]""")
    found = {
        (match[2], path.name)
        for path in sorted((SOURCE / "publication").rglob("*.html*"))
        for match in called.finditer(path.read_text(encoding="utf-8"))
    }
    assert sorted(use for use in found if use[0] not in words("en")) == []


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_status_has_a_word_of_its_own(code):
    assert len({language(code).status(status) for status in Status}) == len(Status)


def recipe_codes():
    """Indicators, units and origin groups that the shipped recipes can produce."""
    indicators, units, groups = set(), set(), set()

    def note(role, code):
        if role.startswith("axis:") and code not in ("_T", ""):
            groups.add(f"{role.removeprefix('axis:')}={code}")
        if role == "indicator":
            indicators.add(code)

    for recipe in catalogue.shipped_recipes().values():
        for measure in recipe.measures:
            indicators.add(measure.indicator)
            units.add(measure.unit)
            for role, code in measure.sets.items():
                note(role, code)
        for role, code in recipe.constants.items():
            note(role, code)
        for column in (*recipe.columns, *recipe.from_name):
            for code in (column.codes or {}).values():
                note(column.role, code)
    return indicators - {""}, units - {""}, groups


@pytest.mark.parametrize("code", LANGUAGES)
def test_everything_that_a_shipped_recipe_produces_has_a_name(code):
    indicators, units, groups = recipe_codes()
    assert {"population_stock", "births"} & indicators
    assert "citizenship=foreign" in groups
    spoken = language(code)
    for names, name in ((indicators, spoken.indicator), (units, spoken.unit), (groups, spoken.group)):
        assert all(name(told) for told in names)


def test_the_locale_holds_the_six_languages_and_nothing_else():
    assert {path.name for path in LOCALE.iterdir() if path.is_dir()} == set(LANGUAGES)
    assert {path.suffix for path in Path(LOCALE).iterdir() if path.is_file()} <= {".mo"}
