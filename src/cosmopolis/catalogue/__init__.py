"""Content and city folders become checked vocabulary objects; all faults are reported together."""

from cosmopolis.catalogue.cities import check_city, city_recipes, load_city
from cosmopolis.catalogue.classifications import country_codes, region_members
from cosmopolis.catalogue.constants import facts, floors, noise_profile
from cosmopolis.catalogue.recipes import load_recipe, shipped_names, shipped_recipes

__all__ = [
    "check_city",
    "city_recipes",
    "country_codes",
    "facts",
    "floors",
    "load_city",
    "load_recipe",
    "noise_profile",
    "region_members",
    "shipped_names",
    "shipped_recipes",
]
