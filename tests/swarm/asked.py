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
