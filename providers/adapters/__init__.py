"""One module per wire format; each imports its SDK only when it is first used."""
