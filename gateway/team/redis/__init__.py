"""The store of several machines: a Redis or Valkey server."""
