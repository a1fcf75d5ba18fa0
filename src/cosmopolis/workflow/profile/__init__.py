"""A city's protected tables become the profile: findings, figures, gap list; message ids, no words."""

from cosmopolis.workflow.profile.compose import profile
from cosmopolis.workflow.profile.material import Material

__all__ = ["Material", "profile"]
