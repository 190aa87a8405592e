"""Posterior draws weighted to stand for another posterior, and how far that can be trusted."""
