"""Money: prices, and the ledger's side of limits."""
