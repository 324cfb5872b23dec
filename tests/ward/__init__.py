"""Tests of the ward profile, a file a part."""
