"""Stores behind an address, against real servers that the tests start and stop."""
