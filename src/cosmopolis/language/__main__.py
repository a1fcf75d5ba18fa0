"""Compile the words: `python -m cosmopolis.language`."""

import sys

from cosmopolis.language.catalogues import LOCALE, compile_languages

for written in compile_languages(LOCALE):
    sys.stdout.write(f"{written.relative_to(LOCALE.parent)}\n")
