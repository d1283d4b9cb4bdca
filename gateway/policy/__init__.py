"""The policy: which text may be seen by whom. Pure; knows nothing of HTTP, engines or the clock."""
