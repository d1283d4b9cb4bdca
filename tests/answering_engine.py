"""A stub in the place of an engine that answers each endpoint as asked: choices, log probabilities, tools, vectors."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from tests.backends.stub_engine import STOP, delta, says

VECTOR = [0.6, 0.0, 0.8]


async def answers(request: web.Request) -> web.StreamResponse:
    """The answer of an engine that can do everything and says little."""
    if request.method != "POST":
        return web.json_response({"object": "list", "data": [{"id": "m", "object": "model"}]})
    asked = await request.json()
    if request.path.endswith("/embeddings"):
        return web.json_response(_vectors(asked["input"]))
    if request.path.endswith("/chat/completions"):
        chunks = [chunk for index in range(asked.get("n") or 1) for chunk in _chat(index, asked)]
    else:
        prompts = len(asked["prompt"]) if _several(asked["prompt"]) else 1
        chunks = [_text(index, asked) for index in range((asked.get("n") or 1) * prompts)]
    usage = {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5}
    if not asked.get("stream"):
        return web.json_response({**_whole(chunks), "usage": usage})
    return await says(*chunks, {"choices": [], "usage": usage}, b"data: [DONE]\n\n")(request)


def _whole(chunks: list[dict[str, Any]]) -> dict[str, Any]:
    """The same answer in one piece, in OpenAI's form."""
    choices: dict[int, dict[str, Any]] = {}
    for part in (chunk["choices"][0] for chunk in chunks):
        if "text" in part:
            choices[part["index"]] = part
            continue
        empty = {"index": part["index"], "message": {"role": "assistant", "content": None}, "logprobs": None}
        choice = choices.setdefault(part["index"], empty)
        message, said = choice["message"], part["delta"]
        if said.get("content"):
            message["content"] = (message["content"] or "") + said["content"]
        for call in said.get("tool_calls") or ():
            calls = message.setdefault("tool_calls", [])
            if "id" in call:
                calls.append({key: value for key, value in call.items() if key != "index"})
            calls[-1]["function"]["arguments"] += call["function"]["arguments"] if "id" not in call else ""
        if part.get("logprobs"):
            choice["logprobs"] = {
                "content": [*(choice["logprobs"] or {"content": []})["content"], *part["logprobs"]["content"]]
            }
        choice["finish_reason"] = part["finish_reason"]
    return {"id": "c1", "object": "chat.completion", "created": 1, "model": "m", "choices": list(choices.values())}


def _several(given: Any) -> bool:
    return isinstance(given, list) and not isinstance(given[0], int)


def _vectors(given: Any) -> dict[str, Any]:
    count = len(given) if _several(given) else 1
    data = [{"object": "embedding", "index": index, "embedding": VECTOR} for index in range(count)]
    return {"object": "list", "data": data, "model": "x", "usage": {"prompt_tokens": 4, "total_tokens": 4}}


def _chat(index: int, asked: dict[str, Any]) -> list[dict[str, Any]]:
    tools = asked.get("tools") or []
    told = [delta(role="assistant"), *(_call(tools[0]) if tools else [delta("Hel"), delta("lo")])]
    if asked.get("logprobs"):
        for chunk in told[1:]:
            chunk["choices"][0]["logprobs"] = {"content": [_token("Hel", asked.get("top_logprobs") or 0)]}
    told.append(delta(finish="tool_calls") if tools else STOP)
    return [{**chunk, "choices": [{**chunk["choices"][0], "index": index}]} for chunk in told]


def _call(tool: dict[str, Any]) -> list[dict[str, Any]]:
    name = tool["function"]["name"]
    first = {"index": 0, "id": "call_1", "type": "function", "function": {"name": name, "arguments": ""}}
    return [delta(tool_calls=[first]), delta(tool_calls=[{"index": 0, "function": {"arguments": "{}"}}])]


def _token(token: str, top: int) -> dict[str, Any]:
    one = {"token": token, "bytes": list(token.encode()), "logprob": -0.5}
    return {**one, "top_logprobs": [one] * min(top, 2)}


def _text(index: int, asked: dict[str, Any]) -> dict[str, Any]:
    choice: dict[str, Any] = {"index": index, "text": "Hello", "finish_reason": "stop", "logprobs": None}
    if asked.get("logprobs") is not None:
        choice["logprobs"] = {
            "tokens": ["Hello"],
            "token_logprobs": [-0.5],
            "top_logprobs": [{"Hello": -0.5}],
            "text_offset": [0],
        }
    return {"id": "c1", "choices": [choice]}
