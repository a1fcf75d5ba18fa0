"""Whether a category of origin may be called foreign: no region that holds the city's own country may."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Literal

Foreignness = Literal["national", "foreign", "mixed", "unknown"]

_NATIONAL = frozenset({"national", "country", "country_city", "country_region", "country_rest"})
_FOREIGN = frozenset({"foreign", "abroad", "eu", "world", "stateless"})

#: States that are no more and those in their place: their people may be nationals of any of these.
SUCCESSORS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "CSK": frozenset({"CZE", "SVK"}),
        "DDR": frozenset({"DEU"}),
        "SCG": frozenset({"SRB", "MNE", "XKX"}),
        "SUN": frozenset(
            "ARM AZE BLR EST GEO KAZ KGZ LTU LVA MDA RUS TJK TKM UKR UZB".split()  # noqa: SIM905
        ),
        "YUG": frozenset({"BIH", "HRV", "MKD", "MNE", "SRB", "SVN", "XKX"}),
    }
)


def foreignness(code: str, *, country: str, members: Mapping[str, Collection[str]]) -> Foreignness:
    """
    Whether people of an origin are foreign to the city's country.

    Parameters
    ----------
    code
        Origin code: ISO 3166-1 alpha-3, UN M49 region, or a word of the
        vocabulary (`national`, `foreign`, `abroad`, ...).
    country
        The city's country, ISO 3166-1 alpha-3.
    members
        Countries of each M49 region.

    Returns
    -------
    foreignness
        `mixed` where the category holds the city's own country beside others: it
        is never called foreign, and no share of foreigners comes of it.
        `unknown` where nothing is known about the code.

    Examples
    --------
    Southern Europe holds Spain, so that Barcelona's figure is no foreign one:

    >>> regions = {"039": ["ESP", "ITA", "PRT"], "013": ["MEX"]}
    >>> [foreignness(code, country="ESP", members=regions) for code in ("039", "013", "ITA", "ESP")]
    ['mixed', 'foreign', 'foreign', 'national']
    """
    if code in _NATIONAL or code == country:
        return "national"
    if code in _FOREIGN:
        return "foreign"
    inside = members.get(code) or SUCCESSORS.get(code)
    if inside:
        if country not in inside:
            return "foreign"
        return "national" if set(inside) == {country} else "mixed"
    is_country = len(code) == 3 and code.isascii() and code.isalpha() and code.isupper()
    return "foreign" if is_country else "unknown"
