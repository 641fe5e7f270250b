"""How good an answer looks: signals computed from its text, and an optional judge."""
