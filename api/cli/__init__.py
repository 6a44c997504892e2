"""The command line: one file a command."""

import typer

from api.cli.confirm import confirm
from api.cli.demo import demo
from api.cli.imports import imports
from api.cli.init import init
from api.cli.replay import replay
from api.cli.serve import serve
from api.cli.verify import verify

app = typer.Typer(
    name="trustex",
    help="An exchange on which holders transfer trust shares.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(init)
app.command()(serve)
app.command()(demo)
app.command()(replay)
app.command()(verify)
app.command()(confirm)
app.add_typer(imports)


def main() -> None:
    """Run the command named on the command line."""
    app(prog_name="trustex")
