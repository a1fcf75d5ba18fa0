"""A site is replaced whole or not at all."""

import itertools
import os
import shutil
import subprocess
import sys
import textwrap

import pytest

from cosmopolis.errors import PublicationRefused
from cosmopolis.publication import current_release, publish, releases

OLD = {"index.html": b"old", "en/index.html": b"old"}
NEW = {"index.html": b"new", "en/index.html": b"new", "data/a.csv": b"1"}


def shown(site):
    return {path.relative_to(site).as_posix(): path.read_bytes() for path in site.rglob("*") if path.is_file()}


def refusal(site, files=NEW, release="b"):
    with pytest.raises(PublicationRefused) as refused:
        publish(site, files.items(), release=release)
    return refused.value.faults[0].message_id


def test_the_site_is_a_link_to_the_release_beside_it(tmp_path):
    folder = publish(tmp_path / "site", NEW.items(), release="abc")
    assert str((tmp_path / "site").readlink()) == "site.releases/abc"
    assert folder == tmp_path / "site.releases" / "abc"
    assert shown(tmp_path / "site") == NEW
    assert current_release(tmp_path / "site") == "abc"


def test_a_place_without_a_site_has_no_release(tmp_path):
    assert current_release(tmp_path / "site") is None


def test_the_last_five_releases_are_kept(tmp_path):
    for number in range(8):
        publish(tmp_path / "site", [("index.html", b"%d" % number)], release=f"r{number}")
    kept = sorted(entry.name for entry in (tmp_path / "site.releases").iterdir() if entry.is_dir())
    assert kept == ["r3", "r4", "r5", "r6", "r7"]


def test_publishing_the_same_again_changes_nothing(tmp_path):
    first = publish(tmp_path / "site", NEW.items(), release="abc")
    number = first.stat().st_ino
    assert publish(tmp_path / "site", NEW.items(), release="abc").stat().st_ino == number


def test_other_words_under_the_same_release_stand_beside_the_first(tmp_path):
    publish(tmp_path / "site", OLD.items(), release="abc")
    publish(tmp_path / "site", NEW.items(), release="abc")
    assert shown(tmp_path / "site") == NEW
    assert shown(tmp_path / "site.releases" / "abc") == OLD
    assert current_release(tmp_path / "site") == "abc"


@pytest.mark.parametrize("kind", ["folder", "file", "link", "dangling link", "releases"])
def test_what_cosmopolis_did_not_make_is_left_alone(tmp_path, kind):
    site, other = tmp_path / "site", tmp_path / "other"
    other.mkdir()
    (other / "thesis.txt").write_text("years of work")
    match kind:
        case "folder":
            other.rename(site)
        case "file":
            site.write_text("mine")
        case "link":
            site.symlink_to("other")
        case "dangling link":
            site.symlink_to("nowhere")
        case "releases":
            other.rename(tmp_path / "site.releases")
    before = sorted(tmp_path.rglob("*"))
    assert refusal(site) == "publication.foreign_site"
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("name", ["../up.html", "/etc/x", "a//b", ".hidden", "en/año.html", "a b", "-x", "a\\b", ""])
def test_names_outside_the_closed_alphabet_are_refused(tmp_path, name):
    publish(tmp_path / "site", OLD.items(), release="a")
    assert refusal(tmp_path / "site", {name: b""}) == "publication.file_name"
    assert shown(tmp_path / "site") == OLD


def test_two_files_of_one_name_are_refused(tmp_path):
    assert refusal(tmp_path / "site", {"A.html": b"", "a.html": b""}) == "publication.file_name"


@pytest.mark.parametrize("release", ["", "../x", "a.b", "a/b"])
def test_a_release_has_a_plain_name(tmp_path, release):
    assert refusal(tmp_path / "site", release=release) == "publication.file_name"


def test_a_second_publication_at_the_same_time_is_refused(tmp_path):
    site = tmp_path / "site"

    def files():
        yield "index.html", b"first"
        assert refusal(site) == "publication.busy"

    publish(site, files(), release="a")
    assert shown(site) == {"index.html": b"first"}


def test_files_that_do_not_read_back_are_not_published(tmp_path, monkeypatch):
    publish(tmp_path / "site", OLD.items(), release="a")
    true = releases._write
    monkeypatch.setattr(releases, "_write", lambda folder, path, content: true(folder, path, content[:-1]) and "other")
    assert refusal(tmp_path / "site") == "publication.not_as_written"
    assert shown(tmp_path / "site") == OLD


def test_a_fault_while_the_pages_are_made_leaves_the_old_site_and_no_rest(tmp_path):
    site = tmp_path / "site"
    publish(site, OLD.items(), release="a")

    def files():
        yield "index.html", b"new"
        raise LookupError("no words")

    with pytest.raises(LookupError):
        publish(site, files(), release="b")
    assert shown(site) == OLD
    assert sorted(entry.name for entry in (tmp_path / "site.releases").iterdir()) == ["a", releases.MARKER]


STEPS = [
    (os, "fsync"),
    (os, "rename"),
    (os, "symlink"),
    (os, "replace"),
    (os, "utime"),
    (os, "mkdir"),
    (shutil, "rmtree"),
]


@pytest.mark.parametrize("step", STEPS, ids=[name for _, name in STEPS])
def test_a_disk_that_fails_at_any_step_leaves_a_whole_site(tmp_path, monkeypatch, step):
    module, name = step
    true = getattr(module, name)
    for failing in itertools.count(1):
        site = tmp_path / f"{failing}" / "site"
        for number in range(5):
            publish(site, OLD.items() if number == 4 else [("index.html", b"%d" % number)], release=f"old{number}")
        calls = itertools.count(1)

        def fails(*args, calls=calls, failing=failing, **more):
            if next(calls) == failing:
                raise OSError(28, "No space left on device")
            return true(*args, **more)

        with monkeypatch.context() as patched:
            patched.setattr(module, name, fails)
            refused = None
            try:
                publish(site, NEW.items(), release="new")
            except PublicationRefused as refusal:
                refused = refusal.faults[0]
        assert refused is None or refused.message_id == "publication.cannot_write"
        assert refused is None or "No space left" in str(refused.values["reason"])
        assert shown(site) in (OLD, NEW)
        publish(site, NEW.items(), release="new")
        assert shown(site) == NEW
        assert not list(site.parent.rglob(".*"))
        if refused is None and next(calls) <= failing:
            break


KILLED = """
    import importlib.util, itertools, os, sys
    from pathlib import Path

    # the module alone: a kill needs no page
    spec = importlib.util.spec_from_file_location("releases", sys.argv[3])
    releases = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(releases)
    moment, calls = int(sys.argv[2]), itertools.count(1)
    def dies(true):
        def stepping(*args, **more):
            if next(calls) == moment:
                os._exit(9)
            return true(*args, **more)
        return stepping
    for name in ("fsync", "rename", "symlink", "replace", "utime", "mkdir", "open", "unlink", "rmdir"):
        setattr(os, name, dies(getattr(os, name)))
    new = [("index.html", b"new"), ("en/index.html", b"new"), ("data/a.csv", b"1")]
    releases.publish(Path(sys.argv[1]), new, release="new")
"""


@pytest.mark.slow
def test_killed_at_any_moment_the_site_is_whole_and_the_next_publication_succeeds(tmp_path):
    program = tmp_path / "killed.py"
    program.write_text(textwrap.dedent(KILLED))
    for moment in itertools.count(1):
        site = tmp_path / f"{moment}" / "site"
        for number in range(5):
            publish(site, OLD.items() if number == 4 else [("index.html", b"%d" % number)], release=f"old{number}")
        done = subprocess.run([sys.executable, program, site, str(moment), releases.__file__], check=False)
        assert shown(site) in (OLD, NEW)
        publish(site, NEW.items(), release="new")
        assert shown(site) == NEW
        assert not list(site.parent.rglob(".*"))
        if done.returncode == 0:
            break
    assert moment > 10
