"""The shipped fonts can draw every word of ours, and stay small."""

from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from cosmopolis.language import LANGUAGES, forms
from cosmopolis.language.catalogues import LOCALE, po_files

FONTS = LOCALE.parent / "fonts"


def letters(name: str) -> set[int]:
    return set(TTFont(FONTS / f"{name}.woff2").getBestCmap())


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_letter_of_our_words_and_of_the_names_of_countries_can_be_drawn(code):
    drawn = letters("cosmopolis-sans-400") | letters("cosmopolis-naskh-400") | letters("cosmopolis-han-400")
    text = "".join(path.read_text(encoding="utf-8") for path in po_files(LOCALE, code))
    text += "".join(forms.locale(code).territories.values())
    assert sorted(letter for letter in set(text) if letter > " " and ord(letter) not in drawn) == []


def test_the_chinese_font_holds_every_hanzi_of_gb_2312():
    rows = (bytes([row, cell]) for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF))
    hanzi = {ord(text) for raw in rows if (text := raw.decode("gb2312", errors="ignore"))}
    assert len(hanzi) == 6763
    assert hanzi <= letters("cosmopolis-han-400")


def test_the_weights_of_a_family_have_the_same_letters():
    for family, weights in {"sans": (400, 600), "serif": (400, 600), "naskh": (400, 700)}.items():
        assert letters(f"cosmopolis-{family}-{weights[0]}") == letters(f"cosmopolis-{family}-{weights[1]}")


def test_no_font_is_named_as_one_that_a_machine_may_have():
    for path in sorted(FONTS.glob("*.woff2")):
        names = TTFont(path)["name"]
        assert names.getBestFamilyName().startswith("Cosmopolis ")
        assert "SIL Open Font License" in names.getDebugName(13)


def test_all_fonts_together_are_below_two_and_a_half_megabytes():
    assert sum(path.stat().st_size for path in Path(FONTS).iterdir()) < 2_500_000
