"""What owners read again, and by what anybody tells a real announcement from a false one."""
