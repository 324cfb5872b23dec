"""How the tables came to be, one file a change."""

HEAD = "0005"
"""The newest revision; a test proves that it is."""
