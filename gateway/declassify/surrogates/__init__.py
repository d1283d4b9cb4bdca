"""Stand-ins for values: pseudonyms of the same kind and form, one module a kind, and the plain operators.

Knows nothing of requests: one value goes in, one stand-in comes out. That stand-ins are all different, and occur
nowhere in the request, is `gateway.declassify.assign`'s concern.
"""
