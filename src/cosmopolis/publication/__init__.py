"""A report becomes pages, charts, maps and data files."""
