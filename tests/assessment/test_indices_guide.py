"""The guide to the composite index does what it shows."""

import doctest
from pathlib import Path

GUIDE = Path(__file__).parents[2] / "docs" / "how-to" / "composite-index.md"


def test_every_block_of_the_guide_runs_as_shown():
    text = GUIDE.read_text(encoding="utf-8")
    examples = doctest.DocTestParser().get_doctest(text, {}, GUIDE.name, str(GUIDE), 0)
    told: list[str] = []
    results = doctest.DocTestRunner(verbose=False).run(examples, out=told.append)
    assert results.attempted > 20
    assert results.failed == 0, "".join(told)
