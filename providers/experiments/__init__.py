"""Trying two or more candidates against each other, and knowing when the difference is real."""
