"""How it works: one digit followed through nine steps, each in a file of its own."""
