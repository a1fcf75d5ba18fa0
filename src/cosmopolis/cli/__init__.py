"""Parse, call the workflow, print."""
