"""Alerts: rules over what calls cost and how they went, watched live and tried on the past."""
