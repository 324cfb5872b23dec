"""Roles, invitations, absence."""
