"""The map: five classes with borders fixed in advance, and marks for what has no number."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from cosmopolis.publication.charts import describe
from cosmopolis.publication.charts.colours import LIGHT, class_roles, filled
from cosmopolis.publication.charts.frame import short
from cosmopolis.publication.charts.legend import MARKS, Key, legend
from cosmopolis.publication.charts.measure import LINE, text_width, wrapped
from cosmopolis.publication.charts.page import Drawing, Page, Row, rows
from cosmopolis.publication.charts.scales import axis
from cosmopolis.publication.charts.shapes import Outlines, outlines
from cosmopolis.vocabulary.report import AreaName, Figure, Tally

#: With more areas than this, names would cover the map; the key names the highest and the lowest.
MOST_NAMED = 30
#: Colours there are; more borders than that would not be told apart.
MOST_CLASSES = {True: 6, False: 5}

#: Colours on which words are light, and those on which dark ones need no other halo.
_DARK = frozenset({"s5", "d1", "d6"})
_LIGHT = frozenset({"s1", "s2", "s3", "d0", "d3", "d4"})

_LABEL = 13
_TOP = 4


@dataclass(frozen=True)
class Classed:
    """A map's areas: what is known of each, and how it is drawn."""

    borders: tuple[float, ...]
    diverging: bool
    known: Mapping[str, Row]
    unit: str

    @property
    def roles(self) -> tuple[str, ...]:
        """Colours of the classes, lowest first."""
        return class_roles(len(self.borders) + 1, diverging=self.diverging)

    @property
    def centre(self) -> str:
        """What 1 is in the middle of the classes: the city's share, or its mean; empty where it is no middle."""
        if not (self.diverging and 1 in self.borders):
            return ""
        is_share = any(row.quantity.indicator == "location_quotient" for row in self.known.values())
        return "share" if is_share else "mean"

    def look(self, code: str) -> str:
        """
        How an area is drawn.

        A colour's role, `protected` or `blank`.
        """
        row = self.known.get(code)
        if row is None or (row.middle is None and row.quantity.status != "Q"):
            return "blank"
        return "protected" if row.middle is None else self.roles[bisect_right(self.borders, row.middle)]

    def straddles(self, code: str) -> bool:
        """Whether the bounds of an area fall into different classes."""
        row = self.known.get(code)
        if row is None or row.bounds is None:
            return False
        low, high = row.bounds
        return bisect_right(self.borders, low) != bisect_right(self.borders, high)


def choropleth(figure: Figure, page: Page, prefix: str) -> Drawing:
    """Draw a figure whose rows are areas; `prefix` makes its ids unique on the page."""
    known = _latest(figure)
    shapes = _shapes(known, page)
    if not shapes:
        return describe.nothing(page)
    classed = _classed(figure, known)
    outline = outlines(shapes, page.width, 400 if page.narrow else 560)
    codes = [code for code, _ in shapes if outline.paths[code]]
    left = round((page.width - outline.width) / 2)
    ends = [] if len(codes) <= MOST_NAMED else _extremes(classed, codes, page)
    key_height, key = legend(page, classed, Key(_marks_used(classed, codes), ends, prefix))
    body = [
        f'<g transform="translate({left} {_TOP})">',
        f'<g class="k-paper" stroke="{MARKS.paper}" stroke-linejoin="round">',
    ]
    body += [_area(classed, outline, code, page, prefix) for code in codes]
    body += ["</g>", *_dots(classed, outline, codes), *_names(classed, outline, codes, page), "</g>"]
    top = round(_TOP + outline.height + 14)
    body += [f'<g transform="translate(0 {top})">', *key, "</g>"]
    return Drawing(body, top + key_height, _sentences(classed, codes, page), _hatch(classed, codes, prefix))


def _latest(figure: Figure) -> dict[str, Row]:
    # one number an area: the last period, if the table has several
    return {row.codes["area_code"]: row for row in sorted(rows(figure.table), key=lambda row: row.codes["period"])}


def _shapes(known: Mapping[str, Row], page: Page) -> tuple[tuple[str, bytes], ...]:
    """The shapes of the level that most of the numbers are about, those without a number too."""
    levels = [area.level for area in page.areas.areas if area.code in known and area.code in page.areas.shapes]
    if not levels:
        return ()
    level = max(sorted(set(levels)), key=levels.count)
    at_level = [area.code for area in page.areas.at(level)]
    return tuple((code, page.areas.shapes[code]) for code in at_level if code in page.areas.shapes)


def _classed(figure: Figure, known: Mapping[str, Row]) -> Classed:
    some = next(iter(known.values())).quantity
    borders = figure.borders or _even_borders([row.middle for row in known.values() if row.middle is not None])
    diverging = (some.unit == "ratio" and 1 in borders) or borders[0] < 0 < borders[-1]
    return Classed(tuple(borders[: MOST_CLASSES[diverging] - 1]), diverging, known, some.unit)


def _even_borders(values: Sequence[float]) -> tuple[float, ...]:
    return axis(values, most_ticks=4, zero=False).ticks[:4]


def _marks_used(classed: Classed, codes: Sequence[str]) -> tuple[str, ...]:
    looks = {classed.look(code) for code in codes}
    used = [look for look in ("protected", "blank") if look in looks]
    return (*used, "straddles") if any(classed.straddles(code) for code in codes) else tuple(used)


def _area(classed: Classed, outline: Outlines, code: str, page: Page, prefix: str) -> str:
    look = classed.look(code)
    paint = f'fill="url(#{prefix}-hatch)"' if look == "protected" else filled(look)
    if look == "blank":
        paint = f'class="f-blank k-rule" fill="{MARKS.paper}" stroke="{MARKS.rule}"'
    title = escape(_area_words(classed, code, page), quote=False)
    return f'<path {paint} d="{outline.paths[code]}"><title>{title}</title></path>'


def _area_words(classed: Classed, code: str, page: Page) -> str:
    row = classed.known.get(code)
    value = page.language.status("O") if row is None else row.quantity
    return page.say("charts.area_value", area=AreaName(code), value=value)


def _dots(classed: Classed, outline: Outlines, codes: Sequence[str]) -> list[str]:
    marks = []
    for code in codes:
        spot = outline.spots[code]
        if classed.look(code) == "blank":
            marks.append(MARKS.dot(spot.x, spot.y))
        elif classed.straddles(code):
            marks.append(MARKS.dash(spot.x, spot.y))
    return marks


def _names(classed: Classed, outline: Outlines, codes: Sequence[str], page: Page) -> list[str]:
    """Names on the map where they fit, the largest areas first."""
    if len(codes) > MOST_NAMED:
        return []
    named = sorted(codes, key=lambda code: (-outline.spots[code].radius, code))
    taken: list[tuple[float, float, float, float]] = []
    words = []
    for code in named:
        spot = outline.spots[code]
        marked = classed.look(code) == "blank" or classed.straddles(code)
        lines = wrapped(page.areas.name(code), max(70.0, 2 * spot.radius), _LABEL)
        row = classed.known.get(code)
        if row is not None and row.middle is not None and not page.narrow:
            lines.append(page.told(row))
        high = len(lines) * _LABEL * LINE
        wide = max(text_width(line, _LABEL) for line in lines)
        x = min(max(spot.x, wide / 2), outline.width - wide / 2)
        y = spot.y + 8 if marked else spot.y - high / 2
        box = (x - wide / 2, y, x + wide / 2, y + high)
        roomy = wide < 3.2 * spot.radius + 24
        if not roomy or any(_overlap(box, other) for other in taken):
            continue
        taken.append(box)
        words.append(_name(lines, (x, y), classed.look(code), page))
    return words


def _overlap(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _name(lines: Sequence[str], place: tuple[float, float], look: str, page: Page) -> str:
    x, y = place
    # a halo in the area's own colour where the letters stand out from it, else in the paper's
    fill, halo = ("paper", look) if look in _DARK else ("ink", look if look in _LIGHT else "paper")
    spans = "".join(
        f'<tspan x="{short(x)}" y="{short(y + (index + 0.8) * _LABEL * LINE)}">{escape(page.directed(line))}</tspan>'
        for index, line in enumerate(lines)
    )
    return (
        f'<text class="f-{fill} k-{halo}" fill="{LIGHT[fill]}" stroke="{LIGHT[halo]}" stroke-width="3" '
        f'stroke-linejoin="round" paint-order="stroke" text-anchor="middle" font-size="{_LABEL}">{spans}</text>'
    )


def _hatch(classed: Classed, codes: Sequence[str], prefix: str) -> str:
    return MARKS.hatch(prefix) if any(classed.look(code) == "protected" for code in codes) else ""


def _extremes(classed: Classed, codes: Sequence[str], page: Page) -> list[str]:
    return describe.extremes(page, [classed.known[code] for code in codes if code in classed.known], ("area_code",))


def _sentences(classed: Classed, codes: Sequence[str], page: Page) -> list[str]:
    sentences = [
        page.say("charts.describe.map", count=Tally(len(codes)), classes=Tally(len(classed.borders) + 1)),
        *_extremes(classed, codes, page),
    ]
    looks = [classed.look(code) for code in codes]
    counts = {
        "charts.describe.protected": looks.count("protected"),
        "charts.describe.blank": looks.count("blank"),
        "charts.describe.straddles": sum(classed.straddles(code) for code in codes),
    }
    return sentences + [describe.more(page, message_id, count) for message_id, count in counts.items() if count]
