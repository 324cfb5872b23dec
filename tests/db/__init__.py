"""Checks of db."""
