"""Flat tables: equal to the store, kept with it, projected like the views."""
