"""The `sepal` command. Each module holds the commands of one concern."""

from __future__ import annotations

import sys
import traceback
from pathlib import Path

import typer

from gateway import __version__
from gateway.cli import (
    ask,
    audit,
    bench,
    evaluate,
    feedback,
    keys,
    openapi,
    policy,
    policy_check,
    recognizers,
    show,
    start,
)

app = typer.Typer(
    name="sepal",
    help="A local gateway that decides for every prompt where it may run, and proves afterwards what it decided.\n\n"
    "Start everything on this machine with `sepal up`; see what would happen to a prompt with `sepal explain`.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("up")(start.up)
app.command("serve")(start.serve)
app.command("setup")(start.setup)
app.command("explain")(ask.explain)
app.command("check", hidden=True)(policy_check.check)
app.command("recognizers")(recognizers.recognizers)
app.command("eval")(evaluate.evaluate)
app.command("feedback")(feedback.feedback)
app.command("status")(show.status)
app.command("paths")(show.paths)
app.command("config")(show.config)
app.command("bench")(bench.bench)
app.command("openapi")(openapi.openapi)
app.add_typer(policy.app, name="policy")
app.add_typer(audit.app, name="audit")
app.add_typer(keys.app, name="keys")


def _version(value: bool) -> None:
    if value:
        typer.echo(f"sepal {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Print the version."),
) -> None:
    pass


def main() -> None:
    """Entry point: errors are sentences on stderr, Ctrl-C is status 130, a closed pipe is no error."""
    try:
        app()
    except KeyboardInterrupt:
        typer.echo("\nInterrupted.", err=True)
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(141)
    except Exception as error:
        # No traceback: a message may quote what the command was working on.
        trace = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{Path(trace.filename).name}:{trace.lineno}"
        typer.echo(f"error: {type(error).__name__} at {place}. This is a fault of Sepal; please report it.", err=True)
        sys.exit(70)
