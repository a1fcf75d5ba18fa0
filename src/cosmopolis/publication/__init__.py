"""A report becomes a site: pages in every language, data to download, put in place in one step."""

from cosmopolis.publication.pages import site_files
from cosmopolis.publication.releases import current_release, publish

__all__ = ["current_release", "publish", "site_files"]
