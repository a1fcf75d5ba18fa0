"""A list that says what the codes of other files mean: codes, dimensions, labels per language."""

from __future__ import annotations

import polars as pl

from cosmopolis.sources.detect_roles import Profiles, role_finding
from cosmopolis.sources.detect_words import plain
from cosmopolis.vocabulary.proposal import ColumnFinding


def code_list_findings(frame: pl.DataFrame, columns: Profiles) -> tuple[ColumnFinding, ...] | None:
    """
    Return the columns of a list that says what codes mean, or None if the file is no such list.

    A code list has a column named as codes and labels; the language of a label
    is the last part of its column's name.
    """
    codes = [name for name, profile in columns.items() if profile.is_code_name]
    labels = [name for name, profile in columns.items() if not profile.numeric and not profile.empty]
    if not codes or not labels:
        return None
    code = max(codes, key=lambda name: columns[name].distinct)
    found = []
    for name, profile in columns.items():
        language = plain(name).split()[-1:]
        if name == code:
            found.append(role_finding(profile, "code", 0.8, "code_name"))
        elif name in labels and profile.distinct < 0.2 * frame.height:
            taken = any(finding.role == "dimension" for finding in found)
            found.append(role_finding(profile, "ignore" if taken else "dimension", 0.6, "text_cells"))
        elif name in labels:
            known = language[0] if language and len(language[0]) == 2 else "und"
            found.append(role_finding(profile, f"label:{known}", 0.8 if known != "und" else 0.5, "text_cells"))
        else:
            found.append(role_finding(profile, "ignore", 0.5, "nothing_known"))
    return tuple(found)
