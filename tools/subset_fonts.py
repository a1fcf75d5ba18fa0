"""
Make the fonts of `content/fonts` out of the full Noto fonts: `python tools/subset_fonts.py FONTS OUT`.

FONTS is a folder with the files of Debian's packages fonts-noto-core,
fonts-noto-extra and fonts-noto-cjk. The families get names of our own, so that a
page never meets another version of Noto that happens to be installed.
"""

import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter, load_font
from fontTools.ttLib import TTFont

#: Latin with Vietnamese, Greek, Cyrillic, punctuation, currencies and the few signs that reports use.
EUROPEAN = (
    *range(0x20, 0x7F), *range(0xA0, 0x250), 0x259, 0x2BB, 0x2BC, *range(0x2C6, 0x2DE),
    *range(0x300, 0x30D), 0x323, 0x327, 0x328, *range(0x370, 0x530), *range(0x1E00, 0x2070),
    *range(0x2070, 0x20C0), 0x2116, 0x2122, *range(0x2190, 0x2194), 0x2212, 0x2215, 0x2248,
    0x2260, 0x2264, 0x2265,
)  # fmt: skip

#: File of ours: family, style, file of Noto, font in the collection, characters (`None`: all).
FONTS = {
    "cosmopolis-sans-400": ("Cosmopolis Sans", "Regular", "NotoSans-Regular.ttf", -1, EUROPEAN),
    "cosmopolis-sans-600": ("Cosmopolis Sans", "SemiBold", "NotoSans-SemiBold.ttf", -1, EUROPEAN),
    "cosmopolis-serif-400": ("Cosmopolis Serif", "Regular", "NotoSerif-Regular.ttf", -1, EUROPEAN),
    "cosmopolis-serif-600": ("Cosmopolis Serif", "SemiBold", "NotoSerif-SemiBold.ttf", -1, EUROPEAN),
    "cosmopolis-naskh-400": ("Cosmopolis Naskh", "Regular", "NotoNaskhArabic-Regular.ttf", -1, None),
    "cosmopolis-naskh-700": ("Cosmopolis Naskh", "Bold", "NotoNaskhArabic-Bold.ttf", -1, None),
    "cosmopolis-han-400": ("Cosmopolis Han", "Regular", "NotoSansCJK-Regular.ttc", 2, "gb2312"),
}


def gb2312() -> list[int]:
    """Signs, full-width forms and the 6,763 hanzi of GB 2312."""
    found = []
    for row in (0xA1, 0xA3, *range(0xB0, 0xF8)):
        for cell in range(0xA1, 0xFF):
            text = bytes([row, cell]).decode("gb2312", errors="ignore")
            found += [ord(text)] if text else []
    return found


def subset(source: Path, number: int, characters: object) -> TTFont:
    """The font with only these characters, without hints."""
    options = Options(hinting=False, desubroutinize=True, layout_features=["*"], font_number=number)
    options.name_IDs = ["*"]
    if characters == "gb2312":
        options.layout_features = []  # vertical and traditional forms: not for these pages
    font = load_font(str(source), options)
    wanted = gb2312() if characters == "gb2312" else characters or font.getBestCmap()
    cutter = Subsetter(options)
    cutter.populate(unicodes=wanted)
    cutter.subset(font)
    return font


def rename(font: TTFont, family: str, style: str) -> None:
    """Give a font a family and style of its own; copyright and licence stay."""
    names = font["name"]
    plain = f"{family} {style}"
    told = {1: plain, 2: "Regular", 3: plain, 4: plain, 6: plain.replace(" ", ""), 16: family, 17: style}
    names.names = [record for record in names.names if record.nameID not in (*told, 18, 21, 22, 25)]
    for number, text in told.items():
        names.setName(text, number, 3, 1, 0x409)
    if "CFF " in font:
        font["CFF "].cff.fontNames = [told[6]]


def main(fonts: Path, out: Path) -> None:
    """Write every font of ours to OUT."""
    out.mkdir(parents=True, exist_ok=True)
    for name, (family, style, file, number, characters) in FONTS.items():
        font = subset(next(fonts.rglob(file)), number, characters)
        rename(font, family, style)
        font.flavor = "woff2"
        font.save(out / f"{name}.woff2")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
