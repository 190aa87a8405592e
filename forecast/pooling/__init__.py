"""Many judgments to one, by named rules."""
