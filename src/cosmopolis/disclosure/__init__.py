"""The only maker of protected tables. Pure."""
