"""What lets several people share one gateway: their API keys, and what they may use."""
