"""Declassification: stand-ins for what must not travel, and the way back for the answer.

The one way in which a label goes down. Knows nothing of HTTP and engines; everything here lives for one request.
"""
