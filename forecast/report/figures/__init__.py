"""Figures as SVG: drawn from results with Matplotlib, which is imported only here and only when drawing."""
