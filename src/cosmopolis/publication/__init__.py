"""
A report becomes a site: pages in every language, data to download, put in place in one step.

What a name needs is imported when it is first used: a command that only looks
whether anything changed should not wait for geometry and tables.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cosmopolis.publication.pages import site_files
    from cosmopolis.publication.releases import current_release, publish

__all__ = ["current_release", "publish", "site_files"]

_HOMES = {
    "current_release": "releases",
    "publish": "releases",
    "site_files": "pages",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
