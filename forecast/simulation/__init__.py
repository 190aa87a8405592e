"""Forward simulation: posterior draws and a scenario to probabilities over time."""
