"""The documents that are made from the code: OpenAPI, and the conformance page."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from gateway.app import create_app
from gateway.cli import app
from gateway.conformance import SURFACES, page
from gateway.conformance_examples import EXAMPLES
from gateway.dialects.messages.types import MessagesRequest
from gateway.dialects.responses.types import ResponsesRequest
from gateway.openai import wire
from gateway.openapi import document
from gateway.operations import OPERATIONS
from tests.conftest import ROOT
from tests.running_gateway import policy, running

TYPES = {
    "chat.completions": wire.ChatRequest,
    "completions": wire.CompletionRequest,
    "embeddings": wire.EmbeddingRequest,
    "responses": ResponsesRequest,
    "messages": MessagesRequest,
}


async def test_every_path_that_is_served_stands_in_it_and_no_other(tmp_path: Path) -> None:
    async with running(tmp_path, lambda url: policy("mine", "public", url)) as gateway:
        served = (await gateway.client.get("/openapi.json")).json()
        absent = [
            (item.path, item.method)
            for item in OPERATIONS
            if (await gateway.client.request(item.method, item.path.replace("{id}", "x")))
            .json()
            .get("error", {})
            .get("code")
            in ("unknown_url",)
        ]
    assert served == document()
    assert absent == []
    assert {item.path for item in OPERATIONS} | {"/metrics"} == set(served["paths"])


def test_routes_and_operations_are_the_same() -> None:
    from starlette.applications import Starlette
    from starlette.routing import Route

    application = create_app(None)  # type: ignore[arg-type]
    assert isinstance(application, Starlette)
    routed = {
        (route.path.replace(":path", ""), method)
        for route in application.routes
        if isinstance(route, Route)
        for method in (route.methods or set()) - {"HEAD"}
    }
    documented = {(item.path, item.method.upper()) for item in OPERATIONS} | {("/metrics", "GET")}
    assert routed == documented


@pytest.mark.parametrize("name", TYPES)
def test_every_field_of_every_type_stands_on_the_page(name: str) -> None:
    shown = {field.split(":")[0].split(" ")[0].split("[")[0].split(".")[0] for field in EXAMPLES[name]}
    shown |= {*SURFACES[name].ignored, *SURFACES[name].refused}

    assert set(TYPES[name].model_fields) <= shown


@pytest.mark.parametrize(("language", "file"), [("en", "conformance.md"), ("zh", "conformance.zh-CN.md")])
def test_the_pages_in_the_docs_are_those_that_the_code_makes(language: str, file: str) -> None:
    made = CliRunner().invoke(app, ["openapi", "--markdown", "--language", language])

    assert made.exit_code == 0
    assert made.stdout == (ROOT / "docs" / file).read_text(), (
        f"sepal openapi --markdown --language {language} > docs/{file}"
    )


def test_both_pages_say_the_same_of_every_field() -> None:
    def marks(text: str) -> list[list[str]]:
        return [line.split("|")[1:-2] for line in text.splitlines() if line.startswith("| `")]

    assert marks(page("en")) == marks(page("zh"))
