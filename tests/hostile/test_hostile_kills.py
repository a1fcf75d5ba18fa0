"""
A build killed at random moments: the site stays whole, and the next build gives what an undisturbed one gives.

`make test` kills 20 times, `make hard` 200 times; one time in twenty it is the whole
example city, otherwise its smaller cut. Every second time state and site are there
already, and the killed build would replace the site by another one.
"""

import hashlib
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest
from smaller_city import write_smaller_city

from cosmopolis.workflow.example import example_city

BATCH = 10
KILLS = 200
PROGRAM = "from cosmopolis.cli import main; main()"


def digests(folder: Path) -> dict[str, str]:
    root = folder.resolve()
    paths = sorted(path for path in root.rglob("*") if path.is_file())
    return {path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


@dataclass
class Publication:
    """A city with two editions, a place for its site, and a state."""

    folder: Path
    edition: int = 0
    city: Path = field(init=False)
    site: Path = field(init=False)

    def __post_init__(self) -> None:
        self.city, self.site = self.folder / "city", self.folder / "site"

    def turn(self, edition: int) -> None:
        """Change what the next build would publish, but no number in it."""
        profile = self.city / "profile.yaml"
        text = profile.read_text(encoding="utf-8")
        mark = "# edition "
        profile.write_text(text.split(mark)[0] + f"{mark}{edition}\n", encoding="utf-8")
        self.edition = edition

    def start(self) -> subprocess.Popen[bytes]:
        arguments = ["build", str(self.city), "--out", str(self.site), "--state", str(self.folder / "state")]
        return subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", PROGRAM, *arguments, "--release", "--quiet"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=os.environ | {"LANG": "C.UTF-8"},
        )

    def finish(self) -> float:
        """Build to the end; the seconds it took."""
        begun = time.monotonic()
        with self.start() as process:
            _, told = process.communicate(timeout=600)
        assert process.returncode == 0, told.decode()
        return time.monotonic() - begun

    def log(self) -> list[str]:
        found = (self.folder / "state").glob("*/release-log/*")
        return sorted(path.name for path in found)


@dataclass(frozen=True)
class Undisturbed:
    """What each edition of a city looks like when nobody kills its build, and how long a build takes."""

    city: Path
    editions: tuple[dict[str, str], dict[str, str]]
    seconds: float


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Undisturbed]:
    """The whole city or its cut, built twice without a kill when first asked for."""

    @cache
    def reference(*, whole: bool) -> Undisturbed:
        made = Publication(tmp_path_factory.mktemp("whole" if whole else "cut"))
        example_city(made.city) if whole else write_smaller_city(made.city)
        found, seconds = [], 0.0
        for edition in (0, 1):
            made.turn(edition)
            seconds = made.finish()
            found.append(digests(made.site))
        assert found[0] != found[1]
        return Undisturbed(made.city, (found[0], found[1]), seconds)

    return reference


def copied(city: Path, folder: Path) -> Publication:
    made = Publication(folder)
    for path in sorted(path for path in city.rglob("*") if path.is_file()):
        target = made.city / path.relative_to(city)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
    return made


def kill_once(made: Publication, seconds: float, draw: random.Random) -> None:
    """Start a build and kill it: at any moment, or while it writes the site."""
    releases = made.site.with_name("site.releases")
    aimed = draw.random() < 0.4
    wait = draw.random() * seconds * (0.3 if aimed else 1.0)
    process = made.start()
    if aimed:
        deadline = time.monotonic() + 120
        while process.poll() is None and time.monotonic() < deadline and not _is_writing(releases):
            time.sleep(0.002)
    with suppress(subprocess.TimeoutExpired):
        process.wait(timeout=wait)
    process.kill()
    process.communicate()


def _is_writing(releases: Path) -> bool:
    return releases.is_dir() and any(path.name.startswith(".writing-") for path in releases.iterdir())


def assert_whole(made: Publication, editions: tuple[dict[str, str], dict[str, str]], *, was_there: bool) -> None:
    """The site is one of the editions, complete; it is absent only where it was absent before."""
    if not made.site.exists():
        assert not was_there
        assert not made.site.is_symlink()
        return
    assert made.site.is_symlink()
    assert digests(made.site) in editions


@pytest.fixture
def batch_of_kills(undisturbed: Callable[..., Undisturbed], tmp_path: Path) -> Callable[[int], None]:
    kept: dict[bool, Publication] = {}

    def kill(number: int) -> None:
        draw, whole = random.Random(number), number % 20 == 19
        reference = undisturbed(whole=whole)
        warm = number % 2 == 0 or whole
        made = kept.get(whole) if warm else None
        if made is None:
            made = copied(reference.city, tmp_path / f"kill-{number}")
            made.turn(0)
            if warm:
                made.finish()
                kept[whole] = made
        made.turn(1 - made.edition)
        was_there = made.site.exists()
        kill_once(made, reference.seconds, draw)
        assert_whole(made, reference.editions, was_there=was_there)
        made.finish()
        assert digests(made.site) == reference.editions[made.edition]
        assert made.log() == ["000001.json", "000002.json"][: 2 if warm else 1]
        releases = made.site.with_name("site.releases").iterdir()
        assert [path.name for path in releases if path.name.startswith(".")] == []

    return kill


def kill_batch(kill: Callable[[int], None], batch: int) -> None:
    for number in range(batch * BATCH, (batch + 1) * BATCH):
        try:
            kill(number)
        except AssertionError as failed:
            failed.add_note(f"kill number {number}")
            raise


@pytest.mark.slow
@pytest.mark.parametrize("batch", range(KILLS // BATCH // 10))
def test_a_killed_build_leaves_a_whole_site_and_the_next_one_succeeds(
    batch_of_kills: Callable[[int], None], batch: int
) -> None:
    kill_batch(batch_of_kills, batch)


@pytest.mark.hard
@pytest.mark.parametrize("batch", range(KILLS // BATCH))
def test_two_hundred_killed_builds_leave_whole_sites(batch_of_kills: Callable[[int], None], batch: int) -> None:
    kill_batch(batch_of_kills, batch)
