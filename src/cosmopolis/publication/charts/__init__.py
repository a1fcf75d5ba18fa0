"""
Figures become charts and maps: inline SVG in the reader's language.

Line charts, profiles, curves, bars and pyramids are Vega-Lite specifications that vl-convert
renders without a browser. Maps are our own paths: Vega gives an area no `<title>`,
takes twice as long for one and writes half as many bytes again, and our paths are
made once for all maps and languages. Both leave the house as the same plain SVG:
no style attribute, no script, no reference to anything outside it, colours by class
(see `static/charts.css`).
"""

from cosmopolis.publication.charts.drawing import Chart, chart

__all__ = ["Chart", "chart"]
