"""Tables as immutable files addressed by their content, with provenance; release log and noise key."""
