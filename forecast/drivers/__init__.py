"""Drivers: where each stood, stands and is heading; exact, Gaussian, no sampling."""
