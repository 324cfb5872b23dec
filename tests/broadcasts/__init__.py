"""Announcements: whom they reach, when, and what becomes of them."""
