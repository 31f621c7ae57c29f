"""Figures of Explore, one file a panel."""
