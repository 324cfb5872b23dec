"""Checks of faq."""
