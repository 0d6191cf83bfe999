"""What the scene answers: one question, one module; each takes a `Scene` and returns typed values."""
