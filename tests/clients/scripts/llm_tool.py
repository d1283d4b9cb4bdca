"""`llm`: its command with models of extra-openai-models.yaml, as its documentation says."""

from typing import Any

import llm
import yaml
from click.testing import CliRunner
from llm.cli import cli
from steps import CLEAN, KEY, SENSITIVE, serve


def configured(base_url: str) -> Any:
    models = [
        {
            "model_id": f"sepal-{name}",
            "model_name": name,
            "api_base": base_url,
            "can_stream": True,
            "supports_schema": True,
        }
        for name in ("auto", "local")
    ]
    (llm.user_dir() / "extra-openai-models.yaml").write_text(yaml.safe_dump(models))
    return [model.model_id for model in llm.get_models() if model.model_id.startswith("sepal-")]


def _command(*arguments: str) -> str:
    run = CliRunner().invoke(cli, [*arguments, "--key", KEY, "-o", "max_tokens", "6"], catch_exceptions=False)
    assert run.exit_code == 0, run.output
    return run.output.strip()


def asked(base_url: str) -> Any:
    return _command("-m", "sepal-auto", "--no-stream", CLEAN)


def sensitive(base_url: str) -> Any:
    return _command("-m", "sepal-auto", SENSITIVE)


def streamed(base_url: str) -> Any:
    response = llm.get_model("sepal-local").prompt(CLEAN, key=KEY, max_tokens=6)
    return {"pieces": list(response), "whole": response.text()}


serve(globals())
