"""One file per thing a person does; the only room that wires the others."""
