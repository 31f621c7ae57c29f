"""What the nine steps of How it works say: at most three sentences each."""
