"""What is kept: the SQLite ledger, keys in the OS keyring, configuration and paths."""
