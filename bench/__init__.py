"""Measurements: run by hand, printed as text."""
