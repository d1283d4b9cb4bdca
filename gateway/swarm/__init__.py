"""The Petals side. Everything here but `tickets` runs in the Petals environment.

Modules of this package import nothing of the gateway's dependencies.
"""
