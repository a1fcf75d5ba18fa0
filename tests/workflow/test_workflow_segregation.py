"""The indices of a table from anywhere: what is told, and what is said plainly instead."""

from pathlib import Path

import pytest

from cosmopolis.cli.blocks import Speaker, sections_text
from cosmopolis.errors import UsageError
from cosmopolis.language import LANGUAGES, language
from cosmopolis.workflow.segregation import SegregationTold, table_segregation


def told_of(folder: Path, text: str) -> SegregationTold:
    path = folder / "wards.csv"
    path.write_text(text, encoding="utf-8")
    return table_segregation(path, group="abroad", rest="others")


def text_of(told: SegregationTold, code: str = "en") -> str:
    return sections_text(told.sections, Speaker(language(code)))


def test_a_group_is_not_compared_with_itself(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="same_column"):
        table_segregation(tmp_path / "wards.csv", group="abroad", rest=" abroad")


def test_the_caption_counts_the_areas_left_out(tmp_path: Path) -> None:
    told = told_of(tmp_path, "ward,abroad,others\na,100,0\nb,60,40\nc,0,0\nd,40,60\ne,0,100\n")
    assert "abroad against others over 4 areas; areas without people, left out: 1" in text_of(told)
    # worked by hand in the domain reference, 9.4
    assert told.envelope["dissimilarity"] == pytest.approx(0.6)


def test_the_interval_of_an_even_city_stays_at_nought_or_above(tmp_path: Path) -> None:
    told = told_of(tmp_path, "ward,abroad,others\na,10,100\nb,10,100\nc,10,100\n")
    low, high = told.envelope["dissimilarity_interval"]  # type: ignore[misc]
    assert 0 <= low <= high <= 1
    assert "0.00 (0.00 to " in text_of(told)


@pytest.mark.parametrize("code", LANGUAGES)
def test_too_few_people_for_an_interval_have_their_index_and_are_told_so(tmp_path: Path, code: str) -> None:
    # 2 of 5 in the first ward, 3 in the second; 90 and 10 of 100 others: (|2/5 - 9/10| + |3/5 - 1/10|) / 2
    told = told_of(tmp_path, "ward,abroad,others\na,2,90\nb,3,10\n")
    assert told.envelope["dissimilarity"] == pytest.approx(0.5)
    assert told.envelope["dissimilarity_interval"] is None
    speech = language(code)
    said = text_of(told, code)
    assert speech.say("segregation.no_interval", group="abroad", rest="others")[:20] in said.replace("\u2068", "")
    assert speech.capital(speech.say("indicator.dissimilarity")) in said
    assert speech.capital(speech.say("segregation.dissimilarity")) not in said
