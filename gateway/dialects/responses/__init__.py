"""OpenAI's Responses API, told in terms of chats. Conversations stay on this machine."""
