"""Checks of the papers."""
