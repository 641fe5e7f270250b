"""Markdown as blocks that paint themselves line by line."""
