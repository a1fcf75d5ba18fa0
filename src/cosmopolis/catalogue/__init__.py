"""Content and city folders become checked vocabulary objects; all faults are reported together."""
