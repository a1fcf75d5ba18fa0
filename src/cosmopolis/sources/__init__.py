"""A publisher's file and its recipe become a table with provenance. No arithmetic on people."""
