"""What makes it run: turns, delivery, the loop of one process."""
