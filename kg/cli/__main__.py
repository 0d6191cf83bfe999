"""`python -m kg.cli`, where the command `kg` is not on the path."""

from kg.cli import main

main(prog_name="kg")
