"""Whether a text asks or tells to do something, as prompts do, or states it, as posts and news do.

By the words that questions and instructions are made of, in Chinese and English. Knows nothing of names.
"""

from __future__ import annotations

import re

from gateway.detection.scripts import has_han

_QUESTION = re.compile(
    r"谁|誰|什么|什麼|甚麼|怎么|怎麼|怎样|怎樣|如何|为何|為何|为啥|多少|哪|吗|嗎|是否|是不是|有没有|几[个位种首]"
)
_SHORT = 40
"""Up to so many characters a question needs no mark to be one."""
_HEAD, _TAIL = 400, 200
"""Code points at the ends of a long text, where instructions stand."""

_GIVEN = (
    "以下 下面 下列 下述 上述 上文 给定 給定 所给 材料 段落 句子 列表 代码 文本 文章 文中 这段 这句 这篇 这首 "
    '这些 这个 这份 这道 這段 這句 這篇 這首 這些 這個 這份 這道 “ " 「 『 < 《 （ ( 【'
)
_VERBS = (
    "你是 您是 你将 您将 你需要 您需要 你现在 你的任务 您的任务 假设 假設 假如 请 請 帮 幫 给我 給我 介绍 "
    "介紹 解释 解釋 说明 說明 写 寫 翻译 翻譯 总结 總結 概括 摘要 分类 分類 归类 列 给出 給出 提供 分析 比较 "
    "比較 对比 提取 抽取 提炼 判断 判斷 回答 创作 創作 创建 創建 告诉我 描述 说说 谈谈 讲 评价 模仿 补全 "
    "补充 完善 填 计算 证明 背诵 赏析 阅读 设计 编 预测 识别 标注 找出 选出 选择 续 使用 利用 确定 完成 想出 "
    "提出 构造 构建 制作 制定 规划 转述 检测 返回 输出 给定 給定 生成 排序 替换 检查 纠正 修改 修正 简述 "
    "简要 论述 讨论 仿写 扩写 缩写 命名 改编 解下 解方程 解微分 解不等式 解答 解这"
)
"""What an instruction may begin with."""
_CHANGED = "翻 译 譯 改写 改成 改为 转换 转化 转为 转成 换成 分类 排序 排列 归类 变成 合并"
_MADE = (
    "写 寫 说 說 讲 解释 描述 概括 总结 回答 翻译 实现 造句 编 设计 创作 创建 生成 起 取 提供 推荐 制定 规划 "
    "选择 解决 形容 替换 转换 列 出"
)
_FOUND = "写 寫 回答 生成 创作 排序 排列 排名 分类 列 选 提取 找出 判断 确定 完成"
_PLEASE = (
    "你 您 帮 幫 给 給 问 問 写 寫 用 将 將 把 根 列 解 说 說 介 翻 总 概 提 推 分 告 以 为 回 按 从 在 对 "
    "选 计 判 续 设 生 描 评 扮 尽 简 详"
)


def _any(words: str) -> str:
    return "(?:" + "|".join(map(re.escape, sorted(words.split(), key=len, reverse=True))) + ")"


_BEGINS = (
    _any(_VERBS)
    + r"|推荐(?![：:])|求(?=[^求关转]{0,12}[的值和解])"
    + f"|[将將把](?:{_any(_GIVEN)}|.{{0,30}}{_any(_CHANGED)})"
    + f"|(?:根据|根據|基于|按照|按|从|從)(?:{_any(_GIVEN)}|.{{0,16}}{_any(_FOUND)})"
    + r"|[在对對](?:以下|下面|下列|给定|給定|句子|段落|代码|列表|所给|这[段句篇首])"
    + f"|[用以为為给給向就][^，,。]{{1,24}}{_any(_MADE)}"
)
_ANYWHERE = (
    f"[请請]{_any(_PLEASE)}"
    r"|[帮幫][我忙]|(?:告诉|告訴|给|給)我(?:写|寫|讲|講|说|推荐|一)|写[一首篇个段份出几]|寫[一首篇個段份出幾]"
    r"|翻译[成为]|翻譯[成為]|改写|改寫|续写|續寫|(?:^|你|您|来|请|我要你|让你|想让你)扮演|列出|列举|以.{1,12}为题|造句"
    r"|[能可]否|[你您](?:能不能|可不可以|可以帮)"
    r"|(?<![\w])(?:求|计算|证明|写出|给出|标出|打一)[^，,。！!？\n《]{1,30}(?:$|[）)?？])|[上下]联[:：“\"]|的[上下]联|试[析述证]"
    r"|[AＡ][.、．）):：\s].{1,120}[BＢ][.、．）):：\s].{1,120}[CＣ][.、．）):：\s]"
)
"""What may follow a comma, and words that hardly stand elsewhere; the choices of an exam."""
_ENGLISH = (
    r"\b(?:who|what|when|where|why|how|which|explain|write|translate|summari[sz]e|tell|describe|list|give|compare"
    r"|imagine|pretend|role-?play|act as|you are|you're|please|do you|can you|could you|create|generate|recommend"
    r"|suggest|discuss|analy[sz]e|best|top \d+|quotes?|lyrics|biography|in the style of)\b"
)
_ORDER = re.compile(
    r"(?:^|[\n。！？；!?;：:\"“「『】)）])\s{0,4}(?:\d{1,3}[.、．]\s{0,4})?(?:" + f"{_BEGINS})|{_ANYWHERE}|{_ENGLISH}",
    re.IGNORECASE,
)


def is_record(text: str) -> bool:
    """Whether a text is an object or a list, as tools return them: its keys ask for nothing."""
    return text.lstrip()[:1] + text.rstrip()[-1:] in ("{}", "[]")


def asks(text: str) -> bool:
    """Whether a text asks or tells to do anything; a pasted statement, post or record does not."""
    if is_record(text):
        return False
    marked = "?" in text or "？" in text
    if not has_han(text):
        return marked or _ORDER.search(text) is not None
    likely = (marked or len(text) <= _SHORT) and "@" not in text and _QUESTION.search(text) is not None
    return likely or _ORDER.search(text) is not None


def asks_anywhere(text: str) -> bool:
    """Whether a text of any length asks for something at its beginning or end, where instructions stand."""
    return not is_record(text) and (asks(text[:_HEAD]) or (len(text) > _HEAD and asks(text[-_TAIL:])))
