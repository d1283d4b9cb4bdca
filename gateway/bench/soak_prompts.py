"""What a soak asks: a fixed list of prompts, in each dialect that the gateway speaks.

Half of them are Chinese, half of them tell of somebody: invented people, numbers reserved for examples. Knows nothing
of how they are sent.
"""

from __future__ import annotations

from typing import Any, Literal

Dialect = Literal["chat", "completions", "responses", "messages"]

MODEL = "local"
PATHS: dict[Dialect, str] = {
    "chat": "/v1/chat/completions",
    "completions": "/v1/completions",
    "responses": "/v1/responses",
    "messages": "/v1/messages",
}
DIALECTS: tuple[Dialect, ...] = tuple(PATHS)
MOST_TOKENS = 48
PROMPTS = (
    "Why is the sky blue just before it gets dark?",
    "Explain in a few sentences how bread dough rises overnight.",
    "Write a short poem about rain on a tin roof in summer.",
    "How does a bicycle stay upright while somebody rides it?",
    "Write a letter to Maria Gonzalez, maria.gonzalez@example.com, about the meeting on Friday.",
    "My card 4111 1111 1111 1111 was charged twice, what should I tell the bank?",
    "Summarise this note: Peter Miller has diabetes and takes insulin twice a day.",
    "Call Laura Novak back at +34 612 345 678 and tell her that the contract is signed.",
    "为什么天空在日落之前是蓝色的，请用几句话说明。",
    "请用几句话解释面团为什么会在一夜之间发酵变大。",
    "写一首关于夏天雨点打在铁皮屋顶上的短诗。",
    "骑自行车的时候为什么不会倒下来，原理是什么？",
    "请给李晓明写一封信，他的邮箱是 li.xiaoming@example.com，说明星期五的会议。",
    "我的手机号码是 13912345678，请帮我写一条短信告诉银行卡被扣了两次。",
    "请总结：张伟患有糖尿病，每天注射两次胰岛素。",
    "告诉王芳女士合同已经签好，她住在杭州市西湖区文三路九十号。",
)
LONG_PROMPT = "Write a long story about a lighthouse keeper, with many details of the sea and of the weather."
"""One that the model has much to say to."""


def body(dialect: Dialect, prompt: str, most_tokens: int = MOST_TOKENS) -> dict[str, Any]:
    """A streaming request that is answered greedily, with its usage."""
    chat = [{"role": "user", "content": prompt}]
    shared = {"model": MODEL, "stream": True, "temperature": 0}
    if dialect == "responses":
        return {**shared, "input": prompt, "max_output_tokens": most_tokens}
    if dialect == "messages":
        return {**shared, "messages": chat, "max_tokens": most_tokens}
    asked = {**shared, "seed": 1, "max_tokens": most_tokens, "stream_options": {"include_usage": True}}
    return {**asked, "messages": chat} if dialect == "chat" else {**asked, "prompt": prompt}
