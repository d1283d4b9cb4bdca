"""Examples of every field, and the words of the conformance page in both languages. Data alone."""
# ruff: noqa: E501

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Json = dict[str, Any]
_TOOL: Json = {"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}
_CALL: Json = {"id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}
_SCHEMA: Json = {"name": "s", "strict": True, "schema": {"type": "object"}}
_FORMAT: Json = {"type": "json_schema", "schema": {"type": "object"}}
_USER: Json = {"role": "user", "content": "hi"}
_PNG = "data:image/png;base64,AAAA"


def _part(part: Json) -> Json:
    return {"messages": [{"role": "user", "content": [part]}]}


_SAMPLING: dict[str, Json] = {
    "model": {"model": "local"},
    "stream": {"stream": True},
    "stream_options": {"stream": True, "stream_options": {"include_usage": True}},
    "temperature": {"temperature": 0.5},
    "top_p": {"top_p": 0.5},
    "max_tokens": {"max_tokens": 5},
    "stop": {"stop": ["a", "b", "c", "d"]},
    "seed": {"seed": 1},
    "n": {"n": 2},
    "presence_penalty": {"presence_penalty": 1.0},
    "frequency_penalty": {"frequency_penalty": 1.0},
    "logit_bias": {"logit_bias": {"5": 1.0}},
    "user": {"user": "u"},
    "metadata": {"metadata": {"a": "b"}},
}

BASES: Mapping[str, Json] = {
    "chat.completions": {"model": "auto", "messages": [_USER]},
    "completions": {"model": "auto", "prompt": "hi"},
    "embeddings": {"model": "auto", "input": "hi"},
    "responses": {"model": "auto", "input": "hi"},
    "messages": {"model": "auto", "max_tokens": 9, "messages": [_USER]},
}
"""The least request at each endpoint."""

EXAMPLES: Mapping[str, Mapping[str, Json]] = {
    "chat.completions": {
        "messages[]: system, developer, user, assistant": {
            "messages": [{"role": "system", "content": "s"}, {"role": "developer", "content": "d"}, _USER]
        },
        "messages[]: tool": {
            "messages": [
                _USER,
                {"role": "assistant", "tool_calls": [_CALL]},
                {"role": "tool", "tool_call_id": "c", "content": "x"},
            ]
        },
        "messages[].content[]: text": _part({"type": "text", "text": "t"}),
        "messages[].content[]: image_url (data:)": _part({"type": "image_url", "image_url": {"url": _PNG}}),
        "messages[].content[]: image_url (https:)": _part(
            {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}
        ),
        "messages[].content[]: input_audio": _part(
            {"type": "input_audio", "input_audio": {"data": "AAAA", "format": "wav"}}
        ),
        "messages[].content[]: file": _part({"type": "file", "file": {"file_data": "data:application/pdf;base64,AA"}}),
        **_SAMPLING,
        "max_completion_tokens": {"max_completion_tokens": 5},
        "tools": {"tools": [_TOOL]},
        "tool_choice": {"tools": [_TOOL], "tool_choice": "required"},
        "parallel_tool_calls": {"tools": [_TOOL], "parallel_tool_calls": True},
        "response_format: json_object": {"response_format": {"type": "json_object"}},
        "response_format: json_schema": {"response_format": {"type": "json_schema", "json_schema": _SCHEMA}},
        "logprobs": {"logprobs": True},
        "top_logprobs": {"logprobs": True, "top_logprobs": 5},
        "reasoning_effort": {"reasoning_effort": "low"},
        "store": {"store": False},
    },
    "completions": {
        "prompt: text": {"prompt": "other"},
        "prompt: several texts": {"prompt": ["a", "b"]},
        "prompt: token ids": {"prompt": [1, 2]},
        **_SAMPLING,
        "suffix": {"suffix": "s"},
        "echo": {"echo": True},
        "echo with logprobs": {"echo": True, "logprobs": 2},
        "best_of": {"best_of": 2},
        "logprobs": {"logprobs": 2},
    },
    "embeddings": {
        "model": {"model": "local"},
        "input: texts": {"input": ["a", "b"]},
        "input: token ids": {"input": [1, 2]},
        "encoding_format": {"encoding_format": "base64"},
        "dimensions": {"dimensions": 5},
        "user": {"user": "u"},
        "metadata": {"metadata": {"a": "b"}},
    },
    "responses": {
        "model": {"model": "local"},
        "input: text": {"input": "other"},
        "input[]: message": {"input": [{"role": "user", "content": [{"type": "input_text", "text": "t"}]}]},
        "input[]: input_image (data:)": {
            "input": [{"role": "user", "content": [{"type": "input_image", "image_url": _PNG}]}]
        },
        "input[]: input_file": {
            "input": [
                {"role": "user", "content": [{"type": "input_file", "file_data": "data:application/pdf;base64,AA"}]}
            ]
        },
        "input[]: function_call, function_call_output": {
            "input": [
                {"role": "user", "content": "hi"},
                {"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"},
                {"type": "function_call_output", "call_id": "c", "output": "x"},
            ]
        },
        "instructions": {"instructions": "i"},
        "previous_response_id": {},
        "tools: function": {"tools": [{"type": "function", "name": "f", "parameters": {"type": "object"}}]},
        "tools: namespace": {
            "tools": [
                {
                    "type": "namespace",
                    "name": "s",
                    "description": "",
                    "tools": [{"type": "function", "name": "f", "parameters": {"type": "object"}}],
                }
            ]
        },
        "tools: others": {"tools": [{"type": "web_search"}]},
        "tool_choice": {
            "tools": [{"type": "function", "name": "f", "parameters": {"type": "object"}}],
            "tool_choice": "required",
        },
        "parallel_tool_calls": {
            "tools": [{"type": "function", "name": "f", "parameters": {"type": "object"}}],
            "parallel_tool_calls": True,
        },
        "text.format: json_object": {"text": {"format": {"type": "json_object"}}},
        "text.format: json_schema": {"text": {"format": {"type": "json_schema", **_SCHEMA}}},
        "text.verbosity": {"text": {"verbosity": "low"}},
        "reasoning.effort": {"reasoning": {"effort": "low"}},
        "temperature": {"temperature": 0.5},
        "top_p": {"top_p": 0.5},
        "max_output_tokens": {"max_output_tokens": 5},
        "top_logprobs": {"top_logprobs": 5, "include": ["message.output_text.logprobs"]},
        "include": {"include": ["message.output_text.logprobs"]},
        "truncation": {},
        "metadata": {"metadata": {"a": "b"}},
        "user": {"user": "u"},
        "store": {"store": False},
        "stream": {"stream": True},
        "background": {},
    },
    "messages": {
        "model": {"model": "local"},
        "max_tokens": {"max_tokens": 5},
        "messages[].content: text": {"messages": [{"role": "user", "content": "other"}]},
        "messages[].content[]: image (base64)": _part(
            {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "AAAA"}}
        ),
        "messages[].content[]: image (url)": _part(
            {"type": "image", "source": {"type": "url", "url": "https://example.com/a.png"}}
        ),
        "messages[].content[]: document (text)": _part(
            {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "t"}}
        ),
        "messages[].content[]: document (PDF)": _part(
            {"type": "document", "source": {"type": "base64", "media_type": "application/pdf", "data": "AAAA"}}
        ),
        "messages[].content[]: tool_use, tool_result": {
            "messages": [
                _USER,
                {"role": "assistant", "content": [{"type": "tool_use", "id": "c", "name": "f", "input": {}}]},
                {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "c", "content": "x"}]},
            ]
        },
        "messages[]: system": {"messages": [_USER, {"role": "system", "content": "s"}]},
        "system": {"system": "s"},
        "stop_sequences": {"stop_sequences": ["a"]},
        "stream": {"stream": True},
        "temperature": {"temperature": 0.5},
        "top_p": {"top_p": 0.5},
        "tools": {"tools": [{"name": "f", "input_schema": {"type": "object"}}]},
        "tools: Anthropic's own": {"tools": [{"type": "web_search_20250305", "name": "web_search"}]},
        "tool_choice": {
            "tools": [{"name": "f", "input_schema": {"type": "object"}}],
            "tool_choice": {"type": "any"},
        },
        "metadata.user_id": {"metadata": {"user_id": "u"}},
        "output_config.format": {"output_config": {"format": _FORMAT}},
        "output_format": {"output_format": _FORMAT},
    },
}
"""By endpoint and field: what is added to the least request. Every field of the types stands here."""

IN_THE_GATEWAY: Mapping[tuple[str, str], str] = {
    ("responses", "previous_response_id"): "the conversation is kept by the gateway, and its label with it",
    ("responses", "background"): "runs in the gateway; ask for it by its id",
    ("responses", "truncation"): "`auto` is taken as `disabled`: nothing is dropped, what is too long is refused",
    ("responses", "text.verbosity"): "no engine here knows it; say it in the prompt",
}
"""What is done without any engine, where no example shows it."""

WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "title": "Conformance: what is honoured where",
        "intro": "Made by `sepal openapi --markdown` from the code that decides requests. ✓ honoured; (✓) where the "
        "destination's model can (its engine tells when it starts; `GET /v1/models` shows it); – not there: the request "
        "goes to another destination that may see it and can, else it is refused with a 400 that names the field; "
        "· changes nothing and is dropped. Fields that are not listed are dropped; with logging at DEBUG their number "
        "is noted. `petals` stands for any swarm, `openai` for any OpenAI-compatible server, which answers for itself.",
        "field": "field",
        "note": "becomes, note",
        "ignored": "dropped",
        "refused": "refused",
        "here": "stays in the gateway",
    },
    "zh": {
        "title": "兼容性：哪些字段在哪里生效",
        "intro": "由 `sepal openapi --markdown --language zh` 从决定请求的代码生成。✓ 生效；(✓) 取决于目的地的模型"
        "（引擎启动时报告，`GET /v1/models` 可查看）；– 该处不支持：请求会转到另一个既可看到它又支持该字段的目的地，"
        "否则返回 400 并指出字段名；· 不影响结果，直接丢弃。未列出的字段会被丢弃；日志级别为 DEBUG 时记录其数量。"
        "`petals` 指任意集群，`openai` 指任意兼容 OpenAI 的服务器，其行为由它自己负责。",
        "field": "字段",
        "note": "转换为 / 说明",
        "ignored": "丢弃",
        "refused": "拒绝",
        "here": "只由网关处理",
    },
}

SAID: Mapping[str, str] = {
    "speeds answers up; they are the same without it": "只为加快回答，没有它结果相同",
    "engines keep prompts by themselves": "引擎会自行缓存提示",
    "names the caller to OpenAI; nobody is told here": "用于向 OpenAI 标识调用者，这里不会告诉任何人",
    "OpenAI's own queues": "OpenAI 自己的队列",
    "no engine here knows it; say it in the prompt": "这里没有引擎支持，请写在提示中",
    "No destination answers in sound. Leave `audio` and the modality `audio` out.": "没有目的地能以声音回答。请去掉 `audio` 和模态 `audio`。",
    "`function_call` is out of date. Send `tool_choice`.": "`function_call` 已过时，请使用 `tool_choice`。",
    "`functions` is out of date. Send `tools`.": "`functions` 已过时，请使用 `tools`。",
    "No destination searches the web, and none is asked to. Leave `web_search_options` out.": "没有目的地会搜索网络，也不会要求它这样做。请去掉 `web_search_options`。",
    "what runs in the background here runs as soon as it can": "后台请求会尽快运行",
    "nothing is summarised; what is too long is refused": "不做摘要；过长的请求会被拒绝",
    "images are sent as they are": "图片原样发送",
    "counts tools of OpenAI's servers, of which there are none": "只计 OpenAI 服务器上的工具，这里没有",
    "obfuscation is for wires that others listen to": "混淆只用于可能被他人监听的线路",
    "nothing is dropped; what is too long is refused": "不会丢弃内容；过长的请求会被拒绝",
    "Conversations are not kept as objects of their own here. Send `previous_response_id` instead.": "这里不单独保存会话对象，请使用 `previous_response_id`。",
    "Answers are not moderated here. Leave `moderation` out; /v1/moderations looks at texts.": "这里不审核回答。请去掉 `moderation`；文本可用 /v1/moderations 检查。",
    "Prompt templates lie at OpenAI's servers, which nobody asks here. Send `instructions` and `input`.": "提示模板存放在 OpenAI 的服务器上，这里不会访问。请发送 `instructions` 和 `input`。",
    "names an earlier container; nothing runs in one here": "指向先前的容器；这里没有容器",
    "every destination is named in the policy": "所有目的地都写在策略中",
    "effort is the engine's own": "思考力度由引擎自行决定",
    "Anthropic's own queues": "Anthropic 自己的队列",
    "engines think as their model does": "是否思考由模型决定",
    "OpenAI's form, which engines are asked in, has no such field": "发给引擎的 OpenAI 格式没有这个字段",
    "No destination calls other servers, and none is asked to. Leave `mcp_servers` out.": "没有目的地会调用其他服务器，也不会要求它这样做。请去掉 `mcp_servers`。",
    "the conversation is kept by the gateway, and its label with it": "会话由网关保存，其级别一并保留",
    "runs in the gateway; ask for it by its id": "在网关中运行，按 id 查询",
    "`auto` is taken as `disabled`: nothing is dropped, what is too long is refused": "`auto` 按 `disabled` 处理：不丢弃内容，过长的请求会被拒绝",
}
"""Notes in Chinese."""
