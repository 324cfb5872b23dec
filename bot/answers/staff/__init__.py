"""The staff's side of the FAQ: what it could not answer, the ward's own answers, and its figures."""
