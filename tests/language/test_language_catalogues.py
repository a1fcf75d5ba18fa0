"""How the words are compiled, and when the text wins over the compiled words."""

import os
import subprocess
import sys

import pytest

from cosmopolis.language.catalogues import compile_languages, translations

HEAD = 'msgid ""\nmsgstr ""\n"Language: en\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "en").mkdir()
    (tmp_path / "en/a.po").write_text(f'{HEAD}msgid "a.x"\nmsgstr "first"\n', encoding="utf-8")
    (tmp_path / "en/b.po").write_text(f'{HEAD}msgid "b.y"\nmsgstr "second"\n', encoding="utf-8")
    return tmp_path


def test_the_files_of_all_rooms_are_one_catalogue(folder):
    words = translations(folder, "en")
    assert [words.gettext(told) for told in ("a.x", "b.y", "c.z")] == ["first", "second", "c.z"]


def test_compiled_words_are_the_same_bytes_every_time(folder):
    first = [path.read_bytes() for path in compile_languages(folder)]
    assert first == [path.read_bytes() for path in compile_languages(folder)]
    assert translations(folder, "en").gettext("a.x") == "first"


def test_a_text_that_is_newer_than_the_compiled_words_wins(folder):
    list(compile_languages(folder))
    path = folder / "en/a.po"
    path.write_text(f'{HEAD}msgid "a.x"\nmsgstr "mended"\n', encoding="utf-8")
    later = (folder / "en.mo").stat().st_mtime + 5
    os.utime(path, (later, later))
    assert translations(folder, "en").gettext("a.x") == "mended"


def test_two_rooms_with_words_for_one_id_are_refused(folder):
    (folder / "en/b.po").write_text(f'{HEAD}msgid "a.x"\nmsgstr "other"\n', encoding="utf-8")
    with pytest.raises(ValueError, match=r"a\.x is in a\.po and in b\.po"):
        list(compile_languages(folder))


def test_asking_for_a_language_loads_nothing_heavy():
    asked = (
        "import sys; from cosmopolis.language import language; language('en').name; "
        "print([name for name in ('polars', 'numpy', 'babel') if name in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
