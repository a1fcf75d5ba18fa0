"""
E-mail addresses and telephone numbers in texts that a city publishes.

Offices and organisations are named in them, never how to reach a person. Numbers
of other kinds (days, amounts, laws, pages, `112`) are left alone: what is shaped
like one of them is taken out before anything is taken for a telephone number.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

_MAIL = re.compile(r"[^\s@<>()]{1,64}@[^\s@<>()]{1,200}\.[^\W\d_]{2,}")
#: An address that somebody spelt out so that machines do not find it.
_MAIL_SPELT = re.compile(r"[\w.+-] ?[(\[] ?(at|arroba|arobase|собака) ?[)\]] ?[\w-]+ ?[.(\[]", re.IGNORECASE)

#: Most texts have none of these and too few figures for any number.
_MAY_HOLD_MAIL = re.compile(r"[@＠([（]")
_FIGURE = re.compile(r"\d")
_FEWEST_FIGURES = 6

#: Signs between the figures of one number.
_GAP = r"[ ()/.-]"
#: Something shaped like a day, a span of hours, or a number with its year: a law, a decision.
_NO_TELEPHONE = (
    re.compile(r"(?<!\d)(\d{1,2}[./-]){2}(19|20)\d{2}(?!\d)"),
    re.compile(r"(?<!\d)(19|20)\d{2}([./-]\d{1,2}){2}(?!\d)"),
    re.compile(r"(?<!\d)\d{1,2}[.:]\d{2} ?- ?\d{1,2}[.:]\d{2}(?![\d.])"),
    re.compile(r"(?<![\d+])\d[\d/-]{0,20}[/-](19|20)\d{2}(?!\d)([/-]\d+)*"),
    re.compile(r"(?<![\d+/-])(19|20)\d{2}([/-]\d+)+"),
    re.compile(r"https?://\S+"),
)
_CURRENCY = (
    r"(?:EUR|USD|GBP|CHF|CNY|RMB|RUB|JPY|INR|BRL|MXN|ARS|CLP|COP|PEN|AED|SAR|EGP|MAD|TND|DZD|JOD|LBP|TRY|UAH|KZT|PLN"
    r"|CZK|HUF|RON|SEK|NOK|DKK|CAD|AUD|NZD|ZAR|KES|NGN|GHS|XOF|XAF|ETB|UGX)"
)
#: Money or a share behind a number, or money before it.
_AMOUNT = (
    re.compile(rf"[+-]?\d[\d ,.]{{0,30}}(?=\s?({_CURRENCY}\b|[$€£¥₽₹%‰]|元|万|亿|人|"
               r"(?:euros?|dollars?|dólares|pesos|francs|dirhams?|рубл|евро|человек|يورو|درهم|دولار)))"),
    re.compile(rf"([$€£¥₽₹]|\b{_CURRENCY}) ?[+-]?\d[\d ,.]{{0,30}}"),
)  # fmt: skip
_WORD = (
    r"(?:\b(?:tel|téle?|tele?phone?|téléphone|teléfono|telefono|phone|mobile|móvil|movil|portable|celular|handy|telefon"
    r"|whatsapp|fax|тел|телефон|моб|факс)\b|电话|手机|传真|微信|هاتف|جوال|واتساب|فاكس|تلفون)"
)
#: What makes figures a telephone number, and how many of them at least.
_TELEPHONES = (
    # behind a word for it
    (re.compile(rf"{_WORD}[^\w+(]{{0,4}}(?:(?:no|nr|n|number|número|numéro|номер|号码|رقم)\b)?[^\w+(]{{0,4}}"
                rf"([+(]?\d(?:{_GAP}{{0,3}}\d){{3,20}})", re.IGNORECASE), 6),
    # from abroad
    (re.compile(rf"(?<![\w.,/-])(\+ ?[1-9](?:{_GAP}{{0,3}}\d){{5,20}})"), 8),
    (re.compile(rf"(?<![\w.,/+-])(?<!\d )(00[1-9](?:{_GAP}{{0,3}}\d){{5,20}})"), 11),
    # with the zero of its town, with the eight of the long distance, in brackets
    (re.compile(rf"(?<![\w.,/+-])(?<!\d )(\(?0[1-9](?:{_GAP}{{0,3}}\d){{5,20}})(?![\w/])"), 9),
    (re.compile(r"(?<![\w.,/+-])(?<!\d )(8 ?[(-]?\d{3}[) -]{1,2}\d{3}[ -]?\d{2}[ -]?\d{2})(?!\d)"), 11),
    (re.compile(r"(?<![\w.,/+-])(\(\d{3}\) ?\d{3}[ .-]\d{4}|\d{3}([.-])\d{3}\2\d{4})(?![\d.-])"), 10),
    # in groups that no other number has
    (re.compile(r"(?<![\d.,/+-])(?<!\d )(1[3-9]\d([ -]?)\d{4}\2\d{4})(?![\d.,-])"), 11),
    (re.compile(r"(?<![\d.,/+-])(?<!\d )(\d{2,3}([ .-])\d{2,3}\2\d{2}\2\d{2})(?![\d.,/-])(?! \d)"), 9),
    (re.compile(r"(?<![\w.,/+-])(\d{3}-\d{2}-\d{2})(?![\d.,/-])"), 7),
)  # fmt: skip
#: Thousands in groups of three: with a plus before it this is an amount up to so many figures.
_THOUSANDS = re.compile(r"\+? ?\d{1,3}([ .]\d{3})+")
_FIGURES_OF_AMOUNTS = 10


def holds_contact(text: str) -> bool:
    """
    Whether a text holds an e-mail address or a telephone number, in any of the scripts we know.

    Examples
    --------
    >>> [holds_contact(text) for text in ("Call ٠١٧١ ٢٣٤٥٦٧٨", "Law 4/2000 of 2000-01-11, pages 012-034")]
    [True, False]
    """
    figures = len(_FIGURE.findall(text))
    if figures < _FEWEST_FIGURES and not _MAY_HOLD_MAIL.search(text):
        return False
    plain = _plain(text)
    if ("@" in plain and _MAIL.search(plain)) or _MAIL_SPELT.search(plain):
        return True
    if figures < _FEWEST_FIGURES:
        return False
    for shape in _NO_TELEPHONE:
        plain = shape.sub(" | ", plain)
    return any(_is_telephone(number, least) for number, least in _numbers(plain))


def _plain(text: str) -> str:
    """Figures as 0 to 9, spaces as spaces, no invisible signs."""
    if text.isascii():
        return text
    told = unicodedata.normalize("NFKC", text).replace("\u2010", "-")
    kept = (letter for letter in told if unicodedata.category(letter) != "Cf")
    return "".join(str(unicodedata.digit(letter, letter)) if letter.isdigit() else letter for letter in kept)


def _numbers(plain: str) -> Iterator[tuple[str, int]]:
    (first, least), *others = _TELEPHONES
    # the word for it tells more than what follows
    yield from ((match[1], least) for match in first.finditer(plain))
    for shape in _AMOUNT:
        plain = shape.sub(" | ", plain)
    for shape, fewest in others:
        yield from ((match[1], fewest) for match in shape.finditer(plain))


def _is_telephone(number: str, least: int) -> bool:
    figures = sum(letter.isdigit() for letter in number)
    if number.startswith("+") and _THOUSANDS.fullmatch(number):
        return figures >= _FIGURES_OF_AMOUNTS
    return figures >= least
