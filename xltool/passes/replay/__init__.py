"""Rules over earlier returns: what they did there (`fires`), and what can be proved about them (`logic`, `proofs`)."""
