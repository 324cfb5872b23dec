"""Who is who, and the first words exchanged: start, help, contact."""
