"""Checks of channels."""
