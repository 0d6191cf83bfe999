"""One module per annotation format: each reads files into a `Document` and reports what it could not read."""
