"""The command line, as the installed program in a process of its own."""
