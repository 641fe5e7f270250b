"""From one request to one answer: who is asked, in which order, and what happens when they fail."""
