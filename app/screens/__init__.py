"""Screens coordinate: they hand values to widgets and commands to the runtime."""
