"""Cosmopolis: with which a city governs migration well."""

__version__ = "0.1.0"
