"""A recipe for a file that nobody has described yet, and how sure it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cosmopolis.errors import ContentError, Fault
from cosmopolis.language import Language
from cosmopolis.vocabulary.proposal import Proposal, Remark


@dataclass(frozen=True)
class Inspected:
    """What was found, as an object, as JSON, and where the recipe was saved."""

    proposal: Proposal
    as_json: Mapping[str, object]
    written: Path | None


def inspect(file: Path, *, words: Language, write: Path | None = None) -> Inspected:
    """
    Look at a file and propose how to read it.

    Raises
    ------
    SourceError
        If the file cannot be read at all, or holds rows of persons.
    ContentError
        If the recipe is to be written over something that exists.
    """
    from cosmopolis.sources.inspect import inspect_file
    from cosmopolis.sources.inspect_recipe import own_id, proposal_json, recipe_yaml
    from cosmopolis.store.files import write_once

    proposal = inspect_file(file)

    def said(remark: Remark) -> str:
        return words.say(remark.message_id, **dict(remark.values))

    if write is not None:
        text = recipe_yaml(proposal, said, name=own_id(write.stem))
        if not write_once(write, text.encode(), mode=0o644):
            raise ContentError(Fault("inspect.exists", {"path": str(write)}))
    return Inspected(proposal, proposal_json(proposal), write)
