"""Expert-judgment scenario forecasting for a pair of states."""

__version__ = "0.1.0"
