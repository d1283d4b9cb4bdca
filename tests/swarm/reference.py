"""Runs in the Petals environment: what the plain local Hugging Face model and its tokenizer say.

Reads {"checkpoint", "texts", "scored": [texts], "prompts": [[prompt or messages, most tokens], ...]} and prints
{"scored": [[[token's text, natural logarithm of its probability or None], ...], ...],
"tokens": [[ids], ...], "answers": [[text, tokens, prompt tokens], ...], "logprobs": [[natural logarithms of the
probabilities of the answer's tokens], ...]}.
"""

from __future__ import annotations

import json
import sys
import warnings
from typing import Any

warnings.simplefilter("ignore")

import torch  # noqa: E402
from transformers import AutoModelForCausalLM, AutoTokenizer, logging  # noqa: E402


def main() -> None:
    logging.set_verbosity_error()
    asked = json.load(sys.stdin)
    tokenizer = AutoTokenizer.from_pretrained(asked["checkpoint"])
    model = AutoModelForCausalLM.from_pretrained(asked["checkpoint"], torch_dtype=torch.float32)
    answers, logprobs = [], []
    for prompt, most in asked["prompts"]:
        if isinstance(prompt, str):
            tokens = tokenizer(prompt, return_tensors="pt").input_ids
        else:
            tokens = tokenizer.apply_chat_template(prompt, add_generation_prompt=True, return_tensors="pt")
        written = model.generate(tokens, do_sample=False, max_new_tokens=most)
        out = written[0, tokens.shape[1] :]
        answers.append([tokenizer.decode(out, skip_special_tokens=True), len(out), tokens.shape[1]])
        with torch.inference_mode():
            scores = model(written).logits[0, tokens.shape[1] - 1 : -1].log_softmax(-1)
        logprobs.append(scores.gather(1, out[:, None])[:, 0].tolist())
    scored = [_scored(tokenizer, model, text) for text in asked["scored"]]
    ids = [tokenizer(text, add_special_tokens=False).input_ids for text in asked["texts"]]
    print(json.dumps({"tokens": ids, "answers": answers, "logprobs": logprobs, "scored": scored}))


def _scored(tokenizer: Any, model: Any, text: str) -> list[list[Any]]:
    tokens = tokenizer(text, return_tensors="pt").input_ids
    with torch.inference_mode():
        scores = model(tokens).logits[0, :-1].log_softmax(-1)
    logprobs = [None, *scores.gather(1, tokens[0, 1:, None])[:, 0].tolist()]
    return [[tokenizer.decode([token]), logprob] for token, logprob in zip(tokens[0].tolist(), logprobs, strict=True)]


if __name__ == "__main__":
    main()
