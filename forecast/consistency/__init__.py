"""Whether a scenario's parts agree with the judgments of what drives what."""
