"""Dialogue meetings: invited, confirmed, heard, and promises kept."""
