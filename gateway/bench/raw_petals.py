"""Worker in the Petals environment: Petals' own client, asked directly, as somebody without Sepal would.

Runs as ``python -m gateway.bench.raw_petals --checkpoint DIR --dht-prefix NAME --initial-peer ADDR``;
greedy, token by token through Petals' own `generate`. Takes the settings that Petals has by default.
"""

from __future__ import annotations

import argparse
import hashlib
import time
from importlib.metadata import version
from typing import Any

from gateway.bench.lines import answer, claim_stdout, say
from gateway.swarm import petals_stack


def _load(options: argparse.Namespace) -> tuple[Any, Any]:
    import torch
    from petals import AutoDistributedModelForCausalLM
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(options.checkpoint)
    model = AutoDistributedModelForCausalLM.from_pretrained(
        options.checkpoint,
        initial_peers=options.initial_peer,
        dht_prefix=options.dht_prefix,
        torch_dtype=torch.float32,
        show_route=False,
    )
    return tokenizer, model.eval()


def _generate(tokenizer: Any, model: Any, messages: list[dict[str, str]], new_tokens: int) -> dict[str, Any]:
    """One answer: seconds, tokens and a digest of its text."""
    start = time.perf_counter()
    prompt = tokenizer.apply_chat_template(messages, add_generation_prompt=True, return_tensors="pt")
    output = model.generate(prompt, max_new_tokens=new_tokens, do_sample=False)
    tokens = output[0, prompt.shape[1] :]
    text = tokenizer.decode(tokens, skip_special_tokens=True)
    total = time.perf_counter() - start
    return {"total": total, "tokens": len(tokens), "digest": hashlib.sha256(text.encode()).hexdigest()[:16]}


def main() -> None:
    """Load, say so with the versions, and generate until there is no more to do."""
    parser = argparse.ArgumentParser(prog="python -m gateway.bench.raw_petals", description=__doc__)
    parser.add_argument("--checkpoint", required=True)
    parser.add_argument("--dht-prefix", required=True)
    parser.add_argument("--initial-peer", action="append", required=True)
    options = parser.parse_args()
    out = claim_stdout()
    petals_stack.load()
    tokenizer, model = _load(options)
    say(out, {name: version(name) for name in ("petals", "hivemind", "torch", "transformers")})
    answer(out, lambda work: _generate(tokenizer, model, work["messages"], work["max_tokens"]))
    model.transformer.h.sequence_manager.dht.shutdown()


if __name__ == "__main__":
    main()
