"""Texts and prompts that the swarm's side and the plain local model are both given."""

from __future__ import annotations

from typing import Any

TEXTS = [
    "Why is the sky blue?",
    "I'm sure they've said we'll do it; she'd DON'T won't 'tis o'clock",
    "3.14159 1,000,000 2024-11-24 007 ½ ² ④ ٣٤٥ 10x x10",
    "  two spaces\tand\ttabs\n\n\nlines   \n   indented\r\nwindows  ",
    " " * 17 + "a" + " " * 16,
    "def f(x: int) -> dict[str, int]:\n    return {'a': x ** 2 // 3}  # ok?\n",
    "请帮我写一封信,谢谢!1234元。",
    "日本語のテキスト、한국어 텍스트, русский текст, العربية, हिन्दी",
    "🙂👩‍👩‍👧‍👦🏳️‍🌈 flags 🇨🇳🇩🇪",
    "e\u0301 combining, \u200bzero width, \ufeffbom, \x00nul, \x7fdel",
    "https://example.org/a?b=c&d=%20#e user@example.org",
    "<|im_start|>user\nhi<|im_end|>\n<repo_name>x<|endoftext|>",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "",
]
SKY = [{"role": "user", "content": "Why is the sky blue?"}]
LONG = "The quick brown fox jumps over the lazy dog near the river bank. " * 30
PROMPTS: dict[str, tuple[Any, int]] = {
    "a question": (SKY, 24),
    "Chinese": ([{"role": "user", "content": "用中文介绍一下你自己,好吗?🙂"}], 24),
    "a system's role and earlier turns": (
        [
            {"role": "system", "content": "Answer with one word."},
            {"role": "user", "content": "What is the capital of France?"},
            {"role": "assistant", "content": "Paris"},
            {"role": "user", "content": "And of Italy?"},
        ],
        24,
    ),
    "longer than a chunk": ([{"role": "user", "content": f"Summarise: {LONG}"}], 12),
    "plain text": ("def fibonacci(n):\n", 24),
}

# Short forms of the templates of Qwen 2.5, Mistral 7B v0.3 and Llama 3.1.
HERMES_TEMPLATE = (
    "{%- if tools %}<|im_start|>system\n# Tools\n<tools>"
    "{% for tool in tools %}\n{{ tool | tojson }}{% endfor %}\n</tools>\n"
    'For each call write <tool_call>\n{"name": <function-name>, "arguments": <args-json-object>}\n</tool_call>'
    "<|im_end|>\n{% endif %}{% for m in messages %}{% if m.role == 'tool' %}<|im_start|>user\n<tool_response>\n"
    "{{ m.content }}\n</tool_response><|im_end|>\n{% else %}<|im_start|>{{ m.role }}\n{{ m.content }}"
    "{% for call in m.tool_calls or [] %}<tool_call>\n"
    '{"name": "{{ call.function.name }}", "arguments": {{ call.function.arguments | tojson }}}\n</tool_call>'
    "{% endfor %}<|im_end|>\n{% endif %}{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
MISTRAL_TEMPLATE = (
    "{% for m in messages %}{% if m.role == 'user' %}"
    "{% if tools %}[AVAILABLE_TOOLS] [{% for tool in tools %}{{ tool | tojson }}{% endfor %}][/AVAILABLE_TOOLS]"
    "{% endif %}"
    "[INST] {{ m.content }}[/INST]{% elif m.tool_calls is defined %}[TOOL_CALLS] [{% for call in m.tool_calls %}"
    "{% if call.id | length != 9 %}{{ raise_exception('id') }}{% endif %}{{ call.function | tojson }}{% endfor %}]"
    "{% elif m.role == 'tool' %}[TOOL_RESULTS] {{ m.content }}[/TOOL_RESULTS]{% else %} {{ m.content }}{% endif %}"
    "{% endfor %}"
)
LLAMA_3_TEMPLATE = (
    "{% if tools is not none %}Environment: ipython\n{% for tool in tools %}{{ tool | tojson(indent=4) }}\n{% endfor %}"
    "{% endif %}{% for m in messages %}{% if 'tool_calls' in m %}{% if m.tool_calls | length != 1 %}"
    "{{ raise_exception('one') }}{% endif %}"
    '{"name": "{{ m.tool_calls[0].function.name }}", "parameters": {{ m.tool_calls[0].function.arguments | tojson }}}'
    "{% elif m.role == 'tool' %}ipython: {{ m.content }}{% else %}{{ m.role }}: {{ m.content }}{% endif %}{% endfor %}"
)
