"""A report that is signed: who stands behind it, what it was made of, and whether it still is what it was."""
