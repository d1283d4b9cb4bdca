"""Open WebUI: the requests that its server sends, since the whole of it is too large for a test.

Source: its repository, backend/open_webui/routers/openai.py and tasks.py (2026). A chat that the user reads is one
request; others follow in the background, for a title, tags and follow-up questions, and carry the conversation in
one message, to a model of their own if one is configured.
"""

from __future__ import annotations

import json
from typing import Any

import httpx

from tests.clients.client import Done, completed
from tests.clients.expected import stayed_local
from tests.wires.tapped_product import TappedProduct

HEADERS = {
    "Authorization": "Bearer sk-anything",
    "Content-Type": "application/json",
    "HTTP-Referer": "https://openwebui.com/",
    "X-Title": "Open WebUI",
}
QUESTION = "Write to my patient Maria Gonzalez, born 3 May 1961, about her biopsy."
TITLE = """### Task:
Find a short title for the conversation.
### Output:
JSON format: {{ "title": "your title" }}
### Chat History:
<chat_history>
USER: {question}
ASSISTANT: {answer}
</chat_history>"""


def send(sepal: TappedProduct, body: dict[str, Any]) -> tuple[Done, httpx.Response]:
    """One request as its server sends it."""
    before = len(sepal.audit())
    url = f"{sepal.url}/v1/chat/completions"
    response = httpx.post(url, content=json.dumps(body), headers=HEADERS, timeout=60, trust_env=False)
    return Done(None, None, completed(sepal, before)), response


def test_the_connection_is_checked_by_listing_models(sepal: TappedProduct) -> None:
    response = httpx.get(f"{sepal.url}/v1/models", headers=HEADERS, timeout=60, trust_env=False)

    assert response.status_code == 200
    assert {"auto", "local", "swarm"} <= {model["id"] for model in response.json()["data"]}


def test_a_title_for_a_sensitive_conversation_is_made_where_the_conversation_stayed(sepal: TappedProduct) -> None:
    messages = [{"role": "user", "content": QUESTION}]
    chat, streamed = send(sepal, {"model": "auto", "messages": messages, "stream": True, "max_tokens": 6})
    events = [line.removeprefix("data: ") for line in streamed.text.splitlines() if line.startswith("data: ")]
    assert events[-1] == "[DONE]"
    pieces = [choice["delta"].get("content") or "" for event in events[:-1] for choice in json.loads(event)["choices"]]
    answer = "".join(pieces)
    assert answer
    stayed_local(chat)

    content = TITLE.format(question=QUESTION, answer=answer)
    # Even if the administrator made the swarm the model for such tasks.
    for model in ("auto", "swarm"):
        body = {"model": model, "messages": [{"role": "user", "content": content}], "stream": False}
        title, response = send(sepal, {**body, "max_completion_tokens": 6})
        assert response.status_code == 200
        assert response.headers["x-sepal-destination"] == "local"
        stayed_local(title)


def test_a_title_for_a_harmless_conversation_may_be_made_elsewhere(sepal: TappedProduct) -> None:
    content = TITLE.format(question="Why is the sky blue?", answer="Because of how air scatters light.")
    title, response = send(
        sepal,
        {
            "model": "auto",
            "messages": [{"role": "user", "content": content}],
            "stream": False,
            "max_completion_tokens": 6,
        },
    )

    assert response.status_code == 200
    assert title.labels == ["public"]
    assert title.decisions[0]["destinations"] == ["swarm", "local"]
