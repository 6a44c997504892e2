"""The command line: one file a command."""

import typer

from api.cli.alerts import alerts, export_large_amounts
from api.cli.confirm import confirm
from api.cli.demo import demo
from api.cli.halt import halt
from api.cli.imports import imports
from api.cli.init import init
from api.cli.reconcile import reconcile
from api.cli.replay import replay
from api.cli.rules import rules
from api.cli.rulings import rulings
from api.cli.serve import serve
from api.cli.sheets import (
    export_applications,
    export_registration,
    import_decisions,
    import_registration,
)
from api.cli.verify import verify
from api.cli.whatif import whatif

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
app.command()(whatif)
app.command()(rulings)
app.command()(confirm)

exports = typer.Typer(help="Get a file from a venue.", no_args_is_help=True)
exports.command("applications")(export_applications)
exports.command("registration")(export_registration)
exports.command("large-amounts")(export_large_amounts)
app.add_typer(exports, name="export")

imports.command("decisions")(import_decisions)
imports.command("registration")(import_registration)
app.add_typer(imports)
app.add_typer(reconcile)
app.add_typer(rules)
app.add_typer(halt)
app.add_typer(alerts)


def main() -> None:
    """Run the command named on the command line."""
    app(prog_name="trustex")
