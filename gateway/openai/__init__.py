"""OpenAI's wire format: requests, answers, streams and errors. Knows nothing of policies or engines."""
