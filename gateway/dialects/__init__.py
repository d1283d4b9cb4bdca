"""The forms in which clients ask and are answered. Each is translated to a chat request, and its answer back."""
