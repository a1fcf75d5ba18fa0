"""Stocks, flows, structure and diversity of a city's people. Pure."""
