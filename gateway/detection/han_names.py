"""Whether Chinese characters can be a person's name: does a family name stand first?

The family names are those of the Song dynasty's list 百家姓 and the most frequent ones of today (Ministry of
Public Security, 2020), simplified and traditional. Knows nothing of texts around a name.
"""

from __future__ import annotations

SURNAMES = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马"
    "苗凤花方俞任袁柳酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪"
    "祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田"
    "樊胡凌霍虞万支柯昝管卢莫经房裘缪干解应宗丁宣贲邓郁单杭洪包诸左石崔吉钮龚程嵇邢滑裴陆荣翁荀羊於惠甄曲家封"
    "芮羿储靳汲邴糜松井段富巫乌焦巴弓牧隗山谷车侯宓蓬全郗班仰秋仲伊宫宁仇栾暴甘钭厉戎祖武符刘景詹束龙叶幸司韶"
    "郜黎蓟薄印宿白怀蒲邰从鄂索咸籍赖卓蔺屠蒙池乔阴胥能苍双闻莘党翟谭贡劳逄姬申扶堵冉宰郦雍璩桑桂濮牛寿通边扈"
    "燕冀郏浦尚农温别庄晏柴瞿阎充慕连茹习宦艾鱼容向古易慎戈廖庾终暨居衡步都耿满弘匡国文寇广禄阙东欧殳沃利蔚越"
    "夔隆师巩厍聂晁勾敖融冷訾辛阚那简饶空曾毋沙乜养鞠须丰巢关蒯相查后荆红游竺权逯盖益桓公肖付代闫涂岳仝佟苟覃"
    "原商亓佘谯笪年爱阳佴哈归海晋楚邸战仵鹿由初冼练佀揭占禤勐刀楼邝苑帅但扬郄牟兰丛矫迟阿鄢娜仉昂苻昃趙錢孫吳"
    "鄭馮陳衛蔣韓楊許呂張嚴謝鄒竇雲蘇魯韋馬鳳費賀湯羅畢鄔樂齊顧黃蕭貝計談龐紀項藍閔賈婁顏鍾駱萬盧經應鄧單諸鈕"
    "龔榮儲車寧欒厲劉葉龍賴藺喬蒼雙聞黨譚勞貢農溫別莊閻連習魚廣歐師鞏聶簡饒關權蓋閆嶽塗鄺蘭叢遲"
)
_DOUBLE = (
    "万俟 司马 上官 欧阳 夏侯 诸葛 闻人 东方 赫连 皇甫 尉迟 公羊 澹台 公冶 宗政 濮阳 淳于 单于 太叔 申屠 "
    "公孙 仲孙 轩辕 令狐 钟离 宇文 长孙 慕容 鲜于 闾丘 司徒 司空 亓官 司寇 子车 颛孙 端木 巫马 公西 漆雕 "
    "乐正 壤驷 公良 拓跋 夹谷 宰父 谷梁 段干 百里 东郭 南门 呼延 羊舌 微生 梁丘 左丘 东门 西门 南宫 第五 "
    "纳兰 叶赫 独孤 爱新觉罗 司馬 歐陽 諸葛 聞人 東方 赫連 尉遲 澹臺 濮陽 單于 公孫 仲孫 軒轅 鍾離 長孫 "
    "鮮于 閭丘 顓孫 巫馬 樂正 東郭 南門 東門 西門 南宮 納蘭 獨孤"
)
DOUBLE_SURNAMES = frozenset(_DOUBLE.split())
_LONGEST = 3
"""Characters of a full name with a family name of one character."""


def is_full_name(text: str) -> bool:
    """Whether `text` is built as a Chinese full name: a family name, and a given name of one or two characters."""
    for family in DOUBLE_SURNAMES:
        if text.startswith(family):
            return 1 <= len(text) - len(family) <= _LONGEST - 1
    return 1 < len(text) <= _LONGEST and text[0] in SURNAMES
