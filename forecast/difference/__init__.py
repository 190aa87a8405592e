"""Two versions of a workspace: what was edited, and what each edit does to the probabilities."""
