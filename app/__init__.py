"""Composition root: command line, app, screens and the chat service."""
