"""
Spoiled files through `inspect` and `build`: words and an exit code, never a traceback, a hang or half a site.

`make test` runs a tenth of them, `make hard` all 2,000; the seed of a file is its number.
"""

import hashlib
import json
import os
import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from commands import Commands, Ended
from mutations import mutated
from smaller_city import write_smaller_city

from cosmopolis.workflow.build import BuildRequest, build

BATCH = 20
FILES = 2_000
GIGABYTE = 1_000_000_000
#: What `cosmopolis --help` documents, without those that no file can cause.
INSPECT_CODES = {0, 11}
BUILD_CODES = {0, 10, 11, 12, 13}
NEVER_SAID = ("Traceback", "panicked", "RUST_BACKTRACE", "Error:", "Warning", 'File "/', "COSMOPOLIS_DEBUG")
REAL_CUT_BYTES = 60_000
LARGEST_WHOLE_BYTES = 1_000_000


@pytest.fixture(scope="session")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A city, its state and its published site, to be copied."""
    folder = tmp_path_factory.mktemp("pristine")
    write_smaller_city(folder / "city")
    build(BuildRequest(folder / "city", folder / "site", None, folder / "state"))
    return folder


@pytest.fixture(scope="session")
def real_cuts() -> list[Path]:
    """Real files when they are at hand; only their beginnings are used."""
    named = os.environ.get("COSMOPOLIS_DATA", "")
    endings = {".csv", ".txt", ".geojson", ".parquet", ".xlsx"}
    found = sorted(path for path in Path(named).rglob("*") if path.suffix in endings) if named else []
    whole = {".parquet", ".xlsx"}  # nothing is left of these if they are cut
    return [path for path in found if path.suffix not in whole or path.stat().st_size < LARGEST_WHOLE_BYTES]


def site_digest(site: Path) -> str:
    """One digest over the names and bytes of all files that a site shows; empty if there is none."""
    if not site.exists():
        return ""
    sha = hashlib.sha256()
    for path in sorted(path for path in site.resolve().rglob("*") if path.is_file()):
        sha.update(path.name.encode())
        sha.update(path.read_bytes())
    return sha.hexdigest()


def assert_whole(site: Path) -> None:
    """Every page is there, every download has the checksum that its description gives, no page runs a script."""
    for code in ("en", "fr", "es", "zh", "ar", "ru"):
        page = (site / code / "index.html").read_text(encoding="utf-8")
        assert page.rstrip().endswith("</html>")
        for harm in ("<script", "onerror=alert", "<img src=x"):
            assert harm not in page
    package = json.loads((site / "data" / "datapackage.json").read_text(encoding="utf-8"))
    assert package["resources"]
    for resource in package["resources"]:
        content = (site / "data" / resource["path"]).read_bytes()
        assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"


def assert_well_ended(ended: Ended, codes: set[int]) -> None:
    assert ended.told == ""
    assert ended.code in codes, ended
    for said in NEVER_SAID:
        assert said not in ended.stderr
        assert said not in ended.stdout or "label" in ended.stdout
    assert bool(ended.stderr.strip()) == (ended.code != 0), ended
    assert ended.peak_bytes < GIGABYTE


class Attack:
    """A city, its published site, and a process that meets one spoiled file after another."""

    def __init__(self, pristine: Path, folder: Path, commands: Commands) -> None:
        self.city, self.site, self.commands = folder / "city", folder / "site", commands
        shutil.copytree(pristine, folder, symlinks=True, dirs_exist_ok=True)
        self._build = ("build", str(self.city), "--out", str(self.site), "--state", str(folder / "state"), "--json")
        self._files = sorted((self.city / "data").iterdir())

    def meet(self, draw: random.Random) -> str:
        """Spoil one file, inspect it, build with it, put it back."""
        path = draw.choice(self._files)
        sound = path.read_bytes()
        spoiled, how = mutated(sound, path.suffix[1:], draw)
        path.write_bytes(spoiled)
        try:
            self._inspected(path, as_json=draw.random() < 0.5)
            self._built(f"{path.name}: {how}")
        finally:
            path.write_bytes(sound)
        return how

    def _inspected(self, path: Path, *, as_json: bool) -> None:
        ended = self.commands.run("inspect", str(path), *(["--json"] if as_json else []))
        assert_well_ended(ended, INSPECT_CODES)
        if ended.stdout and as_json:
            json.loads(ended.stdout)

    def _built(self, how: str) -> None:
        before = site_digest(self.site)
        ended = self.commands.run(*self._build)
        assert_well_ended(ended, BUILD_CODES)
        if ended.code == 0:
            json.loads(ended.stdout)
            assert_whole(self.site)
        else:
            assert ended.stdout == ""
            assert site_digest(self.site) == before, how
        left = [path.name for path in self.site.with_name("site.releases").iterdir() if path.name.startswith(".")]
        assert left == []

    def inspect_cut(self, path: Path, folder: Path, draw: random.Random) -> None:
        """Spoil the beginning of a real file and inspect it."""
        with path.open("rb") as stream:
            cut = stream.read() if path.suffix in {".xlsx", ".parquet"} else stream.read(REAL_CUT_BYTES)
        spoiled, _ = mutated(cut, path.suffix[1:], draw)
        target = folder / path.name
        target.write_bytes(spoiled)
        assert_well_ended(self.commands.run("inspect", str(target)), INSPECT_CODES)
        target.unlink()


@pytest.fixture
def attack(pristine: Path, tmp_path: Path) -> Iterator[Attack]:
    with Commands(tmp_path) as commands:
        yield Attack(pristine, tmp_path, commands)


def meet_batch(attack: Attack, cuts: list[Path], batch: int, folder: Path) -> None:
    for number in range(batch * BATCH, (batch + 1) * BATCH):
        draw = random.Random(number)
        try:
            if cuts and number % 5 == 4:
                small = [
                    path for path in cuts if path.stat().st_size < 1_000_000 or path.suffix not in {".xlsx", ".parquet"}
                ]
                attack.inspect_cut(draw.choice(small), folder, draw)
            else:
                attack.meet(draw)
        except AssertionError as failed:
            failed.add_note(f"spoiled file number {number}")
            raise


@pytest.mark.slow
@pytest.mark.parametrize("batch", range(FILES // BATCH // 10))
def test_spoiled_files_get_words_and_leave_the_site_whole(
    attack: Attack, real_cuts: list[Path], tmp_path: Path, batch: int
) -> None:
    meet_batch(attack, real_cuts, batch * 10, tmp_path)


@pytest.mark.hard
@pytest.mark.parametrize("batch", range(FILES // BATCH))
def test_two_thousand_spoiled_files_get_words_and_leave_the_site_whole(
    attack: Attack, real_cuts: list[Path], tmp_path: Path, batch: int
) -> None:
    meet_batch(attack, real_cuts, batch, tmp_path)
