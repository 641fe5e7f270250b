"""Local models: a catalogue, fetching, what is here, and servers that run here."""
