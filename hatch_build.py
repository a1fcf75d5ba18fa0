"""Build hook: compile the words of every language, so that an installed program starts without parsing them."""

import sys
from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileCatalogues(BuildHookInterface):
    PLUGIN_NAME = "custom"

    def initialize(self, version, build_data):  # noqa: ARG002
        source = Path(self.root) / "src"
        sys.path.insert(0, str(source))
        try:
            from cosmopolis.language.catalogues import compile_languages

            list(compile_languages(source / "cosmopolis/content/locale"))
        finally:
            sys.path.remove(str(source))
