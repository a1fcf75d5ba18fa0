"""YAML and TOML read as text with lines: nothing is guessed, nothing is lost."""

import pytest

from cosmopolis.catalogue.text import Node, Unreadable, toml_tree, yaml_tree


def plain(node: Node) -> object:
    if isinstance(node.value, dict):
        return {key: plain(entry) for key, entry in node.value.items()}
    return [plain(entry) for entry in node.value] if isinstance(node.value, list) else node.value


def read(text: str) -> object:
    tree, faults = yaml_tree(text, "a.yaml")
    assert faults == ()
    return plain(tree)


def test_every_scalar_stays_the_text_somebody_wrote():
    told = read("code: 01\ncountry: NO\nyes: on\nday: 2025-01-01\nnumber: 1e3\nempty:\n")
    assert told == {
        "code": "01", "country": "NO", "yes": "on", "day": "2025-01-01", "number": "1e3", "empty": "",
    }  # fmt: skip


def test_an_entry_knows_its_line():
    tree, _ = yaml_tree("a: 1\nb:\n  - x\n  - y\n", "a.yaml")
    assert tree.key_lines == {"a": 1, "b": 2}
    assert [node.line for node in tree.get("b").items()] == [3, 4]


def test_a_key_given_twice_is_a_fault_with_both_lines():
    _, faults = yaml_tree("a: 1\nb: 2\na: 3\n", "a.yaml")
    assert [str(fault) for fault in faults] == ["catalogue.duplicate_key (file='a.yaml', line=3, key='a', first=1)"]


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        ("a: &x [1]\nb: *x\n", "catalogue.alias", 2),
        ("a: !!python/object:os.system x\n", "catalogue.tag", 1),
        ("a: 1\n---\nb: 2\n", "catalogue.two_documents", 2),
        ("a: [1\n", "catalogue.not_yaml", 2),
        ("? [1, 2]\n: x\n", "catalogue.not_yaml", 1),
        ("[" * 50 + "]" * 50, "catalogue.too_deep", 1),
    ],
)
def test_what_is_no_plain_tree_is_refused(text, message, line):
    with pytest.raises(Unreadable) as refused:
        yaml_tree(text, "a.yaml")
    assert refused.value.fault.message_id == message
    assert refused.value.fault.values["line"] == line


def test_a_bomb_of_aliases_stops_at_its_first_alias():
    bomb = "a: &a [x, x]\n" + "".join(f"{c}: &{c} [*{p}, *{p}]\n" for p, c in zip("abcdefgh", "bcdefghi", strict=True))
    with pytest.raises(Unreadable, match="alias"):
        yaml_tree(bomb, "a.yaml")


def test_a_thousand_open_brackets_end_in_a_fault_and_not_in_a_crash():
    with pytest.raises(Unreadable):
        yaml_tree("[" * 100_000, "a.yaml")


def test_toml_values_are_text_and_know_their_lines():
    tree = toml_tree(
        'id = "x"\n\n[names]\nen = "X"\n\n[[sources]]\nid = "a"\n\n'
        '[[sources]]\nid = "b"\n[sources.policy]\nname = "none"\n',
        "city.toml",
    )
    assert plain(tree) == {
        "id": "x",
        "names": {"en": "X"},
        "sources": [{"id": "a"}, {"id": "b", "policy": {"name": "none"}}],
    }
    second = list(tree.get("sources").items())[1]
    assert second.line == 9
    assert second.get("policy").line == 11
    assert second.get("policy").key_lines["name"] == 12


def test_a_toml_date_is_its_iso_form():
    assert plain(toml_tree("day = 2025-01-31\n", "city.toml")) == {"day": "2025-01-31"}


def test_a_toml_key_given_twice_is_told_with_its_line():
    with pytest.raises(Unreadable) as refused:
        toml_tree("a = 1\nb = 2\na = 3\n", "city.toml")
    assert refused.value.fault.message_id == "catalogue.not_toml"
    assert refused.value.fault.values["line"] == 3
