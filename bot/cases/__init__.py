"""Reflections and petitions: logged, handled, answered on time, and never lost."""
