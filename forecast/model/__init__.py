"""The second module: rates, effects and stated probabilities as one density."""
