"""The message that every open screen gets when other settings are in force."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message


@dataclass
class SettingsChanged(Message, bubble=False):
    """Other settings are in force, or the file that holds them cannot be used any longer."""
