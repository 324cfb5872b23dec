"""Checks of backup and restore."""
