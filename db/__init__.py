"""The tables, each file with the queries on it."""
