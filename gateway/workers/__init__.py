"""Several processes that answer at the same address. The first has the engines and the audit file; the others use them
over a line to it.
"""
