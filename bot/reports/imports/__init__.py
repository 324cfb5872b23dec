"""Petitions on paper and from the national portal come into the same log, out of a filled-in sheet."""
