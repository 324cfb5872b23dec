"""How the tables came to be, one file a change."""

HEAD = "0006"
"""The newest revision; a test proves that it is."""
