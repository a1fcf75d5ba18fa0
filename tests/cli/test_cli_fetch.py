"""Downloads from a publisher on this machine: resumed, limited, checked against the first time."""

import contextlib
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from cosmopolis.errors import FetchError
from cosmopolis.sources.download import Door, is_public
from cosmopolis.workflow.fetch import Fetched, fetch

CONTENT = b"year,total\n" + b"".join(b"%d,%d\n" % (1900 + row % 125, row) for row in range(60_000))
HOST = "data.example.org"
CERTIFICATE = Path(__file__).with_name("publisher_of_tests.pem")


@dataclass
class Publisher:
    """What a server answers, and what it was asked."""

    files: dict[str, bytes] = field(default_factory=dict)
    redirects: dict[str, str] = field(default_factory=dict)
    cut_after: int | None = None
    takes_ranges: bool = True
    asked: list[tuple[str, str, str]] = field(default_factory=list)  #: host, path, range
    port: int = 0


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    told = Publisher({"/people.csv": CONTENT})

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            wanted = self.headers.get("Range", "")
            told.asked.append((self.headers["Host"], self.path, wanted))
            if self.path in told.redirects:
                self.send_response(302)
                self.send_header("Location", told.redirects[self.path])
                self.end_headers()
                return
            content = told.files.get(self.path)
            if content is None:
                self.send_error(404)
                return
            begin = int(wanted.removeprefix("bytes=").removesuffix("-")) if wanted and told.takes_ranges else 0
            if begin >= len(content) > 0 and begin:
                self.send_response(416)
                self.send_header("Content-Range", f"bytes */{len(content)}")
                self.end_headers()
                return
            self.send_response(206 if begin else 200)
            self.send_header("Content-Length", str(len(content) - begin))
            if begin:
                self.send_header("Content-Range", f"bytes {begin}-{len(content) - 1}/{len(content)}")
            self.end_headers()
            end = len(content) if told.cut_after is None else begin + told.cut_after
            with contextlib.suppress(OSError):
                self.wfile.write(content[begin:end])

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(CERTIFICATE)
    server.socket = tls.wrap_socket(server.socket, server_side=True)
    told.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield told
    server.shutdown()
    server.server_close()
    thread.join()


@dataclass
class City:
    """A city folder whose one recipe has an address."""

    folder: Path
    publisher: Publisher

    def __post_init__(self) -> None:
        (self.folder / "town" / "recipes").mkdir(parents=True)
        (self.folder / "town" / "city.toml").write_text(
            'id = "town"\nname = "Town"\ncountry = "ISL"\nlanguages = ["is"]\nreference_date = 2024-12-31\n'
            '[names]\nen = "Town"\nfr = "Town"\nes = "Town"\nzh = "Town"\nar = "Town"\nru = "Town"\n'
            '[[sources]]\nid = "people"\nrecipe = "people"\n',
            encoding="utf-8",
        )
        self.address()

    def address(self, path: str = "/people.csv", *, hosts_too: str = "", **more: object) -> None:
        extra = "".join(f", {name}: {str(value).lower()}" for name, value in more.items())
        hosts = f"{HOST}, {hosts_too}" if hosts_too else HOST
        url = path if "://" in path else f"https://{HOST}:{self.publisher.port}{path}"
        (self.folder / "town" / "recipes" / "people.yaml").write_text(
            "recipe: people\npublisher: Office\nlicence: CC BY 4.0\npage: https://example.org/\nholds: counts\n"
            "universe: residents\nfiles: [people.csv]\nread: {format: delimited}\n"
            'columns: {year: {is: period, form: "%Y"}}\n'
            "values: [{column: total, counts: population_stock, unit: persons}]\n"
            f"downloads: [{{url: '{url}', name: people.csv{extra}}}]\nhosts: [{hosts}]\n",
            encoding="utf-8",
        )

    @property
    def file(self) -> Path:
        return self.folder / "data" / "people.csv"

    def fetch(self, door: Callable[[tuple[str, ...]], Door] | None = None) -> tuple[Fetched, ...]:
        return fetch(self.folder / "town", data=self.folder / "data", state=self.folder / "state", door=door or here)

    def refused(self, door: Callable[[tuple[str, ...]], Door] | None = None) -> list[str]:
        with pytest.raises(FetchError) as refused:
            self.fetch(door)
        assert refused.value.exit_code == 16
        return [fault.message_id for fault in refused.value.faults]


def here(hosts: tuple[str, ...]) -> Door:
    """The publisher's host name stands for this machine, which is admitted for once."""
    trusted = ssl.create_default_context(cafile=str(CERTIFICATE))
    return Door(frozenset(hosts), lambda _: ["127.0.0.1"], lambda address: address == "127.0.0.1", trusted)


@pytest.fixture
def city(publisher: Publisher, tmp_path: Path) -> City:
    return City(tmp_path, publisher)


def test_a_file_arrives_whole_with_its_checksum_kept(city: City, publisher: Publisher) -> None:
    (fetched,) = city.fetch()
    assert city.file.read_bytes() == CONTENT
    assert fetched.new
    assert len(fetched.sha256) == 64
    (again,) = city.fetch()
    assert not again.new
    assert again.sha256 == fetched.sha256
    assert len(publisher.asked) == 1


def test_the_publisher_is_asked_under_its_own_name(city: City, publisher: Publisher) -> None:
    city.fetch()
    assert publisher.asked[0][0] == f"{HOST}:{publisher.port}"


def test_a_download_that_broke_off_goes_on_where_it_stopped(city: City, publisher: Publisher) -> None:
    publisher.cut_after = 100_000
    assert city.refused() == ["fetch.broken"]
    assert not city.file.exists()
    publisher.cut_after = None
    city.fetch()
    assert city.file.read_bytes() == CONTENT
    assert publisher.asked[-1][2] == "bytes=100000-"
    assert not city.file.with_name("people.csv.part").exists()


def test_a_publisher_that_cannot_resume_sends_the_file_anew(city: City, publisher: Publisher) -> None:
    publisher.cut_after = 100_000
    assert city.refused() == ["fetch.broken"]
    publisher.cut_after, publisher.takes_ranges = None, False
    city.fetch()
    assert city.file.read_bytes() == CONTENT


def test_a_part_that_is_longer_than_the_file_is_not_taken_for_it(city: City) -> None:
    city.file.parent.mkdir()
    part = city.file.with_name("people.csv.part")
    part.write_bytes(CONTENT + b"something else")
    city.fetch()
    assert city.file.read_bytes() == CONTENT


def test_a_whole_part_that_only_lacked_its_name_is_taken(city: City) -> None:
    city.file.parent.mkdir()
    city.file.with_name("people.csv.part").write_bytes(CONTENT)
    city.fetch()
    assert city.file.read_bytes() == CONTENT


def test_a_redirect_within_the_named_hosts_is_followed(city: City, publisher: Publisher) -> None:
    publisher.redirects["/old.csv"] = "/people.csv"
    city.address("/old.csv")
    city.fetch()
    assert city.file.read_bytes() == CONTENT


def test_a_redirect_to_another_host_is_refused(city: City, publisher: Publisher) -> None:
    publisher.redirects["/old.csv"] = f"https://elsewhere.example.org:{publisher.port}/people.csv"
    city.address("/old.csv")
    assert city.refused() == ["fetch.other_host"]
    assert not city.file.exists()


@pytest.mark.parametrize(
    "url", ["file:///etc/hostname", "ftp://data.example.org/people.csv", "http://data.example.org/people.csv"]
)
def test_a_redirect_out_of_the_protected_connection_is_refused(city: City, publisher: Publisher, url: str) -> None:
    publisher.redirects["/old.csv"] = url
    city.address("/old.csv")
    assert city.refused() == ["fetch.unprotected"]
    assert not city.file.exists()


def test_a_publisher_whose_certificate_nobody_vouches_for_is_not_believed(city: City) -> None:
    door = lambda hosts: Door(frozenset(hosts), lambda _: ["127.0.0.1"], lambda _: True)  # noqa: E731
    assert city.refused(door) == ["fetch.broken"]
    assert not city.file.exists()


def test_a_certificate_of_another_host_is_not_believed(city: City, publisher: Publisher) -> None:
    city.address(f"https://other.example.org:{publisher.port}/people.csv", hosts_too="other.example.org")
    assert city.refused() == ["fetch.broken"]
    assert publisher.asked == []


def test_redirects_without_end_are_refused(city: City, publisher: Publisher) -> None:
    publisher.redirects |= {"/a.csv": "/b.csv", "/b.csv": "/a.csv"}
    city.address("/a.csv")
    assert city.refused() == ["fetch.too_many_redirects"]
    assert len(publisher.asked) <= 7


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "::1", "fe80::1",
     "fc00::1", "::ffff:127.0.0.1", "224.0.0.1"],
)  # fmt: skip
def test_an_address_inside_a_private_network_is_never_asked(city: City, publisher: Publisher, address: str) -> None:
    door = lambda hosts: Door(frozenset(hosts), lambda _: [address], is_public)  # noqa: E731
    assert city.refused(door) == ["fetch.private_address"]
    assert publisher.asked == []


def test_one_private_address_among_public_ones_is_enough_to_refuse(city: City, publisher: Publisher) -> None:
    door = lambda hosts: Door(frozenset(hosts), lambda _: ["93.184.215.14", "127.0.0.1"], is_public)  # noqa: E731
    assert city.refused(door) == ["fetch.private_address"]
    assert publisher.asked == []


def test_a_file_larger_than_the_recipe_allows_is_refused_before_it_arrives(city: City) -> None:
    city.address(largest_bytes=1_000)
    assert city.refused() == ["fetch.too_large"]
    assert not city.file.exists()


def test_a_file_that_is_not_there_is_refused(city: City) -> None:
    city.address("/absent.csv")
    assert city.refused() == ["fetch.refused"]


def test_a_publisher_who_changes_the_file_in_silence_is_noticed(city: City, publisher: Publisher) -> None:
    city.fetch()
    city.file.unlink()
    publisher.files["/people.csv"] = CONTENT.replace(b"1900", b"1901", 1)
    assert city.refused() == ["fetch.changed_there"]
    assert not city.file.exists()
    assert city.file.with_name("people.csv.changed").exists()


def test_a_file_that_somebody_changed_here_is_noticed(city: City) -> None:
    city.fetch()
    city.file.write_bytes(CONTENT + b"2025,1\n")
    assert city.refused() == ["fetch.changed_here"]


@pytest.mark.parametrize("tried", [True, False])
def test_an_address_that_nobody_tried_is_marked(city: City, tried: bool) -> None:
    city.address(tried=tried)
    (fetched,) = city.fetch()
    assert fetched.tried is tried
