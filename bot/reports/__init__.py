"""What is exported and reported, over the features."""
