"""Dialogue meetings: who is invited, who comes, what they ask, and what is promised to them."""
