"""What was received, answered and asked, counted and drawn."""
