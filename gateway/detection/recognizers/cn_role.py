"""Chinese names behind what somebody is ("主编王小明") or before what only people do ("王小明表示").

For statements: news, minutes and captions, of which the taggers miss rare names. The name must be built as a
full name. In questions and instructions `whose` gives such a result no weight: there words that follow a role
are hardly ever a name.
"""

from __future__ import annotations

from gateway.detection.han_names import SURNAMES
from gateway.detection.recognizers.needs import Needs, needs
from gateway.detection.recognizers.rule import Rule
from gateway.detection.scripts import HAN


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_ROLES = _words("""
主编 编辑 记者 通讯员 主持人 主持 嘉宾 副总 总监 经理 总裁 董事长 分析师 研究员 教授 市民 读者 作者 导演
编剧 制片人 演员 歌手 画家 作家 诗人 球员 选手 教练 主帅 前锋 后卫 门将 中场 队长 律师 医生 医师 院长 主任
局长 处长 科长 校长 书记 市长 省长 部长 县长 镇长 司长 会长 秘书长 理事长 助理 发言人 负责人 创始人 专家
学者 工程师 设计师 博士 老板 店主 业主 村民 居民 男子 女子 嫌疑人 被告 被告人 当事人 受害人 司机 民警 警官
网友 玩家 球迷 同学 顾问 委员 代表 参事 解说 記者 編輯 主編 總監 經理 總裁 董事長 導演 編劇 演員 畫家 詩人
球員 選手 教練 隊長 律師 醫生 院長 會長 秘書長 發言人
""")
_SAYS = _words("""
表示 指出 认为 認為 坦言 透露 告诉记者 告訴記者 强调说 介绍说 回忆说 解释说
""")
_OPENERS = "和从向应经能相但由及时常全计费都解干后年查过公单别通政部国平要有乐花通文法利越都管支步空经單後從應時過"
"""Family names that more often begin another word."""
_ORDINARY = frozenset(
    _words("""
方法 方面 方式 方案 方向 方针 高度 高兴 高手 高级 高层 高端 高中 高校 高管 金牌 金额 金融 金钱 水平 成功
成为 成员 成绩 成立 成果 成本 成长 万元 万人 明年 明天 明显 明确 明星 安全 安排 安置 车辆 车子 车间 于是
史上 温度 温暖 江湖 江南 白天 白色 黄色 黄金 红色 蓝色 马上 牛市 牛奶 龙头 石油 石头 左右 家人 家庭 家长
家属 家里 曾经 曾在 曾获 曾任 任务 任何 任职 任期 任命 贺电 路上 路线 毛病 毛利 关于 关系 关注 关键 连续
连夜 连忙 居然 居住 居民 习惯 容易 古代 康复 贵宾 项目 支持 强调 强烈 荣誉 荣获 严重 严格 程序 程度 谈判
谈话 顾客 顾问 计划 纪录 纪念 闻讯 充满 充分 童年 武器 武装 游客 游戏 游泳 师傅 师生 师资 师范 万一 双方
双重 双语 广场 广告 广大 卓越 权利 权威 权益 那么 那时 那些 归来 归队 爱好 爱心 年轻 年龄 海外 海报 初级
初步 但是 战略 战术 战队 战绩 帅气 苑内 宫廷 党员 党委 劳动 农民 农村 农业 别人 满意 文化 文章 国家 国际
国内 东西 东部 东方 冷静 相关 相信 相互 原则 原因 原来 商业 商家 商店 商品 危险 危机 单位 单身 诸多 全部
全国 全体 班级 班长 班组 印象 印度 景区 司机 司法 叶子 喜欢 季军 季度 季后 纪律 后来 后者 须知 查看 查询
丰富 解释 解决 应该 应当 宣布 宣传 经过 经验 房屋 房子 房产 房价 石材 池塘 能力 能够 苍白 双手 申请 申报
申诉 边缘 边境 燕子 尚未 尚无 充足 连同 向来 易于 终于 终身 终点 都是 都有 容量 和平 和谐 何时 何处 何种
许多 许可 许诺 施工 施行 张贴 张口 曹营 华人 华侨 华语 华裔 魏晋 陶瓷 陶醉 谢谢 谢幕 邹城 柏林 水果 水准
云集 云端 苏联 苏州 范围 范例 郎中 鲁莽 韦伯 昌盛 苗木 苗条 凤凰 花样 花费 任意 柳树 鲍鱼 唐代 唐朝 费用
费力 雷达 雷同 汤姆 殷切 罗马 罗列 毕业 毕竟 常常 常见 常规 乐队 乐观 时间 时代 时候 时期 皮肤 皮具 齐全
齐心 伍德 余下 余额 元旦 元素 卜卦 顾虑 孟买 黄昏 穆斯 萧条 湛蓝 汪洋 毛衣 禹州 米饭 贝壳 贝尔 明白 戴上
宋代 宋朝 茅台 庞大 熊市 熊猫 舒适 舒服 屈服 项链 祝福 祝贺 祝愿 董事 梁山 杜绝 蓝天 闵行 席位 麻烦 麻醉
贾府 娄底 童话 颜色 颜值 梅花 盛大 盛会 林业 林木 刁难 钟情 钟头 徐州 邱县 骆驼 夏天 夏季 蔡甸 田地 田径
胡同 胡子 凌晨 卢森 莫名 莫非 柯达 邓州
""")
)
"""Words that begin like a family name."""
_FAMILY = "".join(sorted(SURNAMES - set(_OPENERS)))
_NAME = f"[{_FAMILY}][{HAN}]{{1,2}}"
_BEHIND = _words("""
说 說 表示 认为 認為 指出 介绍 介紹 称 稱 告诉 告訴 坦言 透露 强调 解释 回忆 接受 在 向 对 的 、 和 与
""")
_END = rf"(?={'|'.join(_BEHIND)}|[（(，,。）):：；;\s]|$)"


class CnRoleRecognizer(Rule):
    """Two or three characters after a role, or before a verb of speech."""

    NEEDS: Needs = needs(*_ROLES, *_SAYS)
    LANGUAGES = ("zh",)
    EXAMPLE = "本报记者苗青"
    STANDARD = "bylines and captions; the Hundred Family Surnames"

    ENTITY = "PERSON"
    PATTERNS = (
        ("role before", rf"(?m)(?:{'|'.join(_ROLES)})(?P<value>{_NAME}?){_END}", 0.6),
        ("speech after", rf"(?m)(?:^|(?<=[\s，。；：、,;:！？!?”\"》）]))(?P<value>{_NAME})(?={'|'.join(_SAYS)})", 0.6),
    )  # fmt: skip

    def invalidate_result(self, pattern_text: str) -> bool:
        """True for an ordinary word."""
        return pattern_text[:2] in _ORDINARY
