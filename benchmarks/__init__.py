"""Measures, side by side with named peers in the same run: ``make bench``."""
