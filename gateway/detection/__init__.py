"""Finds what a text gives away. Pure: texts in, findings out; knows nothing of policies or requests."""
