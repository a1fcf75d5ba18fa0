"""
Putting a site in its place: whole or not at all.

SITE is a link to a folder beside it, `SITE.releases/<release>`. A new release is
written under a name that begins with a dot, brought to the disk, read back, and
only then given its name; one rename moves the link. Killed at any moment, the
old site stands; what is left over is swept away by the next publication.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from cosmopolis.errors import Fault, PublicationRefused

try:
    import fcntl
except ImportError:  # Windows: two publications at once are not told apart there
    fcntl = None  # type: ignore[assignment]

#: Rolling back further than this is a matter for the backup.
RELEASES_KEPT = 5
#: In the folder of releases: says that Cosmopolis made it, and is locked while it writes there.
MARKER = "made-by-cosmopolis"
UNFINISHED = ".writing-"
DISCARDED = ".discarded-"
#: Every name is the same on every file system: no spaces, no letters beyond ASCII, no leading dot.
FILE_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
RELEASE_NAME = re.compile(r"[A-Za-z0-9_-]{1,128}")


def publish(site: Path, files: Iterable[tuple[str, bytes]], *, release: str) -> Path:
    """
    Make `site` show these files, in one step.

    Parameters
    ----------
    site
        Where the site shall be; nothing, or a link that an earlier publication made.
    files
        Path inside the site and content of every file.
    release
        Name of the release: letters, digits, `_` and `-`.

    Returns
    -------
    folder
        The folder of the release that `site` now links to.

    Raises
    ------
    PublicationRefused
        If something that Cosmopolis did not make stands at `site`, another
        publication is under way, or the disk does not take the files. The old
        site is untouched then.
    """
    site = Path(site).absolute()
    if not RELEASE_NAME.fullmatch(release):
        raise PublicationRefused(Fault("publication.file_name", {"name": release}))
    _refuse_foreign(site)
    try:
        releases = _releases_folder(site)
        with _locked(releases):
            _sweep(site, releases)
            folder = _settled(_written(releases, files, release), release)
            _point(site, folder)
            _forget_old(releases, folder)
    except OSError as trouble:
        values = {"site": str(site), "reason": trouble.strerror or type(trouble).__name__}
        raise PublicationRefused(Fault("publication.cannot_write", values)) from trouble
    return folder


def current_release(site: Path) -> str | None:
    """The release that `site` shows, or `None` if Cosmopolis has not published there."""
    site = Path(site).absolute()
    if not _is_ours(site):
        return None
    return site.readlink().name.partition(".")[0]


def _beside(site: Path) -> Path:
    return site.with_name(f"{site.name}.releases")


def _is_ours(site: Path) -> bool:
    if not site.is_symlink():
        return False
    target = site.readlink()
    return str(target.parent) == _beside(site).name and (_beside(site) / MARKER).is_file()


def _refuse_foreign(site: Path) -> None:
    # first, because the root of a disk has no name and so nothing beside it
    if os.path.lexists(site) and not _is_ours(site):
        raise PublicationRefused(Fault("publication.foreign_site", {"site": str(site)}))
    releases = _beside(site)
    if os.path.lexists(releases) and not _is_releases_folder(releases):
        raise PublicationRefused(Fault("publication.foreign_site", {"site": str(releases)}))


def _is_releases_folder(releases: Path) -> bool:
    # killed before the marker was written, the folder is still empty
    return (
        releases.is_dir()
        and not releases.is_symlink()
        and ((releases / MARKER).is_file() or not any(releases.iterdir()))
    )


def _releases_folder(site: Path) -> Path:
    releases = _beside(site)
    releases.mkdir(parents=True, exist_ok=True)
    marker = releases / MARKER
    if not marker.exists():
        marker.touch()
        _to_disk(marker)
        _to_disk(releases)
        _to_disk(site.parent)
    return releases


@contextmanager
def _locked(releases: Path) -> Iterator[None]:
    with (releases / MARKER).open("r+b") as marker:
        if fcntl is not None:
            try:
                fcntl.flock(marker, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as taken:
                raise PublicationRefused(Fault("publication.busy", {"site": str(releases)})) from taken
        yield


def _sweep(site: Path, releases: Path) -> None:
    """Remove what a killed publication left."""
    for entry in sorted(releases.iterdir()):
        if entry.name.startswith((UNFINISHED, DISCARDED)):
            shutil.rmtree(entry)
    _next_link(site).unlink(missing_ok=True)


def _written(releases: Path, files: Iterable[tuple[str, bytes]], release: str) -> Path:
    folder = releases / f"{UNFINISHED}{release}"
    with ExitStack() as on_failure:
        # a full disk must not stay full of half a release
        on_failure.callback(shutil.rmtree, folder, ignore_errors=True)
        folder.mkdir()
        digests = {path: _write(folder, path, content) for path, content in _named_once(files)}
        for inner in sorted((path for path in folder.rglob("*") if path.is_dir()), reverse=True):
            _to_disk(inner)
        _to_disk(folder)
        if _digests(folder) != digests:
            raise PublicationRefused(Fault("publication.not_as_written", {"site": str(folder)}))
        on_failure.pop_all()
    return folder


def _named_once(files: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, bytes]]:
    seen: set[str] = set()
    for path, content in files:
        if not all(FILE_NAME.fullmatch(part) for part in path.split("/")) or path.lower() in seen:
            raise PublicationRefused(Fault("publication.file_name", {"name": path}))
        seen.add(path.lower())
        yield path, content


def _write(folder: Path, path: str, content: bytes) -> str:
    target = folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("xb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    return hashlib.sha256(content).hexdigest()


def _digests(folder: Path) -> dict[str, str]:
    found = {}
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as content:
                found[path.relative_to(folder).as_posix()] = hashlib.file_digest(content, "sha256").hexdigest()
    return found


def _settled(unfinished: Path, release: str) -> Path:
    """Give a finished folder its name; an equal release that is there already is used again."""
    releases = unfinished.parent
    digests = _digests(unfinished)
    folder, again = releases / release, 1
    while folder.exists():
        if _digests(folder) == digests:
            shutil.rmtree(unfinished)
            os.utime(folder)
            return folder
        # same address, other words: a newer version of the program wrote them
        again += 1
        folder = releases / f"{release}.{again}"
    unfinished.rename(folder)
    os.utime(folder)
    _to_disk(releases)
    return folder


def _point(site: Path, folder: Path) -> None:
    link = _next_link(site)
    link.symlink_to(f"{folder.parent.name}/{folder.name}")
    link.replace(site)
    _to_disk(site.parent)


def _next_link(site: Path) -> Path:
    return site.with_name(f".{site.name}.next")


def _forget_old(releases: Path, current: Path) -> None:
    folders = (entry for entry in releases.iterdir() if entry.is_dir() and not entry.name.startswith("."))
    newest = sorted(folders, key=lambda entry: (entry == current, entry.stat().st_mtime_ns, entry.name), reverse=True)
    for folder in newest[RELEASES_KEPT:]:
        discarded = folder.with_name(DISCARDED + folder.name)
        folder.rename(discarded)
        shutil.rmtree(discarded)


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
