"""Use cases: each wires readers, passes and writers together and decides nothing itself."""
