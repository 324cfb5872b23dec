"""Announcements: composed, approved, scheduled, delivered, accounted for."""
