"""What is measured of providers and their models, and believed of them before that."""
