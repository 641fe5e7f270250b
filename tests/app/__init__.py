"""The app under Pilot, on real HTTP and a real ledger."""
