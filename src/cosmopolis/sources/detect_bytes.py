"""What the bytes of an unknown file say: format, encoding, line ends, delimiter and quote."""

from __future__ import annotations

import codecs
import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator

from cosmopolis.sources.faults import fault
from cosmopolis.vocabulary.proposal import Finding, Remark

#: Detection looks at the beginning of a file; what it concludes is then checked over all of it.
SAMPLE_BYTES = 262_144
#: Lines on which the delimiter is decided.
SAMPLE_LINES = 400

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
         (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))  # fmt: skip
#: Encodings that a city's files are found in; charset-normalizer chooses among these alone.
_PLAUSIBLE = ("cp1252", "iso8859_15", "cp1250", "iso8859_2", "cp1251", "koi8_r", "cp1253", "cp1254", "cp1255",
              "cp1256", "cp1257", "gb18030", "big5", "shift_jis", "euc_jp", "cp949", "mac_roman", "cp850")  # fmt: skip
#: A comma is also a decimal mark: where it fits no better than another sign, it is not the delimiter.
_DELIMITERS = (";", "\t", "|", ",")
#: What has a meaning of its own in every single-byte encoding.
_BEYOND_ASCII = bytes(range(0x80, 0x100))
_BEYOND = re.compile(rb"[\x80-\xff]")
_LINE_END = re.compile(rb"[\r\n]")
_NO_SECOND_BYTE = re.compile(rb"[\x00-\x2f]")
_PIECE = 2_000
_TELLING_BYTES = 60_000
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_HTML = re.compile(r"<\s*(!doctype|html|head|body|table|script)\b", re.IGNORECASE)


def file_format(content: bytes, *, file: str) -> Finding:
    """
    Return the format by the first bytes, never by the name alone.

    `delimited`, `workbook`, `parquet`, `geojson` or `zip`; a file that is none of
    these (empty, HTML, a picture, a compressed stream) is refused.
    """
    head = content[:4096]
    if not head.strip():
        raise fault("inspect.empty", file=file)
    found = _by_first_bytes(head)
    if found == "html":
        raise fault("inspect.html", file=file)
    if not found:
        raise fault("inspect.unknown_format", file=file)
    certainty = 0.97 if found == "delimited" else 1.0
    return Finding("format", found, certainty, Remark("inspect.reason.first_bytes", {"format": found}))


def _by_first_bytes(head: bytes) -> str:
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"PK\x03\x04"):
        return "zip"
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return "workbook"
    return _by_first_letters(head)


def _by_first_letters(head: bytes) -> str:
    begin = head.removeprefix(codecs.BOM_UTF8).lstrip()
    if begin[:1] in (b"{", b"["):
        return "geojson"
    if _HTML.match(begin[:60].decode("latin-1")):
        return "html"
    if any(head.startswith(bom) for bom, _ in _BOMS) or _wide_encoding(head):
        return "delimited"
    return "" if len(_CONTROL.findall(head)) > len(head) // 200 else "delimited"


def _wide_encoding(sample: bytes) -> str:
    """UTF-16 without a mark shows itself by zero bytes on one side of most pairs."""
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    half = max(1, len(sample) // 2)
    if odd > 0.4 * half and even < 0.05 * half:
        return "utf-16-le"
    if even > 0.4 * half and odd < 0.05 * half:
        return "utf-16-be"
    return ""


def file_encoding(content: bytes, *, file: str) -> Finding:
    """
    Return the encoding: a byte order mark, whole-file validity as UTF-8, or a choice among plausible ones.

    The certainty is that of the choice: 1 for a mark, nearly 1 for valid UTF-8
    with letters beyond ASCII, little for two single-byte encodings that both fit.
    """
    sample = content[:SAMPLE_BYTES]
    for bom, name in _BOMS:
        if sample.startswith(bom):
            return Finding("encoding", name, 1.0, Remark("inspect.reason.byte_order_mark"))
    if wide := _wide_encoding(sample):
        return Finding("encoding", wide, 0.97, Remark("inspect.reason.zero_bytes"))
    beyond_ascii = _utf8_beyond_ascii(content)
    if beyond_ascii is None:
        return _single_byte_encoding(content, file=file)
    if beyond_ascii == 0:
        return Finding("encoding", "utf-8-sig", 1.0, Remark("inspect.reason.ascii_only"))
    return Finding("encoding", "utf-8-sig", 0.99, Remark("inspect.reason.valid_utf8", {"count": beyond_ascii}))


def _utf8_beyond_ascii(content: bytes) -> int | None:
    """How many bytes of a valid UTF-8 file are not ASCII; None if it is not UTF-8."""
    if content.isascii():
        return 0
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return len(content) - len(content.translate(None, _BEYOND_ASCII))


def _single_byte_encoding(content: bytes, *, file: str) -> Finding:
    from charset_normalizer import from_bytes

    # Lines without a byte beyond ASCII say nothing, and only dilute the measure.
    telling = b"\n".join(_telling_lines(content))[:_TELLING_BYTES]
    fits = [name for name in _PLAUSIBLE if _decodes(telling, name)]
    if not fits:
        raise fault("inspect.encoding", file=file)
    matches = list(from_bytes(telling[:8_000], cp_isolation=fits, threshold=0.5, steps=3, chunk_size=1024))
    texts = {name: telling.decode(name, "ignore") for name in fits}
    scores = {name: _readable(texts[name]) for name in fits}
    # encodings that read every letter alike share the best rank of them; the commonest comes first
    ranks = {text: min(_rank(name, matches) for name in fits if texts[name] == text) for text in set(texts.values())}
    ranked = sorted(fits, key=lambda name: (-round(scores[name], 2), ranks[texts[name]], _PLAUSIBLE.index(name)))
    best, others = ranked[0], [name for name in ranked[1:] if texts[name] != texts[ranked[0]]]
    margin = scores[best] - (scores[others[0]] if others else 0.0)
    letters = len(telling) - len(telling.translate(None, _BEYOND_ASCII))
    certainty = round(min(0.9, scores[best], 0.5 + margin + 0.1 * (letters >= 40)), 2)
    reason = Remark("inspect.reason.readable_letters", {"count": letters})
    return Finding("encoding", best, certainty, reason, tuple(ranked[1:4]))


def _telling_lines(content: bytes) -> Iterator[bytes]:
    """Lines with bytes beyond ASCII, or pieces of very long ones, until there are enough of them."""
    total, at = 0, 0
    while total < _TELLING_BYTES and (found := _BEYOND.search(content, at)):
        nearest = max(content.rfind(sign, max(at, found.start() - _PIECE), found.start()) for sign in (b"\n", b"\r"))
        start = nearest + 1 if nearest >= 0 else found.start()
        end = _LINE_END.search(content, found.end(), found.end() + _PIECE)
        # a piece ends before a sign that is no second byte of anything
        stop = end or _NO_SECOND_BYTE.search(content, found.end() + _PIECE)
        at = stop.start() if stop else len(content)
        yield content[start:at]
        total += at - start


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError as wrong:
        return wrong.start >= len(data) - 4  # a character cut at the end of the sample
    return True


def _rank(name: str, matches: list) -> int:  # type: ignore[type-arg]
    order = [codecs.lookup(match.encoding).name for match in matches]
    wanted = codecs.lookup(name).name
    return order.index(wanted) if wanted in order else len(order) + _PLAUSIBLE.index(name)


#: Letters of everyday words; the rest of each code page is rare in names of places and groups.
_SCRIPTS = (
    ("latin", re.compile(r"[A-Za-zàáâãäåæçèéêëìíîïñòóôõöøùúûüýÿßœ¿¡ºª·€’‘“”–«»ÀÁÂÄÇÈÉÊËÍÎÑÓÔÖØÚÛÜ]")),
    ("central", re.compile(r"[A-Za-ząćęłńóśźżĄĆĘŁŃÓŚŹŻáäčďéěíĺľňôóöőŕřšťúůüűýžÁČĎÉĚÍĽŇÓŘŠŤÚŮÝŽŐŰăâîșțşţđ]")),
    ("turkish", re.compile(r"[A-Za-zçğıöşüÇĞİÖŞÜâîû]")),
    ("cyrillic", re.compile(r"[а-яА-ЯёЁіїєґІЇЄҐ№]")),
    ("greek", re.compile(r"[α-ωΑ-Ωάέήίόύώϊϋΐΰς]")),
    ("arabic", re.compile(r"[\u0621-\u0652،؟٪]")),
    ("hebrew", re.compile(r"[\u05d0-\u05ea]")),
    ("chinese", re.compile(r"[\u4e00-\u9fa5，。、（）：；《》％]")),
    ("kana", re.compile(r"[\u3040-\u30ff]")),
    ("hangul", re.compile(r"[\uac00-\ud7a3]")),
)


#: A Greek or Cyrillic letter inside a Latin word: the wrong code page.
_MIXED = re.compile(r"[A-Za-z][\u0370-\u06ff]|[\u0370-\u06ff][A-Za-z]")


def _readable(text: str) -> float:
    """Share of the characters beyond ASCII that are everyday letters of one script, rarely switching case inside."""
    beyond = [c for c in text if ord(c) >= 0x80]
    if not beyond:
        return 0.0
    best = max(sum(bool(pattern.match(c)) for c in beyond) for _, pattern in _SCRIPTS)
    odd_case = len(re.findall(r"[a-zа-яà-ÿ][A-ZА-ЯÀ-Þ]", text))
    odd_case += 2 * len(_MIXED.findall(text))
    common = _common_share(beyond)
    return max(0.0, best / len(beyond) - 0.5 * odd_case / len(beyond)) * (0.7 + 0.3 * common)


#: The letters that make up most of a text, per script: what tells KOI8-R from CP1251, Big5 from GB 18030.
_COMMON = frozenset(
    "оеаинтсрвлкмдпяйуыьОАСПМВКНРДТГБИ"
    "يالنمرتبوةدعسفحجكقإأهى"
    "àáäçèéêíñóöúüßłśżąęćńščžýěřőűışğİ"
    "的区市人口年岁女男性国总计中大西东南北城新海江山州县合其他地"
    "αιοετσνηυρπκςλίόά"
)


def _common_share(beyond: list[str]) -> float:
    return sum(c in _COMMON for c in beyond) / len(beyond)


def line_end(sample: bytes) -> Finding:
    """Return which sign ends the lines: `LF`, `CRLF` or `CR` (old spreadsheets)."""
    crlf = sample.count(b"\r\n")
    counts = Counter({"CRLF": crlf, "LF": sample.count(b"\n") - crlf, "CR": sample.count(b"\r") - crlf})
    (name, most), *rest = counts.most_common()
    total = sum(counts.values())
    certainty = round(most / total, 2) if total else 0.5
    others = tuple(other for other, number in rest if number)
    return Finding("line_end", name, certainty, Remark("inspect.reason.counted_lines", {"count": most}), others)


def delimiter(lines: Iterable[str], *, file: str) -> Finding:
    """
    Return the sign between fields: the one that cuts most lines into equally many fields.

    Undefined (refused) where no sign cuts the lines into two fields or more.
    """
    sample = list(lines)
    scores = {sign: _evenness(sample, sign) for sign in _DELIMITERS}
    ranked = sorted(scores, key=lambda sign: (-scores[sign][0], _DELIMITERS.index(sign)))
    best = ranked[0]
    even, fields = scores[best]
    if fields < 2:
        raise fault("inspect.one_column", file=file)
    second = scores[ranked[1]][0]
    certainty = round(max(0.3, min(1.0, even + 0.2 - 0.5 * second if even > second else 0.4)), 2)
    return Finding(
        "delimiter",
        best,
        certainty,
        Remark("inspect.reason.even_fields", {"fields": fields, "share": round(even, 3)}),
        tuple(sign for sign in ranked[1:] if scores[sign][0] > 0.3),
    )


def _evenness(lines: list[str], sign: str) -> tuple[float, int]:
    """Share of lines with the commonest number of fields (0 if that is one), and that number."""
    widths = Counter(len(row) for row in split_rows(lines, sign) if row)
    splitting = {width: number for width, number in widths.items() if width > 1}
    if not splitting:
        return 0.0, 1
    width = max(splitting, key=lambda w: (splitting[w], w))
    return splitting[width] / sum(widths.values()), width


def split_rows(lines: Iterable[str], sign: str, quote_sign: str = '"') -> list[list[str]]:
    """Lines cut into fields; a field too long for the csv module is cut at every delimiter instead."""
    kept = [line if len(line) < csv.field_size_limit() else "" for line in lines]
    try:
        return list(csv.reader(kept, delimiter=sign, quotechar=quote_sign))
    except csv.Error:
        return [line.split(sign) for line in kept]


def sample_lines(content: bytes, encoding: str) -> list[str]:
    """The first lines of the file as text, each with its end; a line that the sample cuts is left out."""
    whole = len(content) <= SAMPLE_BYTES
    text = content[:SAMPLE_BYTES].decode(encoding, "ignore").removeprefix("\ufeff")
    lines = [f"{line}\n" for line in re.split(r"\r\n|\n|\r", text)]
    return lines[:SAMPLE_LINES] if whole or len(lines) < 2 else lines[:-1][:SAMPLE_LINES]


def last_lines(content: bytes, encoding: str, number: int = 40) -> list[str]:
    """The last lines of the file as text; encodings of two bytes are cut at an even place."""
    tail = content[-(min(len(content), 65_536) // 4 * 4) :] if len(content) > 65_536 else content
    lines = re.split(r"\r\n|\n|\r", tail.decode(_unmarked(encoding), "ignore"))
    while lines and not lines[-1].strip():
        lines.pop()
    return [f"{line}\n" for line in lines[-number:]]


def _unmarked(encoding: str) -> str:
    """The same encoding without its byte order mark, which the end of a file does not have."""
    return {"utf-8-sig": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}.get(encoding, encoding)


def quote(text: str, sign: str) -> Finding:
    """Return the sign around fields that hold the delimiter: `"` unless `'` is plainly meant."""
    double = len(re.findall(rf'(?:^|{re.escape(sign)})"', text, re.MULTILINE))
    single = len(re.findall(rf"(?:^|{re.escape(sign)})'[^'\n]*'(?={re.escape(sign)}|$)", text, re.MULTILINE))
    if single > 2 and double == 0:
        return Finding("quote", "'", 0.8, Remark("inspect.reason.quotes", {"count": single}), ('"',))
    return Finding("quote", '"', 0.99 if double else 0.9, Remark("inspect.reason.quotes", {"count": double}))
