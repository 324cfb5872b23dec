"""Figures of answer quality, speed and memory: ratios and medians taken in one run, never assertions."""
