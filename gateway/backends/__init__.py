"""Where answers come from: supervised engine processes and the one client that talks to them."""
