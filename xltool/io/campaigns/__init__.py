"""A campaign on disk: its settings, its ledger, its store of returns."""
