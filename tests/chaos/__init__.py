"""Real processes, killed; a real network, spoiled; a real link, emulated. Each proof has mutants that it must catch."""
