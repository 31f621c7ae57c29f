"""Words of Explore, one file a panel."""
