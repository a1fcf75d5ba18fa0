"""
The style sheet and the fonts, as the site ships them.

A browser fetches a font only when a page has a letter in its range: an English
page never loads the Chinese one.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.resources import files

LATIN = "U+0000-0259,U+02BB-0328,U+0370-052F,U+1E00-20BF,U+2116-2122"
ARABIC = "U+0600-06FF,U+0750-077F,U+08A0-08FE,U+FB50-FDFD,U+FE70-FEFF"
HAN = (
    "U+2190-2193,U+2208-22A5,U+25A0-2642,U+2E80-30FF,U+3100-312F,U+31C0-33FF,"
    "U+3400-9FFF,U+F900-FAFF,U+FE30-FE4F,U+FF00-FFEF"
)

#: In this order: what is printed comes last, so that it wins on paper.
STYLE_FILES = ("style.css", "charts.css", "print.css")

#: Family name, how its files begin, and for which letters it is fetched.
FACES = (
    ("Cosmopolis Sans", "cosmopolis-sans-", LATIN),
    ("Cosmopolis Serif", "cosmopolis-serif-", LATIN),
    ("Cosmopolis Naskh", "cosmopolis-naskh-", ARABIC),
    ("Cosmopolis Han", "cosmopolis-han-", HAN),
)


def font_files() -> Iterator[tuple[str, bytes]]:
    """Path inside the site and content of every font, and of the licence they come with."""
    for name in _font_names():
        yield f"fonts/{name}", (files("cosmopolis.content") / "fonts" / name).read_bytes()


def style_sheet() -> bytes:
    """The one style sheet of the site: fonts, screen, print."""
    own = files("cosmopolis.publication") / "static"
    parts = [_font_face(name) for name in _font_names() if name.endswith(".woff2")]
    parts += [(own / name).read_text(encoding="utf-8") for name in STYLE_FILES]
    return "\n".join(parts).encode("utf-8")


@cache
def _font_names() -> tuple[str, ...]:
    folder = files("cosmopolis.content") / "fonts"
    names = (entry.name for entry in folder.iterdir()) if folder.is_dir() else ()
    return tuple(sorted(name for name in names if name.endswith((".woff2", ".txt"))))


def _font_face(name: str) -> str:
    for family, start, letters in FACES:
        if name.startswith(start):
            weight = name.removeprefix(start).removesuffix(".woff2")
            return (
                f'@font-face{{font-family:"{family}";font-weight:{weight};font-display:swap;'
                f'src:url("fonts/{name}") format("woff2");unicode-range:{letters}}}'
            )
    raise LookupError(f"{name}: no family of FACES begins so; add it there")
