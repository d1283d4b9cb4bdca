"""`sepal policy`: check, show, test and compare policies, and what may be written in one."""

from __future__ import annotations

import typer

from gateway.cli.policy_check import check
from gateway.cli.policy_diff import diff
from gateway.cli.policy_entities import entities
from gateway.cli.policy_run_tests import run_policy_tests
from gateway.cli.policy_schema import schema
from gateway.cli.policy_show import show

app = typer.Typer(help="Check, show, test and compare policies.", no_args_is_help=True)
app.command("check")(check)
app.command("show")(show)
app.command("test")(run_policy_tests)
app.command("entities")(entities)
app.command("schema")(schema)
app.command("diff")(diff)
