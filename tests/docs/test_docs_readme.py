"""The documents say what is so: their commands run, their lists are whole, their versions agree."""

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.main import get_command

import cosmopolis
import cosmopolis.cli.telling  # it adds its commands to the app
from cosmopolis.catalogue.schema import Checker
from cosmopolis.catalogue.text import toml_tree, yaml_tree
from cosmopolis.cli.commands import app
from cosmopolis.errors import CosmopolisError
from cosmopolis.language import LANGUAGES
from cosmopolis.workflow.build import BuildRequest, build
from cosmopolis.workflow.check import check
from cosmopolis.workflow.new import new_city

ROOT = Path(__file__).parents[2]
CONTENT = ROOT / "src" / "cosmopolis" / "content"
DOCUMENTS = ("README.md", "CONTRIBUTING.md", "SECURITY.md", "NOT-DOING.md", "GLOSSARY.md", "CHANGELOG.md",
             "docs/tutorial.md", "docs/recipes.md", "docs/city.md", "docs/governance.md",
             "docs/how-to/assess-your-city.md", "docs/how-to/composite-index.md",
             "docs/how-to/measure-segregation.md", "docs/how-to/plan-and-follow-through.md",
             "docs/how-to/write-a-framework-pack.md")  # fmt: skip


def commands(group: Any, before: str = "") -> dict[str, Any]:
    """Every command by its words: `build`, `framework check`."""
    found: dict[str, Any] = {}
    for name, command in group.commands.items():
        found |= commands(command, f"{before}{name} ") if hasattr(command, "commands") else {f"{before}{name}": command}
    return found


COMMANDS = commands(get_command(app))
#: What help and completion add to every program of its kind.
GENERAL = {"--help", "--version", "--install-completion", "--show-completion"}


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(name: str, kind: str) -> list[tuple[str, str]]:
    """What stands behind the kind of a code block, and the block."""
    return re.findall(rf"^```{kind}([^\n]*)\n(.*?)^```$", text(name), flags=re.MULTILINE | re.DOTALL)


def shell_lines(name: str) -> list[list[str]]:
    told = [line for _, block in blocks(name, "sh") for line in block.splitlines()]
    return [words for line in told if (words := shlex.split(line, comments=True))]


def command_of(words: list[str]) -> str:
    """The command that a line begins with."""
    return next(name for name in (" ".join(words[:2]), words[0]) if name in COMMANDS)


def options(command: str) -> set[str]:
    return {name for parameter in COMMANDS[command].params for name in parameter.opts if name.startswith("--")}


def cells(table: str) -> list[list[str]]:
    rows = [line.strip("|").split(" | ") for line in table.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in row] for row in rows]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_command_line_of_the_documents_is_one_the_program_takes(name):
    for program, *words in shell_lines(name):
        if program == "make":
            assert re.search(rf"^{words[0]}:", text("Makefile"), flags=re.MULTILINE), words
        elif program == "cosmopolis":
            name = command_of(words)
            COMMANDS[name].make_context(name, words[len(name.split()) :], resilient_parsing=False).close()
        else:
            assert program == "rm"


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_file_that_a_document_links_to_exists(name):
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text(name)):
        assert ((ROOT / name).parent / target).is_file(), target


def test_the_readme_lists_every_command_with_every_option():
    listed = {}
    for first, _, told in (
        row for row in cells(text("README.md")) if row[0].startswith("`cosmopolis ") and len(row) == 3
    ):
        listed[command_of(first.strip("`").split()[1:])] = set(re.findall(r"--[a-z-]+", told))
    assert listed == {name: options(name) - GENERAL for name in COMMANDS}
    assert all(f"`{option}`" in text("README.md") or option == "--help" for option in GENERAL)


def test_the_readme_lists_every_exit_code():
    listed = {int(row[0]) for row in cells(text("README.md")) if row[0].isdigit()}
    kinds = {kind.exit_code for kind in CosmopolisError.__subclasses__()}
    assert listed == {0} | kinds


def test_the_readme_names_the_shipped_cities():
    for city in (ROOT / "cities").iterdir():
        assert city.name.capitalize() in text("README.md")


def test_the_screenshots_are_small():
    for language in ("en", "ar"):
        assert (ROOT / "docs" / "screenshots" / f"{language}.png").stat().st_size < 200_000


def test_all_documents_name_the_same_version():
    newest = re.search(r"^## (\S+) \((\d{4}-\d\d-\d\d)\)$", text("CHANGELOG.md"), flags=re.MULTILINE)
    public, citation = yaml.safe_load(text("publiccode.yml")), yaml.safe_load(text("CITATION.cff"))
    assert newest[1] == cosmopolis.__version__ == public["softwareVersion"] == citation["version"]
    assert newest[2] == public["releaseDate"] == citation["date-released"]
    assert sorted(public["localisation"]["availableLanguages"]) == sorted(LANGUAGES)
    assert public["legal"]["license"] == citation["license"] == "EUPL-1.2"


def test_the_public_description_has_the_lengths_of_its_standard():
    told = yaml.safe_load(text("publiccode.yml"))["description"]["en"]
    assert len(told["shortDescription"]) <= 150
    assert 150 <= len(told["longDescription"]) <= 10_000
    assert all((ROOT / path).is_file() for path in told["screenshots"])


def test_every_axis_status_and_indicator_is_in_the_glossary():
    po = (CONTENT / "locale" / "en" / "classifications.po").read_text(encoding="utf-8")
    ids = re.findall(r'^msgid "(?:axis|status|indicator)\.(\w+)"$', po, flags=re.MULTILINE)
    listed = {row[0].strip("`") for row in cells(text("GLOSSARY.md")) if row[0].startswith("`")}
    assert len(ids) > 60
    assert set(ids) <= listed


def test_every_key_of_a_recipe_is_in_its_reference_and_no_other():
    schema = json.loads((CONTENT / "schemas" / "recipe.schema.json").read_text(encoding="utf-8"))
    keys = {"top": set(schema["properties"]), "columns": set(schema["$defs"]["column"]["properties"])}
    keys["read"] = set(schema["properties"]["read"]["properties"])
    for name, told in schema["properties"].items():
        if "properties" in told.get("items", {}):
            keys[name] = set(told["items"]["properties"])
    listed = {}
    for part in re.split(r"^### ", text("docs/recipes.md"), flags=re.MULTILINE)[1:]:
        name, _, rest = part.partition("\n")
        table = rest.split("| Role | Is |")[0]
        listed[name.strip()] = {row[0].strip("`") for row in cells(table) if row[0].startswith("`")}
    assert listed == keys


def test_every_role_unit_form_and_repair_of_a_recipe_is_in_its_reference():
    schema = json.loads((CONTENT / "schemas" / "recipe.schema.json").read_text(encoding="utf-8"))
    roles = re.fullmatch(r"\^\((.*)\)\$", schema["$defs"]["role"]["pattern"])[1].split("|")
    allowed = {role for role in roles if ":" not in role} | {"axis:birth", "label:en"}
    allowed |= set(schema["$defs"]["form"]["enum"]) | set(schema["properties"]["holds"]["enum"])
    allowed |= set(schema["properties"]["values"]["items"]["properties"]["unit"]["enum"])
    allowed |= set(schema["properties"]["repairs"]["items"]["properties"]["kind"]["enum"])
    allowed |= set(schema["properties"]["read"]["properties"]["format"]["enum"])
    allowed |= set(schema["properties"]["universe"]["enum"])
    told = text("docs/recipes.md")
    assert not {code for code in allowed if f"`{code}`" not in told}


def schema_keys(name: str, top: str) -> dict[str, set[str]]:
    """The keys of a schema by the name of the list or table they are in."""
    found: dict[str, set[str]] = {}

    def gather(part: str, schema: dict) -> None:
        if not schema.get("properties"):
            return
        found[part] = set(schema["properties"])
        for key, told in schema["properties"].items():
            gather(key, told.get("items", told))

    gather(top, json.loads((CONTENT / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8")))
    return found


def choices(schema: object) -> set[str]:
    """Every word that a schema allows somewhere."""
    if isinstance(schema, list):
        return set().union(*map(choices, schema)) if schema else set()
    if not isinstance(schema, dict):
        return set()
    return set(schema.get("enum", ())) | choices(list(schema.values()))


def test_every_key_of_a_city_folder_is_in_its_reference_and_no_other():
    listed = {}
    for part in re.split(r"^### ", text("docs/city.md"), flags=re.MULTILINE)[1:]:
        name, _, rest = part.partition("\n")
        table = rest.split("\n## ")[0]
        listed[name.strip()] = {row[0].strip("`") for row in cells(table) if row[0].startswith("`")}
    assert listed == schema_keys("city", "top") | schema_keys("profile", "profile")


@pytest.mark.parametrize("name", ["city", "profile"])
def test_every_choice_of_a_city_folder_is_in_its_reference(name):
    schema = json.loads((CONTENT / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8"))
    told = text("docs/city.md")
    assert not {word for word in choices(schema) if f"`{word}`" not in told}


@pytest.mark.parametrize(("kind", "schema"), [("toml", "city"), ("yaml", "profile")])
def test_the_examples_of_the_city_reference_fit_its_schema(kind, schema):
    required = 'id = "town"\nname = "Town"\ncountry = "KEN"\nlanguages = ["en"]\nreference_date = "2025-01-01"\n'
    whole = "".join(block for _, block in blocks("docs/city.md", kind))
    checker = Checker(schema, "docs/city.md")
    checker.plain(toml_tree(required + whole, "city.toml") if kind == "toml" else yaml_tree(whole, "profile.yaml")[0])
    assert checker.faults == []


@pytest.mark.slow
def test_the_tutorial_leads_to_a_profile_with_the_share_it_names(tmp_path):
    from cosmopolis.language import language

    city = tmp_path / "harbour"
    new_city(city, words=language("en"))
    (city / "data" / "ten-numbers.xlsx").unlink()
    for kind in ("csv", "yaml", "toml"):
        for told, block in blocks("docs/tutorial.md", kind):
            (tmp_path / told.strip().removeprefix("file=")).write_text(block, encoding="utf-8")
    assert check(city) == ()
    site = tmp_path / "site"
    build(BuildRequest(city, site, state=tmp_path / "state"))
    # by hand: 4031 persons born abroad are shown, the star adds 1 to 4, and 38349 were born in the country
    assert round(100 * 4032 / 42381, 1) == round(100 * 4035 / 42384, 1) == 9.5
    assert "9.5%" in (site / "en" / "index.html").read_text(encoding="utf-8")


def test_the_fault_of_the_tutorial_is_told_with_its_place(tmp_path):
    from cosmopolis.language import language

    city = tmp_path / "harbour"
    new_city(city, words=language("en"))
    (city / "data" / "ten-numbers.xlsx").unlink()
    for kind in ("csv", "yaml", "toml"):
        for told, block in blocks("docs/tutorial.md", kind):
            spoilt = block.replace("Abroad;640", "Abroad;6x0")
            (tmp_path / told.strip().removeprefix("file=")).write_text(spoilt, encoding="utf-8")
    (fault,) = check(city)
    assert {"row": 5, "column": "Persons", "value": "6x0"}.items() <= fault.values.items()


def test_the_installed_program_tells_its_version():
    program = Path(sys.executable).with_name("cosmopolis")
    told = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == cosmopolis.__version__


@pytest.mark.parametrize("name", [*DOCUMENTS, "publiccode.yml", "CITATION.cff"])
def test_no_document_holds_a_path_of_one_machine(name):
    assert not re.search(r"(?<![\w.])/(home|root|work|tmp|Users)/", text(name))
