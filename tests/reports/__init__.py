"""What is exported, imported and counted."""
