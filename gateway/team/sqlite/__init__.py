"""The store of one machine: a file, without a server."""
