"""How a file writes numbers: decimal and thousands marks, and cells that stand where a number is missing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from cosmopolis.sources.detect_words import marks
from cosmopolis.vocabulary.proposal import Finding, Remark

#: Signs between groups of three digits: blank, no-break blank, narrow no-break blank, thin blank, apostrophes.
_GROUPING = " \u00a0\u202f\u2009'’"
_NUMBER_LIKE = re.compile(rf"^[-+−]?\d[\d.,{_GROUPING}]*$|^[-+−]?[.,]\d+$")
_GROUPED = re.compile(rf"^[-+−]?\d{{1,3}}(?:([{_GROUPING}])\d{{3}})(?:\1\d{{3}})*(?:([.,])\d+)?$")
_DATE = re.compile(r"^\d{1,2}\.\d{1,2}\.\d{2,4}$|^\d{4}\.\d{2}(\.\d{2})?$")
_SCIENTIFIC = r"^[-+]?\d*\.?\d+(?:[eE][-+]?\d+)?$"
_BELOW = re.compile(r"^(?:<|≤|&lt;|under |less than |menos de |weniger als |moins de |менее )\s*\d+$", re.IGNORECASE)
#: Why a finding is none: the mark could be the one or the other.
_EITHER = "inspect.reason.either_mark"


@dataclass(frozen=True)
class NumberForm:
    """How numbers are written in one file."""

    decimal: str = "."
    thousands: str = ""

    def number(self, column: str) -> pl.Expr:
        """The column as numbers; cells that are none become null."""
        text = pl.col(column).str.strip_chars()
        if self.thousands:
            text = text.str.replace_all(self.thousands, "", literal=True)
        if self.decimal != ".":
            text = text.str.replace_all(self.decimal, ".", literal=True)
        text = text.str.replace("−", "-", literal=True)
        return pl.when(text.str.contains(_SCIENTIFIC)).then(text).otherwise(None).cast(pl.Float64, strict=False)


def number_form(cells: Iterable[str]) -> tuple[NumberForm, Finding, Finding]:
    """
    Return the decimal and thousands marks that most number-like cells agree on.

    `12.345` alone can be either; it counts only where no other cell decides, and
    then with little certainty.

    >>> number_form(["1.234,5", "17"])[0]
    NumberForm(decimal=',', thousands='.')
    >>> number_form(["1'234.5"])[0]
    NumberForm(decimal='.', thousands="'")
    """
    votes: Counter[tuple[str, str]] = Counter()
    for cell in cells:
        stripped = cell.strip()
        if _NUMBER_LIKE.match(stripped) and not _DATE.match(stripped):
            votes[_marks_of(stripped)] += 1
    decimal, decimal_finding = _decimal(votes)
    thousands, thousands_finding = _thousands(votes, decimal)
    return NumberForm(decimal, thousands), decimal_finding, thousands_finding


def either_mark(cells: Iterable[str]) -> bool:
    """
    Whether no cell tells the decimal mark from the thousands mark.

    >>> either_mark(["12.345", "17"]), either_mark(["12.345", "1,5"])
    (True, False)
    """
    return number_form(cells)[1].reason.message_id == _EITHER


def _marks_of(cell: str) -> tuple[str, str]:
    """Decimal and thousands mark of one cell; `?` before a sign that could be either."""
    if grouped := _GROUPED.match(cell):
        return grouped[2] or "", grouped[1]
    dots, commas = cell.count("."), cell.count(",")
    if dots and commas:
        return (".", ",") if cell.rindex(".") > cell.rindex(",") else (",", ".")
    sign = "." if dots else "," if commas else ""
    if not sign:
        return "", ""
    if max(dots, commas) > 1:
        return "", sign
    before, after = cell.lstrip("-+−").split(sign)
    whole_thousands = len(after) == 3 and 1 <= len(before) <= 3 and not before.startswith("0")
    return (f"?{sign}", "") if whole_thousands else (sign, "")


def _decimal(votes: Counter[tuple[str, str]]) -> tuple[str, Finding]:
    clear = Counter(dict.fromkeys(".,", 0))
    for (decimal, thousands), number in votes.items():
        if decimal in clear:
            clear[decimal] += number
        elif not decimal and thousands in clear:  # 1.234.567 says that the dot is not the decimal mark
            clear["," if thousands == "." else "."] += number
    best, other = sorted(clear, key=lambda sign: (-clear[sign], sign != "."))
    evidence = clear[best]
    unclear = {sign: votes[f"?{sign}", ""] for sign in ".,"}
    if evidence:
        certainty = round(0.99 * evidence / (evidence + clear[other]), 2)
        reason = Remark("inspect.reason.decimal_seen", {"count": evidence, "mark": best})
        return best, Finding("decimal", best, certainty, reason, (other,) if clear[other] else ())
    if unclear["."] or unclear[","]:
        # three digits after the only sign: grouped thousands are by far the commoner in counts of people
        sign = "." if unclear["."] >= unclear[","] else ","
        best, other = ("," if sign == "." else "."), sign
        reason = Remark(_EITHER, {"count": unclear[sign], "mark": sign})
        return best, Finding("decimal", best, 0.55, reason, (other,))
    return ".", Finding("decimal", ".", 0.9, Remark("inspect.reason.whole_numbers"), (",",))


def _thousands(votes: Counter[tuple[str, str]], decimal: str) -> tuple[str, Finding]:
    seen: Counter[str] = Counter()
    for (_, thousands), number in votes.items():
        if thousands and thousands != decimal:
            seen[thousands] += number
    other = "," if decimal == "." else "."
    unclear = votes[f"?{other}", ""]
    if seen:
        best, evidence = min(seen.items(), key=lambda item: (-item[1], item[0]))
        rest = tuple(sign for sign in sorted(seen) if sign != best)
        reason = Remark("inspect.reason.thousands_seen", {"count": evidence + unclear, "mark": best})
        return best, Finding("thousands", best, round(0.97 * evidence / seen.total(), 2), reason, rest)
    if unclear:
        reason = Remark(_EITHER, {"count": unclear, "mark": other})
        return other, Finding("thousands", other, 0.55, reason, ("",))
    return "", Finding("thousands", "", 0.95, Remark("inspect.reason.no_thousands"))


def is_number(cell: str, form: NumberForm) -> bool:
    """
    Whether a cell is a number in the form of the file.

    >>> is_number("1 234,5", NumberForm(",", " "))
    True
    """
    text = cell.strip().replace("−", "-")
    if form.thousands:
        text = text.replace(form.thousands, "")
    return bool(re.match(_SCIENTIFIC, text.replace(form.decimal, ".")))


def is_suppression_mark(cell: str) -> bool:
    """Whether a cell in a column of numbers looks like a hidden small count: `..`, `<5`, `*`, `:`."""
    stripped = cell.strip()
    return stripped in marks("suppressed") or stripped.casefold() in marks("suppressed") or bool(_BELOW.match(stripped))


def is_missing_mark(cell: str) -> bool:
    """Whether a cell in a column of numbers says that there is none: empty, `NA`, `-`."""
    return cell.strip().casefold() in marks("missing")
