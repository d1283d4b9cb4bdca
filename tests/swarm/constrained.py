"""Runs in the Petals environment: what a model without any training says in a form that was asked for.

Reads [[directory of a checkpoint without weights, request, seed, what it says first], ...], and prints what
random scores then make of each: {"text", "calls", "reason", "length"} or {"error", "param"}.
"""

from __future__ import annotations

import json
import sys
import warnings
from pathlib import Path
from typing import Any

warnings.simplefilter("ignore")

import torch  # noqa: E402

from gateway.swarm.answer_text import AnswerText  # noqa: E402
from gateway.swarm.call_parser import CallArguments, CallBegun, CallParser  # noqa: E402
from gateway.swarm.errors import BridgeError  # noqa: E402
from gateway.swarm.events import Piece  # noqa: E402
from gateway.swarm.next_tokens import NextTokens, write  # noqa: E402
from gateway.swarm.request import parse  # noqa: E402
from gateway.swarm.sampling import Sampler, SamplingDefaults  # noqa: E402
from gateway.swarm.tokens import Checkpoint  # noqa: E402


def main() -> None:
    asked = json.load(sys.stdin)
    checkpoints = {directory: Checkpoint(Path(directory)) for directory in {directory for directory, *_ in asked}}
    print(json.dumps([_answer(checkpoints[directory], *rest) for directory, *rest in asked]))


def _answer(checkpoint: Checkpoint, fields: dict[str, Any], seed: int, first: str) -> dict[str, Any]:
    try:
        request = parse(json.dumps({"messages": [{"role": "user", "content": "x"}], **fields}).encode(), "chat")
        form = checkpoint.form(request)
    except BridgeError as error:
        return {"error": error.message, "param": error.param}
    most = request.max_tokens or 300
    sampler = Sampler(request.sampling, SamplingDefaults())
    next_tokens = NextTokens(sampler, form() if form else None, checkpoint.end_tokens, None)
    names = {tool.name for tool in request.tools.offered}
    calls = CallParser(checkpoint.calls, names) if names and checkpoint.calls else None
    decode = checkpoint.decode_calls if calls else checkpoint.decode
    one_call = not request.tools.several
    answer = AnswerText(decode, checkpoint.end_tokens, most, request.stop, calls, one_call=one_call)
    random = torch.Generator().manual_seed(seed)

    to_say = checkpoint.encode(parse(json.dumps({"prompt": first}).encode(), "completions"))[0]

    def scores(_tokens: list[int]) -> torch.Tensor:
        found = torch.randn(49152, generator=random) * 4
        if to_say:
            found[to_say.pop(0)] = 1000.0
        return found

    parts = list(write(scores([]), scores, next_tokens, answer))
    text = "".join(part.text for part in parts if isinstance(part, Piece))
    found = [[part.name, ""] for part in parts if isinstance(part, CallBegun)]
    for part in parts:
        if isinstance(part, CallArguments):
            found[part.index][1] += part.text
    return {"text": text, "calls": found, "reason": answer.reason, "length": answer.length}


if __name__ == "__main__":
    main()
