"""Pictures of the real app, made by a script."""
