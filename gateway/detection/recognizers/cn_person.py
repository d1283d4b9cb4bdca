"""Chinese names where their place in the text says that they are names; the tagger finds the others.

A form's "姓名：", a form of address behind, a curriculum vitae's "，男，". The first character must
be a surname (the Hundred Family Surnames and those frequent today).
"""

from __future__ import annotations

from gateway.detection.recognizers.needs import Needs, needs
from gateway.detection.recognizers.rule import Rule
from gateway.detection.scripts import HAN

_SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范"
    "彭郎鲁韦昌马苗凤花方俞任袁柳酆鲍史唐费廉岑薛雷贺倪汤"
    "滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋"
    "茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭"
    "梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯昝管卢莫经房裘缪干解应宗丁宣贲邓郁单杭洪包诸左石崔吉"
    "钮龚程嵇邢滑裴陆荣翁荀羊於惠甄曲家封芮羿储靳汲邴糜松"
    "井段富巫乌焦巴弓牧隗山谷车侯宓蓬全郗班仰秋仲伊宫宁仇栾暴甘钭厉戎祖武符刘景詹束龙叶幸司韶郜黎"
    "蓟薄印宿白怀蒲邰鄂索咸籍赖卓蔺屠蒙池乔阴鬱胥苍双"
    "闻莘党翟谭贡劳逄姬申扶堵冉宰郦雍郤璩桑桂濮牛寿通边扈燕冀郏浦尚农温庄晏柴瞿阎充慕连茹习宦艾鱼"
    "容向古易慎戈廖庾终暨居衡步耿满弘匡国文寇广禄阙东"
    "欧殳沃利蔚越夔隆师巩厍聂晁勾敖融冷訾辛阚简饶曾毋沙乜养鞠须丰巢关蒯查荆红游竺权逯盖益桓公佟肖覃岳帅代闫涂付仝占赏寻"
    "趙錢孫鄭馮陳褚衛蔣許呂張嚴華陶謝鄒竇蘇魯韋馬鳳倉湯滕羅畢鄔樂時顧黃蕭談龐紀項賈婁顏鍾徐邱駱蔡"
    "盧經應鄧單諸龔榮儲車侯寧劉葉賴喬譚勞連習鄺歐聶關闕簡饒"
)
_NAME = rf"[{_SURNAMES}][{HAN}]{{1,3}}"
_START = r"(?:^|(?<=[\s，。；：、,;:（(“\"!?！？|]))"


class CnPersonRecognizer(Rule):
    """Two to four characters, or two with a form of address."""

    NEEDS: Needs = needs(
        "男",
        "女",
        "先生",
        "女士",
        "小姐",
        "同志",
        "姓名",
        "联系",
        "收件",
        "收货",
        "持卡",
        "申请",
        "患者",
        "病人",
        "客户",
        "户名",
        "开户",
        "负责",
        "法定",
        "法人",
        "学生",
        "我叫",
        "我的名字",
        "本人姓名",
    )
    LANGUAGES = ("zh",)
    EXAMPLE = "姓名：王小明"
    STANDARD = "GB/T 2261.1 (names on forms); the Hundred Family Surnames"

    ENTITY = "PERSON"
    PATTERNS = (
        ("sex follows", rf"(?m){_START}(?P<value>{_NAME}?)\s?[，,：:（(\s]\s?[男女](?![{HAN}])", 0.8),
        ("address follows", rf"(?m){_START}(?P<value>{_NAME}?)(?:先生|女士|小姐|同志)", 0.7),
        (
            "field",

                rf"(?:姓名|联系人|收件人|收货人|持卡人|申请人|患者|病人|客户|户名|开户人|负责人|"
                rf"法定代表人|法人|学生)\s?[：:]\s?(?P<value>{_NAME}?)(?![{HAN}])",
            0.8,
        ),
        ("introduction", rf"(?:我叫|我的名字[叫是]|本人姓名)\s?(?P<value>{_NAME}?)(?![{HAN}])", 0.8),
    )  # fmt: skip
