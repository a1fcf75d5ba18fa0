"""The store: what is written is whole, what is damaged is noticed, what is secret stays so."""

import hashlib
import stat

import polars as pl
import pytest

from cosmopolis.errors import StoreError
from cosmopolis.store import TableStore, append_record, digest_of_text, held, key_id, logged_records, noise_key
from cosmopolis.store.files import replace_file, write_once
from cosmopolis.vocabulary.area import Area, Areas
from cosmopolis.vocabulary.table import SCHEMA, AppliedRepair, Provenance, Table


def table() -> Table:
    row = ("population_stock", "barri-01", "2025-01-01", "F", "Y0T4", "_T", None, 1.0, 4.0, "persons", "Q", "age", "")
    provenance = Provenance(
        "age",
        "r",
        "0" * 64,
        {"a.csv": "1" * 64},
        "P",
        "CC BY",
        "https://x",
        "1",
        (AppliedRepair("pad", "why", "a.csv", 2),),
    )
    frame = pl.DataFrame([row], schema=dict(SCHEMA), orient="row")
    return Table(
        frame, frame.clear(), provenance, "residents", ("birth",), {"barri-01": "barri"}, {"barri-01": "d-1"}, {}
    )


def test_a_table_comes_back_as_it_went_in(tmp_path):
    store = TableStore(tmp_path)
    store.keep_table("k", table())
    back = store.table("k")
    assert back is not None
    assert back.frame.equals(table().frame)
    assert (back.provenance, back.universe, back.axes, back.levels, back.parents) == (
        table().provenance, "residents", ("birth",), {"barri-01": "barri"}, {"barri-01": "d-1"},
    )  # fmt: skip


def test_an_object_is_named_by_its_bytes(tmp_path):
    TableStore(tmp_path).keep_table("k", table())
    for path in tmp_path.rglob("*.parquet"):
        assert path.stem == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_reading_never_made_is_not_there(tmp_path):
    assert TableStore(tmp_path).table("k") is None
    assert TableStore(tmp_path).areas("k") is None


def test_a_damaged_object_is_noticed_and_made_again(tmp_path):
    store = TableStore(tmp_path)
    store.keep_table("k", table())
    for path in tmp_path.rglob("*.parquet"):
        path.chmod(0o600)
        path.write_bytes(b"PAR1 damaged")
    assert store.table("k") is None
    store.keep_table("k", table())
    assert store.table("k") is not None


def test_areas_come_back_with_their_shapes(tmp_path):
    areas = Areas((Area("c", "City", "city"), Area("d-1", "One", "d", "c", "2020-01-01")), {"d-1": b"\x01\x02"})
    TableStore(tmp_path).keep_areas("k", areas)
    assert TableStore(tmp_path).areas("k") == areas


def test_a_file_is_never_written_over(tmp_path):
    assert write_once(tmp_path / "f", b"first")
    assert not write_once(tmp_path / "f", b"second")
    assert (tmp_path / "f").read_bytes() == b"first"


def test_replacing_leaves_no_leftover(tmp_path):
    replace_file(tmp_path / "f", b"one")
    replace_file(tmp_path / "f", b"two")
    assert [path.name for path in tmp_path.iterdir()] == ["f"]
    assert (tmp_path / "f").read_bytes() == b"two"


def test_the_noise_key_is_made_once_and_belongs_to_its_owner(tmp_path):
    secret = noise_key(tmp_path)
    assert len(secret) == 32
    assert noise_key(tmp_path) == secret
    assert stat.S_IMODE((tmp_path / "noise.key").stat().st_mode) == 0o600


def test_a_key_that_others_can_read_is_refused(tmp_path):
    noise_key(tmp_path)
    (tmp_path / "noise.key").chmod(0o640)
    with pytest.raises(StoreError, match=r"store\.key_open_to_others"):
        noise_key(tmp_path)


def test_a_shortened_key_is_refused(tmp_path):
    write_once(tmp_path / "noise.key", b"short")
    with pytest.raises(StoreError, match=r"store\.key_damaged .*bytes=5"):
        noise_key(tmp_path)


def test_the_id_of_a_key_does_not_hold_it():
    secret = bytes(range(32))
    assert key_id(secret) not in secret.hex()
    assert key_id(secret) != key_id(bytes(32))


def test_records_are_kept_in_order_and_never_replaced(tmp_path):
    append_record(tmp_path, "one\n", after=0)
    append_record(tmp_path, "two\n", after=1)
    assert logged_records(tmp_path) == ("one\n", "two\n")
    with pytest.raises(StoreError, match=r"store\.log_moved_on"):
        append_record(tmp_path, "other\n", after=1)
    assert logged_records(tmp_path) == ("one\n", "two\n")


def test_a_record_taken_out_is_noticed(tmp_path):
    for number in range(3):
        append_record(tmp_path, f"{number}\n", after=number)
    (tmp_path / "release-log" / "000002.json").unlink()
    with pytest.raises(StoreError, match=r"expected='000002\.json', found='000003\.json'"):
        logged_records(tmp_path)


def test_two_builds_at_once_are_refused(tmp_path):
    with held(tmp_path), pytest.raises(StoreError, match=r"store\.held"), held(tmp_path):
        pass


def test_what_a_killed_writer_left_is_cleared(tmp_path):
    (tmp_path / "objects").mkdir()
    (tmp_path / "objects" / ".new-abc").write_bytes(b"half")
    with held(tmp_path):
        assert not list(tmp_path.rglob(".new-*"))


def test_no_two_lists_of_texts_have_one_digest():
    assert digest_of_text("ab", "c") != digest_of_text("a", "bc")
    assert digest_of_text("a") != digest_of_text("a", "")


def test_a_folder_that_cannot_be_written_is_one_clear_error(tmp_path):
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(StoreError, match=r"store\.unwritable"):
        write_once(tmp_path / "file" / "x", b"")
