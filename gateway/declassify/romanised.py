"""How Chinese characters sound: pinyin without tones, of the frequent ones and those of names.

GB 2312 has its 3,755 most frequent characters in the order of their sounds: where each sound begins is all that is
written down of them, besides the other characters that names have. A character that isn't here has no sound.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import product

# Sound and first character of it in GB 2312; v is ü.
_FIRST = """
a啊 ai埃 an鞍 ang肮 ao凹 ba芭 bai白 ban斑 bang邦 bao苞 bei杯 ben奔 beng崩 bi逼 bian鞭 biao标 bie鳖 bin彬 bing兵 bo玻
bu捕 ca擦 cai猜 can餐 cang苍 cao操 ce厕 ceng层 cha插 chai拆 chan搀 chang昌 chao超 che车 chen郴 cheng撑 chi吃 chong充
chou抽 chu初 chuai揣 chuan川 chuang疮 chui吹 chun春 chuo戳 ci疵 cong聪 cou凑 cu粗 cuan蹿 cui摧 cun村 cuo磋 da搭 dai呆
dan耽 dang当 dao刀 de德 deng蹬 di堤 dian颠 diao碉 die跌 ding丁 diu丢 dong东 dou兜 du督 duan端 dui堆 dun墩 duo掇 e蛾
en恩 er而 fa发 fan藩 fang坊 fei菲 fen芬 feng丰 fo佛 fou否 fu夫 ga噶 gai该 gan干 gang冈 gao篙 ge哥 gei给 gen根 geng耕
gong工 gou钩 gu辜 gua刮 guai乖 guan棺 guang光 gui瑰 gun辊 guo锅 ha哈 hai骸 han酣 hang夯 hao壕 he呵 hei嘿 hen痕 heng哼
hong轰 hou喉 hu呼 hua花 huai槐 huan欢 huang荒 hui灰 hun荤 huo豁 ji击 jia嘉 jian歼 jiang僵 jiao蕉 jie揭 jin巾 jing荆
jiong炯 jiu揪 ju鞠 juan捐 jue撅 jun均 ka喀 kai开 kan刊 kang康 kao考 ke坷 ken肯 keng坑 kong空 kou抠 ku枯 kua夸 kuai块
kuan宽 kuang匡 kui亏 kun坤 kuo括 la垃 lai莱 lan蓝 lang琅 lao捞 le勒 lei雷 leng棱 li厘 lia俩 lian联 liang粮 liao撩
lie列 lin琳 ling玲 liu溜 long龙 lou楼 lu芦 lv驴 luan峦 lve掠 lun抡 luo萝 ma妈 mai埋 man瞒 mang芒 mao猫 me么 mei玫
men门 meng萌 mi眯 mian棉 miao苗 mie蔑 min民 ming明 miu谬 mo摸 mou谋 mu拇 na拿 nai氖 nan南 nang囊 nao挠 ne呢 nei馁
nen嫩 neng能 ni妮 nian蔫 niang娘 niao鸟 nie捏 nin您 ning柠 niu牛 nong脓 nu奴 nv女 nuan暖 nve虐 nuo挪 o哦 ou欧 pa啪
pai拍 pan攀 pang乓 pao抛 pei呸 pen喷 peng砰 pi坯 pian篇 piao飘 pie撇 pin拼 ping乒 po坡 pou剖 pu扑 qi期 qia掐 qian牵
qiang枪 qiao橇 qie切 qin钦 qing青 qiong琼 qiu秋 qu趋 quan圈 que缺 qun裙 ran然 rang瓤 rao饶 re惹 ren壬 reng扔 ri日
rong戎 rou揉 ru茹 ruan软 rui蕊 run闰 ruo若 sa撒 sai腮 san三 sang桑 sao搔 se瑟 sen森 seng僧 sha莎 shai筛 shan珊 shang墒
shao梢 she奢 shen砷 sheng声 shi师 shou收 shu蔬 shua刷 shuai摔 shuan栓 shuang霜 shui谁 shun吮 shuo说 si斯 song松 sou搜
su苏 suan酸 sui虽 sun孙 suo蓑 ta塌 tai胎 tan坍 tang汤 tao掏 te特 teng藤 ti梯 tian天 tiao挑 tie贴 ting厅 tong通 tou偷
tu凸 tuan湍 tui推 tun吞 tuo拖 wa挖 wai歪 wan豌 wang汪 wei威 wen瘟 weng嗡 wo挝 wu巫 xi昔 xia瞎 xian掀 xiang相 xiao萧
xie楔 xin薪 xing星 xiong兄 xiu休 xu墟 xuan轩 xue靴 xun勋 ya压 yan焉 yang殃 yao邀 ye椰 yi一 yin茵 ying英 yo哟 yong拥
you幽 yu迂 yuan鸳 yue曰 yun耘 za匝 zai栽 zan咱 zang赃 zao遭 ze责 zei贼 zen怎 zeng增 zha扎 zhai摘 zhan瞻 zhang樟 zhao招
zhe遮 zhen珍 zheng蒸 zhi芝 zhong中 zhou舟 zhu珠 zhua抓 zhuai拽 zhuan专 zhuang桩 zhui椎 zhun谆 zhuo捉 zi兹 zong鬃 zou邹
zu租 zuan钻 zui嘴 zun尊 zuo昨
"""
_OTHERS = """
ai璦 bao寶鮑 bei備蓓貝 ben贲 bi璧畢 biao標 bie別 bin槟濱缤 bing邴 bo蔔 cai財 can殘璨粲 cang滄蒼 cen岑 chang昶 chao晁
che車 chen宸琛谌陳 cheng誠 chi遲 chong寵沖 chu儲處褚 cong叢琮聰 cou湊 da笪 dai岱 dan澹 dang檔黨 dao導 deng燈鄧 di棣邸
dian電 dong東 dou窦竇 du獨 dui對 duo铎 er爾 fa發 fan梵範 fang昉 fei斐費霏飛 fen奮 feng沣酆鋒馮鳳 fu婦苻 gang罡鋼 gao郜
ge蓋 gong宮貢鞏龔 gou溝 gu嘏顧 guan關 guang廣 gui歸 gun滾 guo國 han晗漢瀚菡阚韓 hang珩 hao昊灏皓颢 he賀鶴 heng蘅
hong泓竑紅鴻 hu扈滬 hua嬅華驊 huan寰歡煥環 huang篁黃 hui晖荟蕙輝 hun渾 huo夥獲 ji嵇暨極機濟稷紀計際霁霽骥 jia賈郏
jian暕檢漸簡 jiang將獎蔣 jiao姣嬌皎 jie傑劼婕潔 jin槿瑾缙進錦 jing婧憬淨璟經菁鏡靜 jiong炅 juan隽雋鵑 jue決珏
jun珺軍鈞駿 kai凱恺锴 ke珂 kuai蒯 kuan寬 kuang況邝鄺 kui夔揆隗 kun琨锟 lai賴 lan岚斓籃藍蘭 lao勞 le樂 lei淚
li厲栎歷瓅藜郦離麗 lian濂練蓮連 liang涼 lin嶙蔺藺麟 ling绫翎齡 liu劉 long龍 lou婁樓 lu爐璐盧逯陸魯鹭 luan孌孿栾欒鸾
luo珞羅駱 lv呂閭闾 ma媽瑪馬 mai麥 man滿 mao懋 men門 meng勐夢 mi宓 miao淼繆缪 mie滅 min旻閔闵 ming銘 mu沐 na納 nai佴
nan楠 nie乜聶 ning寧 niu鈕 nong濃農 ou歐 pang逄龎龐 pei珮 peng芃鵬 pian翩 ping娉 pu濮璞 qi亓俟圻氣淇玘琦琪祺绮骐麒齊
qian倩淺潛芊茜錢骞 qiang強槍 qiao喬橋谯 qie郄 qin欽覃 qing慶箐 qiong瓊 qiu裘 qu璩瞿 quan權荃 que闕阙 rao饒 re熱
rong嵘榕榮镕 ru濡 rui叡睿芮銳 run潤 sa灑飒 sha殺 shan單姗 shao劭 she佘厍 shen審莘 sheng勝晟聲 shi實師獅詩 shou壽
shu姝樹殳澍 shuang雙 shuo爍碩铄 si佀驷 song崧嵩淞頌 su愫蘇 sui歲隨 sun孫 suo瑣 tai臺邰 tan談譚 tang湯 tao濤韬 teng滕騰
tie鐵 ting婷霆 tong仝佟 tou钭 tu凃塗 wai崴 wan灣琬萬 wei偉炜煒玮瑋維葳薇衛韋 wen溫聞雯 wu仵吳邬鄔 xi奚晞曦熹皙禧習郗
xian冼娴嫻憲獻現賢顯鮮 xiang響項 xiao潇瀟筱箫蕭驍骁 xie寫洩謝 xin昕炘鑫馨 xing興 xiu琇 xu勖栩胥許 xuan暄炫煊瑄璇禤萱軒
xue學 xun尋洵珣荀 ya娅 yan嚴妍嫣嬿彥晏滟焱煙琰諺鄢閆閻闫顏 yang旸楊樣陽飏 yao垚堯曜瑤 ye晔業烨爺葉
yi奕弈弋怡懿旖漪熠祎義羿翊苡薏頤 yin鄞 ying應滢營瑛瑩穎莺 yong湧詠 you宥猶 yu妤庾彧於昱毓漁煜瑜語鈺钰魚
yuan塬媛沅瑗轅遠鸢 yue嶽樾玥 yun昀筠芸雲韫 zan昝 zang臧 ze昃澤 zhang仉張璋長 zhao趙钊 zhe喆 zhen祯禛蓁貞鎮 zheng峥爭鄭
zhi芷 zhong鍾鐘 zhou週 zhu竺翥諸 zhuan專顓颛 zhuang壯狀莊 zhun準 zi梓訾 zou鄒
"""
# Characters that are read in one more way: as a family name, or in some given names.
_ALSO = """
shan单單 xie解葉叶 qiu仇 zha查 ou区區 ge盖蓋 di翟 piao朴 po朴泊 yue乐樂 tan覃 shao召 bo柏 zhang长長
xi茜 cheng盛晟 hang行 zhao朝 chong重 bu卜 zai仔 xia厦 cong从從 ju车車 zang藏 jiang强強 yan殷 gu贾賈
mo万 qi俟奇 yu尉 chan单單 tai台 dan石 he合 ceng曾
"""
_LEVEL = range(0xB0A1, 0xD7FA)
"""The codes of the characters that are in the order of their sounds."""
_MOST = 12
"""Readings of one name that are told; a name with more has characters that are read in several ways."""


def _code(character: str) -> int:
    """The place of `character` in GB 2312; 0 if it has none."""
    try:
        return int.from_bytes(character.encode("gb2312"))
    except UnicodeEncodeError:
        return 0


def _by_character(groups: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for group in groups.split():
        sound = group.rstrip(group.lstrip("abcdefghijklmnopqrstuvwxyz"))
        for character in group[len(sound) :]:
            found[character] = (*found.get(character, ()), sound)
    return found


_BEGINNINGS = sorted((_code(group[-1]), group[:-1]) for group in _FIRST.split())
_CODES = [code for code, _ in _BEGINNINGS]
_NAMES, _SECOND = _by_character(_OTHERS), _by_character(_ALSO)


def sounds(character: str) -> tuple[str, ...]:
    """How `character` may be read, the usual way first; none if that isn't known."""
    code = _code(character)
    if code in _LEVEL:
        usual: tuple[str, ...] = (_BEGINNINGS[bisect_right(_CODES, code) - 1][1],)
    else:
        usual = _NAMES.get(character, ())
    return tuple(dict.fromkeys((*usual, *_SECOND.get(character, ()))))


def readings(text: str) -> list[tuple[str, ...]]:
    """The readings of `text`, Chinese characters only, sound by sound; none if a character's is not known."""
    options = [_spellings(character) for character in text]
    return list(product(*options))[:_MOST] if all(options) else []


def _spellings(character: str) -> tuple[str, ...]:
    """Its sounds as they are written without accents: lü is lv, lu and lyu."""
    vowels = ("v", "u", "yu")
    return tuple(dict.fromkeys(sound.replace("v", vowel) for sound in sounds(character) for vowel in vowels))
