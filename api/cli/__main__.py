"""`python -m api.cli`: the same as the command `trustex`."""

from api.cli import main

main()
