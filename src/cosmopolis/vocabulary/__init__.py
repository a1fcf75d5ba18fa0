"""Frozen types of the field, shared by every room. No input, no output."""
