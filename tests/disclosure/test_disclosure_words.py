"""Every fault of the room has words in six languages that use only values it carries."""

import re
from pathlib import Path

import polib
import pytest

import cosmopolis

PACKAGE = Path(cosmopolis.__file__).parent
USED = {
    name
    for path in (PACKAGE / "disclosure").glob("*.py")
    for name in re.findall(r'"(disclosure\.\w+)"', path.read_text(encoding="utf-8"))
}


@pytest.mark.parametrize("language", ["en", "fr", "es", "zh", "ar", "ru"])
def test_every_fault_has_words(language):
    words = {entry.msgid: entry.msgstr for entry in polib.pofile(_file(language))}
    english = {entry.msgid: entry.msgstr for entry in polib.pofile(_file("en"))}
    assert set(words) == USED
    for name, text in words.items():
        assert text
        assert set(re.findall(r"{(\w+)}", text)) == set(re.findall(r"{(\w+)}", english[name]))


def _file(language):
    return str(PACKAGE / "content" / "locale" / language / "disclosure.po")
