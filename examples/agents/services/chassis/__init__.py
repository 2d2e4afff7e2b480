"""What every process of the system shares: addresses, start and end, metrics, calls to a peer."""
