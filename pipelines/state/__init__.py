"""What the network side remembers between runs: listings, addresses, revisits, backfills."""
