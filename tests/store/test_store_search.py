"""Search over practices: one question, six languages."""

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cosmopolis.catalogue.thesaurus import thesaurus
from cosmopolis.errors import StoreError
from cosmopolis.store import SearchIndex
from cosmopolis.store import search as search_module
from cosmopolis.store.terms import folded, indexed_terms, terms
from cosmopolis.vocabulary.search import Concept, SearchDocument, Thesaurus

#: "Social housing for refugees" as six cities would head it, in words of their own.
HOUSING = {
    "en": "Social housing for refugee families",
    "fr": "Des logements sociaux pour les familles de réfugiés",
    "es": "Viviendas sociales para personas refugiadas",
    "zh": "为难民家庭提供社会住房",
    "ar": "إسكان اجتماعي لأسر اللاجئين",
    "ru": "Социальное жильё для семей беженцев",
}
OTHERS = {
    "sport": "Football without borders",
    "mosque": "Un lugar para la mezquita del barrio",
    "burial": "为各宗教设立墓地",
}


@cache
def index():
    documents = [SearchDocument(code, (text,)) for code, text in {**HOUSING, **OTHERS}.items()]
    return SearchIndex(documents, thesaurus())


def found(question, made=None, **facets):
    return [hit.id for hit in (made or index()).search(question, **facets)]


@pytest.mark.parametrize(
    "question",
    [
        "housing for refugees",
        "logement des réfugiés",
        "vivienda para refugiados",
        "难民住房",
        "سكن للاجئين",
        "жильё для беженцев",
    ],
)
def test_a_question_in_any_language_finds_all_six(question):
    assert set(found(question)[:6]) == set(HOUSING)


@pytest.mark.parametrize(
    ("question", "wanted"), [("cemetery", "burial"), ("кладбище", "burial"), ("مسجد", "mosque"), ("足球", "sport")]
)
def test_one_word_finds_what_another_language_wrote(question, wanted):
    assert found(question) == [wanted]


def test_what_holds_more_of_the_question_comes_first():
    made = SearchIndex(
        [
            SearchDocument("a", ("School school school school",)),
            SearchDocument("b", ("Health",), body=("and one school",)),
        ],
        thesaurus(),
    )
    assert found("school health", made) == ["b", "a"]
    assert found("school", made) == ["a", "b"]


def test_a_hit_says_what_was_recognised():
    made = SearchIndex([SearchDocument("a", ("Cursos de idiomas en Rosario",))], thesaurus())
    (hit,) = made.search("language courses rosario")
    assert (hit.concepts, hit.words) == (("language_course",), ("rosari",))


def test_the_longest_phrase_is_the_concept():
    assert index().concepts("social housing") == ("social_housing",)
    assert index().concepts("社会住房") == ("social_housing",)
    assert index().concepts("housing, social work") == ("housing", "social_assistance")


def test_a_word_that_is_no_concept_is_found_by_its_beginning():
    made = SearchIndex([SearchDocument("a", ("Bicycles for nurses",))], thesaurus())
    assert found("bicyc", made) == ["a"]
    assert found("bic", made) == []


@pytest.mark.parametrize("question", ["墓", "地", "墓地"])
def test_a_single_chinese_character_is_found_wherever_it_stands(question):
    assert found(question) == ["burial"]


def test_small_words_find_nothing_and_no_question_finds_everything():
    assert found("for the") == []
    assert found("  ?! ") == sorted({**HOUSING, **OTHERS})


def test_nothing_is_found_where_nothing_is():
    assert found("zeppelin") == []


def faceted():
    told = {"a": ("running", "3"), "b": ("failed", "2"), "c": ("ended", "3")}
    documents = [
        SearchDocument(name, ("School",), facets={"status": (status,), "evidence": (level,)})
        for name, (status, level) in told.items()
    ]
    return SearchIndex(documents, thesaurus())


def test_facets_keep_what_has_one_of_their_codes():
    assert found("school", faceted(), facets={"evidence": ["3"]}) == ["a", "c"]
    assert found("school", faceted(), facets={"evidence": ["3"], "status": ["ended", "failed"]}) == ["c"]
    assert found("school", faceted(), facets={"size": ["small"]}) == []


def test_failures_are_found_unless_they_are_left_out():
    assert found("school", faceted()) == ["a", "b", "c"]
    assert found("school", faceted(), without={"status": ["failed"]}) == ["a", "c"]


def test_the_order_of_documents_changes_nothing():
    documents = [SearchDocument(code, (text,)) for code, text in HOUSING.items()]
    one, other = SearchIndex(documents, thesaurus()), SearchIndex(documents[::-1], thesaurus())
    assert one.search("housing families") == other.search("housing families")


@settings(max_examples=60)
@given(st.text(max_size=60))
def test_no_question_can_break_the_search(question):
    assert set(found(question)) <= {*HOUSING, *OTHERS}


@pytest.mark.parametrize("question", ['"', "NEAR(a b)", "title:x OR *", "school AND (", "a\x00b", "x" * 5000])
def test_the_signs_of_the_query_language_are_text(question):
    found(question)


def test_a_sqlite_without_full_text_search_is_told(monkeypatch):
    class Bare:
        def execute(self, _):
            raise search_module.sqlite3.OperationalError("no such module: fts5")

    monkeypatch.setattr(search_module.sqlite3, "connect", lambda *_, **__: Bare())
    with pytest.raises(StoreError, match=r"store\.no_full_text"):
        SearchIndex([], Thesaurus((Concept("a", {"en": ("a",)}),)))


# ---- terms


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("houses", "house"), ("viviendas", "Vivienda"), ("réfugiées", "refugie"), ("city", "cities"),
        ("школы", "школа"), ("школах", "школу"), ("беженцев", "беженцам"), ("жильё", "жилье"),
        ("المدرسة", "مدرسه"), ("والمدرسة", "المدرسة"), ("إسكان", "اسكان"), ("جمعيات", "جمعية"), ("لاجئون", "اللاجئين"),
        ("مُهاجِر", "مهاجر"), ("مستشفى", "مستشفي"), ("ＡＢＣ", "abc"),
    ],
)  # fmt: skip
def test_forms_of_one_word_are_one_term(one, other):
    assert terms(one) == terms(other) != []


@pytest.mark.parametrize(("one", "other"), [("class", "clas"), ("школа", "школьник"), ("سكن", "عمل"), ("use", "us")])
def test_other_words_stay_other_words(one, other):
    assert terms(one) != terms(other)


def test_chinese_becomes_overlapping_pairs():
    assert terms("住房政策") == ["住房", "房政", "政策"]
    assert terms("在 2025年") == ["在", "2025", "年"]
    assert indexed_terms("住房政策") == ["住房", "房政", "政策", "策"]


def test_scripts_in_one_text_are_parted():
    assert terms("NGO社区 школы") == ["ngo", "社区", "школ"]


@given(st.text(max_size=40))
def test_folding_twice_is_folding_once(text):
    assert folded(folded(text)) == folded(text)


@given(st.text(max_size=40))
def test_terms_are_what_full_text_search_can_take(text):
    assert all(term and '"' not in term and " " not in term for term in indexed_terms(text))
