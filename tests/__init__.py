"""The checks of the whole, at the level that a person sees wherever that is possible."""
