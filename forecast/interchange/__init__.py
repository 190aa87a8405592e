"""Judgments and priors to and from other programs: Excalibur, SHELF, spreadsheets, PyMC."""
