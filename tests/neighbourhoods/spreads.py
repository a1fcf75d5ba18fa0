"""Access spread over people, worked out by hand and drawn, for the tests of gaps and inequality."""

import numpy as np
from hypothesis import assume
from hypothesis import strategies as st

from cosmopolis.neighbourhoods.access import catchment_access
from cosmopolis.neighbourhoods.decay import GIVEN

PEOPLE = np.array([100.0, 300.0, 200.0])
MIGRANTS = np.array([60.0, 60.0, 20.0])
ACCESS = catchment_access(PEOPLE, [12, 30], [[1, 0.5], [0.5, 1], [0, 1]], decay=GIVEN).access

NUMBERS = st.floats(0, 100).map(lambda number: round(number, 2))


@st.composite
def spreads(draw):
    size = draw(st.integers(1, 8))
    columns = [np.array(draw(st.lists(NUMBERS, min_size=size, max_size=size))) for _ in range(2)]
    assume(columns[0] @ columns[1] > 0.01)
    return columns
