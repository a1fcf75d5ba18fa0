"""Content and city folders become checked vocabulary objects; all faults are reported together."""

from cosmopolis.catalogue.assessment_forms import read_assessment_form
from cosmopolis.catalogue.assessment_text import assessment_text
from cosmopolis.catalogue.assessments import assessment_faults, edition_of, load_assessments
from cosmopolis.catalogue.cities import check_city, city_recipes, load_city
from cosmopolis.catalogue.classifications import country_codes, region_members
from cosmopolis.catalogue.competences import country_competence, shipped_competences
from cosmopolis.catalogue.constants import facts, floors, noise_profile
from cosmopolis.catalogue.crosswalks import (
    city_crosswalk_faults,
    city_crosswalks,
    crosswalk_faults,
    load_crosswalk,
    shipped_crosswalks,
)
from cosmopolis.catalogue.frameworks import (
    check_framework,
    city_framework_faults,
    city_frameworks,
    load_framework,
    shipped_frameworks,
)
from cosmopolis.catalogue.governance import check_governance, has_governance, load_governance
from cosmopolis.catalogue.recipes import load_recipe, shipped_names, shipped_recipes

__all__ = [
    "assessment_faults",
    "assessment_text",
    "check_city",
    "check_framework",
    "check_governance",
    "city_crosswalk_faults",
    "city_crosswalks",
    "city_framework_faults",
    "city_frameworks",
    "city_recipes",
    "country_codes",
    "country_competence",
    "crosswalk_faults",
    "edition_of",
    "facts",
    "floors",
    "has_governance",
    "load_assessments",
    "load_city",
    "load_crosswalk",
    "load_framework",
    "load_governance",
    "load_recipe",
    "noise_profile",
    "read_assessment_form",
    "region_members",
    "shipped_competences",
    "shipped_crosswalks",
    "shipped_frameworks",
    "shipped_names",
    "shipped_recipes",
]
