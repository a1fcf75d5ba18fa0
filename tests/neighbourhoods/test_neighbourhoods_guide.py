"""The guide to measuring segregation does what it shows, and so does its command."""

import doctest
import json
import shlex
from pathlib import Path

from typer.testing import CliRunner

from cosmopolis.cli.telling import app
from cosmopolis.neighbourhoods import two_group_indices

GUIDE = Path(__file__).parents[2] / "docs" / "how-to" / "measure-segregation.md"


def test_every_block_of_the_guide_runs_as_shown():
    text = GUIDE.read_text(encoding="utf-8")
    examples = doctest.DocTestParser().get_doctest(text, {}, GUIDE.name, str(GUIDE), 0)
    told: list[str] = []
    results = doctest.DocTestRunner(verbose=False).run(examples, out=told.append)
    assert results.attempted > 60
    assert results.failed == 0, "".join(told)


def test_the_command_of_the_guide_gives_the_indices_of_its_table(tmp_path, monkeypatch):
    line = next(line for line in GUIDE.read_text(encoding="utf-8").splitlines() if line.startswith("cosmopolis "))
    abroad, here = [240, 310, 190], [3100, 2600, 2900]
    rows = [f"{group},{rest}" for group, rest in zip(abroad, here, strict=True)]
    monkeypatch.chdir(tmp_path)
    Path("quarters.csv").write_text("\n".join(["abroad,here", *rows]) + "\n", encoding="utf-8")
    told = CliRunner().invoke(app, [*shlex.split(line)[1:], "--json"])
    assert told.exit_code == 0, told.output
    found = json.loads(told.stdout)
    assert found["dissimilarity"] == two_group_indices(abroad, here).dissimilarity
