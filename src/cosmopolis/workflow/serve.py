"""A built site shown on this machine alone, with the headers a city's server should send."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cosmopolis.errors import Fault, PublicationRefused

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


class Server:
    """A running server; `forever` returns when it is interrupted."""

    def __init__(self, http: ThreadingHTTPServer) -> None:
        self._http = http
        self.address = f"http://127.0.0.1:{http.server_address[1]}/"

    def forever(self) -> None:
        """Answer until interrupted."""
        self._http.serve_forever()


@contextmanager
def served(site: Path, *, port: int) -> Iterator[Server]:
    """
    Serve a site on 127.0.0.1.

    Raises
    ------
    PublicationRefused
        If there is no site, or the port is taken.
    """
    if not (site / "index.html").is_file():
        raise PublicationRefused(Fault("serve.no_site", {"site": str(site)}))
    try:
        http = ThreadingHTTPServer(("127.0.0.1", port), partial(_Handler, directory=str(site)))
    except OSError as error:
        raise PublicationRefused(Fault("serve.port_taken", {"port": port})) from error
    with http:
        yield Server(http)


class _Handler(SimpleHTTPRequestHandler):
    """Static files with strict headers, and no word about visitors."""

    def end_headers(self) -> None:
        for name, value in HEADERS.items():
            self.send_header(name, value)
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name is the base class's
        """Say nothing: who looked at what is nobody's business."""
