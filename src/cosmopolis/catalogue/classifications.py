"""Countries, and the regions of UN M49 that they are in, from `content/classifications`."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from functools import cache

from cosmopolis.catalogue.text import content_folder, text_of

#: The country of the example city, which does not exist; ISO leaves codes that begin with X to their users.
EXAMPLE_COUNTRY = "XEX"


@cache
def country_codes() -> frozenset[str]:
    """
    Every alpha-3 code of a country or territory, dissolved states and Kosovo (XKX) among them.

    Examples
    --------
    >>> "ESP" in country_codes(), "YUG" in country_codes(), "SPA" in country_codes()
    (True, True, False)
    """
    return frozenset(row["alpha3"] for row in _rows("countries.csv"))


@cache
def region_members() -> Mapping[str, frozenset[str]]:
    """
    The countries (ISO 3166-1 alpha-3) of each region of UN M49.

    States that are no more are in no region: the people counted under their name
    come from what are several countries today, some of them in other regions.

    Examples
    --------
    >>> "ESP" in region_members()["039"], "DEU" in region_members()["039"]
    (True, False)
    """
    above = {row["region"]: row["parent"] for row in _rows("m49.csv")}
    members: dict[str, set[str]] = {region: set() for region in above}
    for row in _rows("countries.csv"):
        region = "" if row["valid_to"] else row["region"]
        while region:
            members[region].add(row["alpha3"])
            region = above[region]
    return {region: frozenset(found) for region, found in sorted(members.items())}


def _rows(name: str) -> list[dict[str, str]]:
    file = f"classifications/{name}"
    text = text_of(content_folder().joinpath("classifications", name), file)
    return list(csv.DictReader(io.StringIO(text)))
