"""Some rows of a protected table: still protected."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from cosmopolis.vocabulary.protected import Protected


def selection(protected: Protected, **wanted: str | Sequence[str]) -> Protected:
    """
    The rows whose columns have the wanted codes, in the order of the table.

    Leaving rows out tells nothing that was not told before, so that no floor is
    looked at again.

    Examples
    --------
    `selection(counts, period="2025", sex=["F", "M"])` keeps two rows of each age.
    """
    frame = protected.frame
    for column, codes in wanted.items():
        frame = frame.filter(pl.col(column).is_in([codes] if isinstance(codes, str) else list(codes)))
    return Protected(frame=frame, policy=protected.policy, source_ids=protected.source_ids)
