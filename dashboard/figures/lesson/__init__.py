"""The pictures of the nine steps of How it works."""
