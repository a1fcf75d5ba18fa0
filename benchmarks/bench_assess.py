"""
`cosmopolis assess` on the example city, the whole command: 112 questions, three raters, two editions; bar: 2 s.

Peer in the same run: a bare interpreter that parses the same two files with libyaml and looks at nothing.
The page of the assessment in six languages is written by a second line, with its charts and its annex.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from _bench import COMMAND, cost_figures, figure, machine, middle, ran

RUNS = 5
BAR_SECONDS = 2.0
PEER = """
import sys, yaml
for path in sys.argv[1:]:
    with open(path, encoding="utf-8") as file:
        yaml.load(file, Loader=yaml.CSafeLoader)
"""
PAGES = """
import sys
from pathlib import Path
from cosmopolis.catalogue import load_city, load_governance
from cosmopolis.language import LANGUAGES, language
from cosmopolis.workflow.governance.assessed import assessed
from cosmopolis.workflow.governance.assessment_page import assessment_chapter
city = load_city(Path(sys.argv[1]), need_files=False)
found = assessed(load_governance(Path(sys.argv[1]), city))
chapter = assessment_chapter(found, found.editions[0], (), as_of=city.reference_date)
for code in LANGUAGES:
    language(code).words(chapter.headline)
"""


def main() -> None:
    """Run all turn by turn; medians."""
    machine()
    with tempfile.TemporaryDirectory() as folder:
        city = Path(folder) / "city"
        ran([COMMAND, "example", str(city)])
        files = sorted(str(path) for path in (city / "assessments").glob("*.yaml"))
        bare, ours, pages = [], [], []
        for _ in range(RUNS):
            bare.append(ran([sys.executable, "-c", PEER, *files]))
            ours.append(ran([COMMAND, "assess", str(city)]))
            pages.append(ran([sys.executable, "-c", PAGES, str(city)]))
    cost_figures("interpreter and bare libyaml", middle(bare))
    cost_figures("cosmopolis assess", middle(ours), bar=BAR_SECONDS)
    cost_figures("assessed and laid out as a page", middle(pages), bar=BAR_SECONDS)
    figure("cosmopolis assess / bare libyaml", middle(ours).seconds / middle(bare).seconds, "times")


if __name__ == "__main__":
    main()
