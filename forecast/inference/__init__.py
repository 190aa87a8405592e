"""Inference: a workspace and a panel to posterior draws that have passed their gates."""
