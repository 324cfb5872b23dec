"""Pure values and rules that every feature and channel shares: no database, no network."""
