"""Measures: defined once as Ibis expressions, with the arithmetic of survival curves in numpy."""
