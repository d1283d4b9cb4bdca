"""LlamaIndex, which completes prompts unless it is told that the model chats."""

import json
from typing import Annotated, Any

from llama_index.core.agent.workflow import FunctionAgent, ToolCallResult
from llama_index.core.llms import ChatMessage
from llama_index.core.tools import FunctionTool
from llama_index.embeddings.openai_like import OpenAILikeEmbedding
from llama_index.llms.openai_like import OpenAILike
from pydantic import Field
from steps import CLEAN, KEY, SENSITIVE, TEXTS, serve


def connect(base_url: str, model: str = "auto", **more: Any) -> OpenAILike:
    return OpenAILike(model=model, api_base=base_url, api_key=KEY, **{"max_tokens": 6, **more})


def completed(base_url: str) -> Any:
    return connect(base_url).complete("The sky is").text


def chatted(base_url: str) -> Any:
    answer = connect(base_url, is_chat_model=True).chat([ChatMessage(role="user", content=SENSITIVE)])
    return answer.message.content


def streamed(base_url: str) -> Any:
    model = connect(base_url, "local", is_chat_model=True)
    chunks = list(model.stream_chat([ChatMessage(role="user", content=CLEAN)]))
    return {"pieces": [chunk.delta or "" for chunk in chunks], "whole": chunks[-1].message.content}


def tools_loop(base_url: str) -> Any:
    def weather(city: str) -> str:
        """The weather in a city."""
        return "sunny"

    model = connect(base_url, is_chat_model=True, is_function_calling_model=True)
    answer = model.predict_and_call([FunctionTool.from_defaults(weather)], "What is the weather in Paris?")
    return {"calls": [source.raw_input["kwargs"] for source in answer.sources], "text": answer.response}


async def forced_tools_loop(base_url: str, model: str) -> Any:
    """An agent, which streams and is forced to begin with a tool."""

    def weather(city: Annotated[str, Field(max_length=30)]) -> str:
        """The weather in a city."""
        return "sunny"

    agent = FunctionAgent(
        llm=connect(base_url, model, is_chat_model=True, is_function_calling_model=True, max_tokens=80, temperature=0),
        tools=[weather],
        initial_tool_choice="weather",
    )
    run = agent.run("What is the weather in Paris?")
    [call] = [event async for event in run.stream_events() if isinstance(event, ToolCallResult)]
    assert call.tool_output.content == "sunny"
    called = {"name": call.tool_name, "arguments": json.dumps(call.tool_kwargs)}
    return {"calls": [called], "text": (await run).response.content}


def embedded(base_url: str) -> Any:
    model = OpenAILikeEmbedding(model_name="local", api_base=base_url, api_key=KEY)
    return [model.get_query_embedding(TEXTS[0]), *model.get_text_embedding_batch(TEXTS[1:])]


serve(globals())
