"""Message ids and values become words, numbers and dates in a language."""
