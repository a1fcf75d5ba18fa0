"""
One file from its publisher, carefully.

The address comes from a recipe, but what it leads to is in other hands: only the
hosts that the recipe names are asked, never an address inside a private network,
and the name is resolved once, so that the machine that was checked is the machine
that is asked. What was received so far is kept and resumed.
"""

from __future__ import annotations

import hashlib
import http.client
import ipaddress
import os
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, urljoin, urlsplit

from cosmopolis.errors import Fault, FetchError
from cosmopolis.vocabulary.recipe import Download

MOST_REDIRECTS = 5
SECONDS = 60
CHUNK = 1 << 18
#: From a host name to the addresses it stands for.
Resolver = Callable[[str], list[str]]


@dataclass(frozen=True)
class Door:
    """Whom a download may talk to: the hosts of its recipe, found by `resolve`, at addresses that `admits`."""

    hosts: frozenset[str]
    resolve: Resolver
    admits: Callable[[str], bool]
    tls: ssl.SSLContext | None = None


def public_door(hosts: tuple[str, ...]) -> Door:
    """The door for real publishers: public addresses alone."""
    return Door(frozenset(hosts), _addresses, is_public, ssl.create_default_context())


def is_public(address: str) -> bool:
    """
    Whether an address belongs to the open network.

    >>> is_public("10.0.0.1"), is_public("169.254.169.254"), is_public("::1")
    (False, False, False)
    """
    found = ipaddress.ip_address(address)
    return found.is_global and not found.is_multicast


def download(
    wanted: Download, target: Path, door: Door, *, told: Callable[[int, int], None] = lambda _a, _b: None
) -> str:
    """
    Bring one file to `target`, whole or not at all.

    What arrived before an interruption lies in `<target>.part` and is resumed.

    Returns
    -------
    digest
        SHA-256 of the file.

    Raises
    ------
    FetchError
        If the address, a redirect or the answer is not what the recipe allows.
    """
    part = target.with_name(target.name + ".part")
    target.parent.mkdir(parents=True, exist_ok=True)
    address = wanted.url
    for _ in range(MOST_REDIRECTS + 1):
        further = _attempt(wanted, address, part, door, told)
        if further is None:
            digest = _digest(part)
            part.replace(target)
            _edition(part).unlink(missing_ok=True)
            return digest
        address = _followed(wanted, address, further)
    raise _failed("fetch.too_many_redirects", wanted, most=MOST_REDIRECTS)


def _followed(wanted: Download, address: str, further: str) -> str:
    """Where a redirect leads; never from a protected connection to an open one."""
    target = urljoin(address, further)
    if urlsplit(address).scheme == "https" and urlsplit(target).scheme != "https":
        raise _failed("fetch.unprotected", wanted, target=target)
    return target


def _attempt(wanted: Download, address: str, part: Path, door: Door, told: Callable[[int, int], None]) -> str | None:
    """Ask one address; its redirect, or nothing when the file is complete."""
    url = urlsplit(address)
    connection = _connection(wanted, url, door)
    have = part.stat().st_size if part.exists() else 0
    headers = {"User-Agent": "cosmopolis", "Accept-Encoding": "identity"}
    if have:
        headers |= {"Range": f"bytes={have}-"} | _only_of_the_same(part)
    try:
        connection.request("GET", url.path + (f"?{url.query}" if url.query else "") or "/", headers=headers)
        answer = connection.getresponse()
        if answer.status in (301, 302, 303, 307, 308):
            return answer.getheader("Location") or ""
        if answer.status == 416 and have:
            if answer.getheader("Content-Range") == f"bytes */{have}":
                # the part is as long as the file already
                return None
            # longer than the file: a part of something else
            part.unlink()
            return address
        if answer.status not in (200, 206):
            raise _failed("fetch.refused", wanted, status=answer.status)
        if answer.status == 200:
            _edition(part).write_text(answer.getheader("ETag") or answer.getheader("Last-Modified") or "")
        _receive(wanted, answer, part, have if answer.status == 206 else 0, told)
    except (OSError, http.client.HTTPException) as error:
        raise _failed("fetch.broken", wanted, reason=str(error) or type(error).__name__) from error
    finally:
        connection.close()
    return None


def _edition(part: Path) -> Path:
    """Where the publisher's own mark of the edition lies that a part belongs to."""
    return part.with_name(part.name + ".edition")


def _only_of_the_same(part: Path) -> dict[str, str]:
    """Ask for the rest only if the file did not change: halves of two editions are no file."""
    mark = _edition(part).read_text() if _edition(part).exists() else ""
    return {"If-Range": mark} if mark else {}


def _receive(
    wanted: Download, answer: http.client.HTTPResponse, part: Path, have: int, told: Callable[[int, int], None]
) -> None:
    length = answer.length
    if length is not None and have + length > wanted.largest_bytes:
        raise _failed("fetch.too_large", wanted, most=wanted.largest_bytes)
    with part.open("ab" if have else "wb") as stream:
        while chunk := answer.read(CHUNK):
            have += len(chunk)
            if have > wanted.largest_bytes:
                stream.close()
                part.unlink()
                raise _failed("fetch.too_large", wanted, most=wanted.largest_bytes)
            stream.write(chunk)
            told(have, have + (answer.length or 0))
        stream.flush()
        os.fsync(stream.fileno())
    if answer.length:
        raise http.client.IncompleteRead(b"", answer.length)


def _connection(wanted: Download, url: SplitResult, door: Door) -> http.client.HTTPConnection:
    """A connection to the address that was checked, under the host's own name."""
    host = (url.hostname or "").lower()
    if url.scheme not in ("http", "https") or host not in door.hosts or url.username is not None:
        raise _failed("fetch.other_host", wanted, host=host or url.scheme, allowed=", ".join(sorted(door.hosts)))
    try:
        addresses = door.resolve(host)
        port = url.port or (443 if url.scheme == "https" else 80)
    except (OSError, ValueError) as error:
        raise _failed("fetch.broken", wanted, reason=str(error)) from error
    if not addresses or not all(door.admits(address) for address in addresses):
        raise _failed("fetch.private_address", wanted, host=host)
    if url.scheme == "https":
        return _PinnedTls(host, port, addresses[0], door.tls or ssl.create_default_context())
    return _Pinned(host, port, addresses[0])


class _Pinned(http.client.HTTPConnection):
    """A connection that does not resolve its host a second time."""

    def __init__(self, host: str, port: int, address: str) -> None:
        super().__init__(host, port, timeout=SECONDS)
        self._address = address

    def connect(self) -> None:
        self.sock = socket.create_connection((self._address, self.port), self.timeout)


class _PinnedTls(_Pinned):
    """The same over TLS: the certificate must be the host's."""

    def __init__(self, host: str, port: int, address: str, tls: ssl.SSLContext) -> None:
        super().__init__(host, port, address)
        self._tls = tls

    def connect(self) -> None:
        super().connect()
        self.sock = self._tls.wrap_socket(self.sock, server_hostname=self.host)


def _addresses(host: str) -> list[str]:
    return sorted({str(found[4][0]) for found in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)})


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _failed(message_id: str, wanted: Download, **values: object) -> FetchError:
    return FetchError(Fault(message_id, {"file": wanted.name, "url": wanted.url, **values}))
