"""What paints: Textual widgets that are handed values and fetch nothing."""
