"""Checks of runtime."""
