"""The panels of Explore, one a file."""
