"""Check 8: the search of the noise table against the worked rows of the UK's Office for National Statistics."""

import numpy as np
import pytest

from cosmopolis.disclosure.keys import deviations
from cosmopolis.vocabulary.policy import NoiseProfile

#: Their documentation's table hides counts under 10 and rounds the others to base 5, whatever the key:
#: a noise table whose rows have one interval each, and keys of 8 bits.
LARGEST = 750
HIDDEN_BELOW = 10


def rounded_to_base_5(count: int) -> int:
    return 5 * ((count + 2) // 5)


TEN_FIVE = NoiseProfile(
    name="ten_five",
    largest_deviation=2,
    variance=2.0,
    never_published=0,
    rows=tuple(((rounded_to_base_5(n) - n, 10**8),) for n in range(LARGEST + 1)),
    sha256="",
)


@pytest.mark.parametrize(
    ("count", "key", "published"), [(10, 173, 10), (10, 88, 10), (7, 180, None), (14, 66, 15), (11, 190, 10)]
)
def test_the_worked_rows_of_the_ons_come_out(count, key, published):
    # their keys run from 0 to 255, ours over 32 bits
    moved = deviations(np.array([count]), np.array([key << 24], np.uint64), TEN_FIVE)
    found = None if count < HIDDEN_BELOW else int(count + moved[0])
    assert found == published
