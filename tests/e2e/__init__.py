"""The chat in a real terminal: tmux draws it, and says what a person would see."""
