"""What officers and leaders do with announcements."""
