"""
Figures become charts and maps: inline SVG in the reader's language.

Line charts, bars and pyramids are Vega-Lite specifications that vl-convert
renders without a browser; maps are our own paths, because Vega gives an area no
`<title>` and takes about twenty times as long. Both leave the house as the same
plain SVG: no style attribute, no script, no reference to anything outside it,
colours by class (see `static/charts.css`).
"""

from cosmopolis.publication.charts.drawing import Chart, chart

__all__ = ["Chart", "chart"]
