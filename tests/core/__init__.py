"""Checks of core."""
