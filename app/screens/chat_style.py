"""How the chat screen is laid out."""

from __future__ import annotations

CHAT_CSS = """
ChatScreen {
    layout: vertical;
    #main { height: 1fr; }
    #conversation { width: 1fr; min-width: 10; }
    #transcript { height: 1fr; }
    #welcome { height: 1fr; display: none; }
    &.-empty #welcome { display: block; }
    &.-empty #transcript { display: none; }
    #panels {
        width: 22%;
        min-width: 34;
        max-width: 46;
        display: none;
        border-left: solid $foreground 15%;
    }
    #panels ProviderPanel { height: 1fr; }
    #panels CostMeter { border-top: solid $foreground 15%; }
}
ChatScreen.-wide.-panels #panels { display: block; }
ChatScreen.-narrow.-panels-over #panels { display: block; }
"""
