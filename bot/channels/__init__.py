"""The ways to talk with people, each a small package."""
