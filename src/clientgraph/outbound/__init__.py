"""The one way out to the network: limits, retries and the guard around what plugins ask."""
