"""Reading: YAML and CSV files to a typed workspace, with every problem found at once."""

from forecast.inputs.read import load
from forecast.inputs.workspace import BASELINE, Workspace

__all__ = ["BASELINE", "Workspace", "load"]
