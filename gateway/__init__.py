"""Sepal: a local gateway that decides for every prompt where it may run.

This package file stays free of imports: parts of the package also run in the Petals
environment, which has none of the gateway's dependencies.
"""

__version__ = "0.1.0"
