"""Schemas and vocabulary say the same: keys are fields, lists are those of the types, every key is described."""

import dataclasses
import re
import types
import typing

import jsonschema
import pytest
import yaml
from referencing import Registry, Resource

from cosmopolis.catalogue.schema import schema_named
from cosmopolis.catalogue.text import content_folder
from cosmopolis.vocabulary import assessment, competence, framework, participation, plan, practice
from cosmopolis.vocabulary.competence import CompetenceMap, Services
from cosmopolis.vocabulary.participation import Actor, Coordination, Input

NAMES = ("competence", "services", "plan", "actors", "inputs", "coordination", "practice")
#: What the program adds to an entry and no file says.
ADDED = {competence.Function: {"by_city"}, CompetenceMap: {"pack"}}


def entry_type(hint):
    """The type of the vocabulary within a hint: of a list, of a choice with nothing."""
    if isinstance(hint, types.UnionType):
        (hint,) = (each for each in hint.__args__ if each is not types.NoneType)
    if typing.get_origin(hint) is tuple:
        hint = typing.get_args(hint)[0]
    return hint if dataclasses.is_dataclass(hint) and hint is not framework.QuestionRef else None


def differences(kind, schema, key=""):
    """Where a type and a mapping's schema differ: keys without a field, fields without a key, what is required."""
    fields = {each.name: each for each in dataclasses.fields(kind) if each.name not in ADDED.get(kind, ())}
    keys = set(schema["properties"])
    found = [f"{key}: {sorted(keys ^ set(fields))}"] if keys != set(fields) else []
    needed = {
        name
        for name, each in fields.items()
        if each.default is dataclasses.MISSING and each.default_factory is dataclasses.MISSING
    }
    found += [f"{key}: not required {name}" for name in sorted(needed - set(schema["required"]))]
    hints = typing.get_type_hints(kind)
    for name in keys & set(fields):
        below = schema["properties"][name]
        inner = entry_type(hints[name])
        if inner:
            found += differences(inner, below.get("items", below), f"{key}.{name}")
    return found


#: What a type always has and a file may leave out: the program says that it is not known.
UNSAID = {
    "practice: not required foreign_born_share",
    "practice.results: not required baseline",
    "practice.results: not required result",
    "practice.results: not required n",
    "plan.commitments: not required reference",
    "competence: not required country",
}


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("competence", CompetenceMap),
        ("services", Services),
        ("plan", plan.Plan),
        ("coordination", Coordination),
        ("practice", practice.Practice),
    ],
)
def test_the_keys_of_a_file_are_the_fields_of_its_type(name, kind):
    assert set(differences(kind, schema_named(name), name)) <= UNSAID


@pytest.mark.parametrize(("name", "kind"), [("actors", Actor), ("inputs", Input)])
def test_the_keys_of_an_entry_are_the_fields_of_its_type(name, kind):
    assert differences(kind, schema_named(name)["properties"][name]["items"], name) == []


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("level", competence.LEVELS),
        ("duty", competence.DUTIES),
        ("level_gap", competence.LEVEL_GAPS),
        ("role", competence.ROLES),
        ("monitor", competence.MONITOR),
        ("duty_state", competence.DUTY_STATES),
        ("civic_right", competence.CIVIC_RIGHTS),
        ("phase", participation.PHASES),
        ("participation", participation.PARTICIPATION),
        ("rights_item", plan.RIGHTS_ITEMS),
        ("rights_state", plan.RIGHTS_STATES),
        ("action_state", plan.ACTION_STATES),
        ("practice_state", practice.PRACTICE_STATES),
        ("design", practice.DESIGNS),
        ("stage", assessment.STAGES),
        ("holder", typing.get_args(framework.Holder)),
    ],
)
def test_a_closed_list_is_that_of_the_vocabulary(name, told):
    assert schema_named("shared")["$defs"][name]["enum"] == list(told)


def test_the_columns_of_the_matrix_are_the_roles_and_the_parts_of_the_administration():
    duties = schema_named("services")["properties"]["duties"]["items"]
    assert duties["properties"]["column"]["enum"] == [*competence.ROLES, *competence.MONITOR]


def undescribed(schema, key):
    """The keys of a schema that do not say what they hold."""
    for name, below in schema.get("properties", {}).items():
        if len(below.get("description", "")) < 3:
            yield f"{key}.{name}"
        yield from undescribed(below.get("items", below), f"{key}.{name}")


@pytest.mark.parametrize("name", NAMES)
def test_every_key_is_described(name):
    assert list(undescribed(schema_named(name), name)) == []


@pytest.mark.parametrize("name", NAMES)
def test_no_mapping_takes_a_key_that_is_not_named(name):
    def loose(schema):
        if "properties" in schema:
            yield from () if schema["additionalProperties"] is False else (schema,)
            for below in schema["properties"].values():
                yield from loose(below.get("items", below))

    assert list(loose(schema_named(name))) == []


def validator(name):
    shared = Resource.from_contents(schema_named("shared"))
    registry = Registry().with_resource("shared.schema.json", shared)
    return jsonschema.Draft202012Validator(schema_named(name), registry=registry)


class Plain(yaml.SafeLoader):
    """Numbers and truths as JSON has them; days and years, `yes` and `no` stay the text somebody wrote."""


Plain.yaml_implicit_resolvers = {}
Plain.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("true|false"), "tf")
Plain.add_implicit_resolver("tag:yaml.org,2002:float", re.compile(r"[0-9]+\.[0-9]+$"), "0123456789")
# years are texts, and no count of the town has four figures between 1000 and 2999
Plain.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"(?![12][0-9]{3}$)[0-9]+$"), "0123456789")


def loaded(text):
    return yaml.load(text, Loader=Plain)


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_is_one(name):
    jsonschema.Draft202012Validator.check_schema(schema_named(name))


@pytest.mark.parametrize("pack", ["DEU", "ESP", "ITA", "XEX", "default"])
def test_the_packs_of_countries_fit_the_schema_by_the_standard_too(pack):
    text = content_folder().joinpath("competences", f"{pack}.yaml").read_text("utf-8")
    assert list(validator("competence").iter_errors(loaded(text))) == []


@pytest.mark.parametrize("name", NAMES)
def test_the_town_fits_the_schemas_by_the_standard_too(governed, name):
    file = "practices/classes.yaml" if name == "practice" else f"{name}.yaml"
    told = loaded((governed.folder / file).read_text())
    assert [error.message for error in validator(name).iter_errors(told)] == []


@pytest.mark.parametrize("name", NAMES)
def test_a_key_nobody_knows_is_refused_by_the_standard_too(governed, name):
    file = "practices/classes.yaml" if name == "practice" else f"{name}.yaml"
    told = loaded((governed.folder / file).read_text()) | {"sayings": "x"}
    assert [error.validator for error in validator(name).iter_errors(told)] == ["additionalProperties"]
