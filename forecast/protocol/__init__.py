"""Asking experts: what they are handed, what they answered in two rounds, and what changed."""
