"""Anthropic's Messages: asked and answered in their form, decided and run as a chat."""
