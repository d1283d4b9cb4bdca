"""Words of addresses and of organisations' names that say what something is, not which one. Knows no names."""

from __future__ import annotations

import re

_STREETS = """
street st avenue ave av road rd lane ln drive dr boulevard blvd court ct place pl square sq terrace ter way highway hwy
parkway pkwy circle cir close crescent cres alley row mews walk plaza trail loop route rte north south east west n s e w
ne nw se sw northeast northwest southeast southwest apartment apt suite ste unit floor fl room rm building bldg flat
house no nr block tower level po box p o upper lower new old city town county state district p.o
straße strasse str weg platz allee gasse ring ufer damm hof stock haus
calle avenida avda paseo plaza carrera carretera camino piso puerta número num col colonia
rue chemin impasse quai allée cours bis étage bâtiment bât cedex place passage
via viale piazza corso vicolo largo strada scala interno piano
rua travessa praça estrada alameda bloco lote andar bairro casa
straat laan weg plein gracht kade huis ulica ul aleja al plac pl osiedle os mieszkania m ulice náměstí nám
ул улица пр проспект просп пер переулок д дом кв квартира г город обл область корп корпус стр ш шоссе наб набережная
пл площадь бульвар б р-н район п пос село с респ край этаж офис оф вул вулиця буд будинок
cadde caddesi cad sokak sok mahallesi mah daire kat no
"""
_SMALL = """
of the and in at on by for to from near de del de la las los el les le du des da do dos das di della dei degli den der
die das am im an auf zur zum van y e et und och og i na w we d l c o co usa uk us
"""
KEPT = frozenset((_STREETS + _SMALL).split())
"""In small letters, without full stops."""
_ORGANIZATIONS = """
inc incorporated llc llp lp ltd limited corp corporation co company plc pty gmbh ag kg ohg ug se sa sas sarl s a r l srl
spa s.p.a bv nv ab as asa oy oyj sp z o.o ooo ооо оао зао пао ао ип
group holding holdings partners associates bank university college school institute hospital clinic center centre
foundation trust association society department ministry agency council committee office services service solutions
systems technologies technology international global national industries insurance pharmacy church library museum labs
bros sons
universität hochschule klinik krankenhaus verein stiftung sparkasse universidad hospital banco colegio instituto
université hôpital banque société école università ospedale banca universidade универститет университет больница банк
"""
ORGANIZATION_WORDS = frozenset(_ORGANIZATIONS.split())
STREET_ENDINGS = (
    "straße",
    "strasse",
    "str",
    "gasse",
    "platz",
    "allee",
    "straat",
    "laan",
    "gracht",
    "plein",
    "gatan",
    "vägen",
)
"""Of streets whose name is one word."""
_UNITS = """
特别行政区 自治区 自治州 自治县 街道办事处 街道 大街 大道 胡同 新村 小区 花园 大厦 广场 公寓 开发区 号楼 号院 单元
特別行政區 大樓 號樓 丁目 番地 番
省 市 区 县 镇 乡 村 路 街 巷 弄 里 号 楼 层 栋 幢 座 室 组 队 區 縣 鎮 鄉 號 樓 層 棟 都 道 県 町 段 之
"""
HAN_UNITS = re.compile("|".join(sorted(_UNITS.split(), key=len, reverse=True)))
_FORMS = """
股份有限公司 有限责任公司 有限公司 集团公司 集团 分公司 子公司 公司 股份 医院 人民医院 中心医院 卫生院
诊所 药店 大学 学院 中学 小学 高中 幼儿园 银行 支行 分行 律师事务所 会计师事务所 事务所
研究所 研究院 实验室 中心 委员会 管理局 公安局 派出所 法院 检察院 出版社 基金会 协会 工厂
科技 技术 网络 信息 软件 贸易 国际 实业 投资 咨询 教育 文化 传媒 建筑 工程 电子 生物 医药 保险 证券
醫院 大學 學院 銀行 集團 有限責任公司 株式会社 会社 病院 省 市 区 县
"""
HAN_FORMS = re.compile("|".join(sorted(_FORMS.split(), key=len, reverse=True)))
NUMERALS = "一二三四五六七八九"
DIRECTIONS = "东西南北中東"
