"""Many questions at once: bounded, within a budget, and resumed where it was left."""
