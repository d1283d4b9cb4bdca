"""Names so well known that a mention says nothing about a private person.

A first step, on purpose a short one: people of history, heads of state, a few dozen artists,
scientists, athletes, characters of fiction, and the names that Chinese exercises give to anybody (张三,
小明), written down from general knowledge. Full names, and single names only where hardly anyone else
bears them. A name that a private person may well have ("Newton", "Michael Jordan") is left out: missing
one costs a local answer, a wrong one a leak.
"""

from __future__ import annotations

_LATIN = """
aristotle; plato; socrates; pythagoras; euclid; archimedes; homer; sophocles; herodotus; hippocrates; ptolemy;
cicero; julius caesar; augustus caesar; nero; cleopatra; alexander the great; hannibal; attila; genghis khan; kublai
khan; charlemagne; jesus; jesus christ; buddha; confucius; laozi; lao tzu; sun tzu; mencius; moses; zeus; apollo;
hades; poseidon; aphrodite; hercules; odysseus; achilles; thor; odin; loki; anubis; osiris; shiva; krishna; leonardo
da vinci; michelangelo; raphael sanzio; donatello; rembrandt; vermeer; caravaggio; vincent van gogh; van gogh;
claude monet; pablo picasso; picasso; salvador dali; salvador dalí; frida kahlo; andy warhol; banksy; johann
sebastian bach; mozart; wolfgang amadeus mozart; beethoven; ludwig van beethoven; chopin; frederic chopin;
tchaikovsky; vivaldi; wagner; richard wagner; debussy; stravinsky; shakespeare; william shakespeare; dante; dante
alighieri; chaucer; cervantes; miguel de cervantes; goethe; johann wolfgang von goethe; voltaire; rousseau; moliere;
molière; victor hugo; balzac; flaubert; proust; marcel proust; jane austen; charles dickens; charlotte bronte; emily
bronte; mary shelley; edgar allan poe; mark twain; emily dickinson; walt whitman; herman melville; oscar wilde; leo
tolstoy; tolstoy; dostoevsky; fyodor dostoevsky; anton chekhov; pushkin; kafka; franz kafka; james joyce; virginia
woolf; ernest hemingway; f. scott fitzgerald; george orwell; aldous huxley; j. r. r. tolkien; j.r.r. tolkien;
tolkien; c. s. lewis; agatha christie; arthur conan doyle; h. p. lovecraft; stephen king; j. k. rowling; j.k.
rowling; haruki murakami; murakami; gabriel garcia marquez; jorge luis borges; pablo neruda; kurt vonnegut; isaac
asimov; ray bradbury; philip k. dick; ursula k. le guin; george r. r. martin; terry pratchett; douglas adams; sylvia
plath; maya angelou; toni morrison; rumi; omar khayyam; rabindranath tagore; basho; matsuo basho; descartes; rene
descartes; spinoza; leibniz; immanuel kant; kant; hegel; schopenhauer; nietzsche; friedrich nietzsche; kierkegaard;
karl marx; friedrich engels; sigmund freud; carl jung; wittgenstein; jean-paul sartre; sartre; simone de beauvoir;
albert camus; michel foucault; noam chomsky; adam smith; john locke; thomas hobbes; david hume; john stuart mill;
machiavelli; niccolo machiavelli; copernicus; nicolaus copernicus; galileo; galileo galilei; johannes kepler; isaac
newton; sir isaac newton; leonhard euler; euler; carl friedrich gauss; pierre de fermat; blaise pascal; bernhard
riemann; david hilbert; kurt gödel; alan turing; john von neumann; ada lovelace; charles babbage; claude shannon;
charles darwin; gregor mendel; louis pasteur; marie curie; pierre curie; nikola tesla; thomas edison; michael
faraday; james clerk maxwell; ludwig boltzmann; max planck; niels bohr; albert einstein; einstein; werner
heisenberg; erwin schrödinger; erwin schrodinger; schrödinger; enrico fermi; richard feynman; robert oppenheimer; j.
robert oppenheimer; stephen hawking; carl sagan; neil armstrong; yuri gagarin; srinivasa ramanujan; rosalind
franklin; christopher columbus; marco polo; ferdinand magellan; vasco da gama; joan of arc; napoleon; napoleon
bonaparte; marie antoinette; queen victoria; queen elizabeth; henry viii; otto von bismarck; george washington;
thomas jefferson; benjamin franklin; alexander hamilton; abraham lincoln; ulysses s. grant; theodore roosevelt;
woodrow wilson; franklin d. roosevelt; winston churchill; joseph stalin; stalin; vladimir lenin; lenin; leon
trotsky; adolf hitler; hitler; benito mussolini; mussolini; mahatma gandhi; gandhi; nelson mandela; martin luther
king; martin luther king jr.; john f. kennedy; richard nixon; ronald reagan; margaret thatcher; mikhail gorbachev;
fidel castro; che guevara; mao zedong; deng xiaoping; sun yat-sen; chiang kai-shek; bill clinton; george w. bush;
barack obama; donald trump; joe biden; kamala harris; hillary clinton; vladimir putin; putin; xi jinping; angela
merkel; emmanuel macron; volodymyr zelensky; narendra modi; justin trudeau; benjamin netanyahu; shinzo abe; pope
francis; dalai lama; elon musk; jeff bezos; bill gates; steve jobs; mark zuckerberg; sam altman; warren buffett; tim
cook; jack ma; linus torvalds; guido van rossum; geoffrey hinton; yann lecun; yoshua bengio; lionel messi; messi;
cristiano ronaldo; pelé; diego maradona; muhammad ali; usain bolt; serena williams; roger federer; rafael nadal;
novak djokovic; lebron james; kobe bryant; tiger woods; yao ming; taylor swift; beyoncé; beyonce; rihanna; lady
gaga; madonna; michael jackson; elvis presley; freddie mercury; john lennon; paul mccartney; bob dylan; david bowie;
bob marley; kanye west; eminem; justin bieber; billie eilish; ed sheeran; tom hanks; tom cruise; leonardo dicaprio;
brad pitt; angelina jolie; meryl streep; keanu reeves; morgan freeman; audrey hepburn; marilyn monroe; charlie
chaplin; alfred hitchcock; stanley kubrick; steven spielberg; quentin tarantino; christopher nolan; hayao miyazaki;
akira kurosawa; bruce lee; jackie chan; li bai; du fu; cao cao; sun wukong; hamlet; macbeth; othello; king lear;
romeo; romeo and juliet; don quixote; faust; frankenstein; dracula; sherlock holmes; dr. watson; hercule poirot;
james bond; robin hood; king arthur; merlin; lancelot; harry potter; hermione granger; ron weasley; albus
dumbledore; dumbledore; voldemort; lord voldemort; severus snape; draco malfoy; gandalf; frodo; frodo baggins; bilbo
baggins; aragorn; legolas; sauron; gollum; luke skywalker; darth vader; yoda; obi-wan kenobi; han solo; princess
leia; batman; bruce wayne; superman; clark kent; spider-man; peter parker; iron man; tony stark; wonder woman;
wolverine; captain america; thanos; mickey mouse; donald duck; bugs bunny; homer simpson; bart simpson; spongebob;
spongebob squarepants; shrek; elsa; mario; luigi; princess peach; sonic the hedgehog; pikachu; pokemon; naruto;
naruto uzumaki; sasuke uchiha; son goku; goku; vegeta; monkey d. luffy; luffy; edward elric; light yagami; eren
yeager; sailor moon; doraemon; hello kitty; godzilla; king kong; santa; santa claus; cinderella; snow white; peter
pan; pinocchio; winnie the pooh; alice in wonderland; tom sawyer; huckleberry finn; jay gatsby; elizabeth bennet;
mr. darcy; scrooge; ebenezer scrooge; oliver twist; anna karenina; captain ahab; walter white; tony soprano; jon
snow; daenerys targaryen; tyrion lannister; katniss everdeen; doctor who; rick and morty; mr. bean; tom and jerry
"""
_CHINESE = """
孔子 孟子 老子 庄子 荀子 墨子 孙子 韩非子 屈原 秦始皇 嬴政 刘邦 项羽 汉武帝 司马迁 张骞 王莽 曹操
刘备 孙权 诸葛亮 关羽 张飞 赵云 周瑜 吕布 司马懿 华佗 王羲之 陶渊明 李世民 唐太宗 武则天 唐玄宗
杨贵妃 李白 杜甫 白居易 王维 孟浩然 李商隐 杜牧 韩愈 柳宗元 刘禹锡 玄奘 唐僧 李煜 赵匡胤 范仲淹
欧阳修 王安石 司马光 苏轼 苏东坡 李清照 辛弃疾 陆游 岳飞 文天祥 成吉思汗 忽必烈 马可波罗 朱元璋 郑和
王阳明 李时珍 戚继光 努尔哈赤 康熙 雍正 乾隆 曹雪芹 慈禧 林则徐 曾国藩 李鸿章 康有为 梁启超 谭嗣同
孙中山 袁世凯 蒋介石 毛泽东 周恩来 邓小平 江泽民 胡锦涛 习近平 李克强 鲁迅 胡适 徐志摩 老舍 巴金 茅盾
沈从文 钱钟书 张爱玲 金庸 古龙 莫言 余华 刘慈欣 三毛 钱学森 邓稼先 杨振宁 李政道 屠呦呦 袁隆平 华罗庚
陈景润 马云 马化腾 任正非 雷军 李彦宏 刘强东 姚明 刘翔 郎平 李娜 郎朗 李小龙 成龙 周星驰 刘德华
周杰伦 邓丽君 王菲 张艺谋 孙悟空 猪八戒 沙僧 沙和尚 唐三藏 白骨精 宋江 武松 鲁智深 林冲 潘金莲 西门庆
贾宝玉 林黛玉 薛宝钗 王熙凤 刘姥姥 阿Q 祥林嫂 孔乙己 闰土 嫦娥 后羿 女娲 盘古 哪吒 白娘子 许仙
梁山伯 祝英台 孟姜女 花木兰 牛郎 织女 郭靖 黄蓉 杨过 小龙女 令狐冲 韦小宝 观音 如来 玉皇大帝 宙斯
雅典娜 阿波罗 耶稣 释迦牟尼 苏格拉底 柏拉图 亚里士多德 阿基米德 欧几里得 毕达哥拉斯 凯撒 亚历山大大帝
拿破仑 华盛顿 林肯 丘吉尔 罗斯福 希特勒 墨索里尼 列宁 斯大林 马克思 恩格斯 甘地 曼德拉 肯尼迪 奥巴马
特朗普 拜登 普京 默克尔 马克龙 达芬奇 达·芬奇 米开朗基罗 拉斐尔 梵高 莫奈 毕加索 莎士比亚 但丁 歌德
雨果 巴尔扎克 托尔斯泰 陀思妥耶夫斯基 契诃夫 普希金 高尔基 海明威 卡夫卡 泰戈尔 马克·吐温 狄更斯 安徒生
村上春树 贝多芬 莫扎特 巴赫 肖邦 哥白尼 伽利略 开普勒 牛顿 欧拉 高斯 费马 黎曼 希尔伯特 图灵
冯·诺依曼 达尔文 孟德尔 巴斯德 居里夫人 爱迪生 特斯拉 法拉第 麦克斯韦 普朗克 玻尔 爱因斯坦 海森堡
薛定谔 费曼 奥本海默 霍金 贝叶斯 弗洛伊德 荣格 康德 黑格尔 尼采 叔本华 萨特 加缪 笛卡尔 卢梭 伏尔泰
亚当·斯密 凯恩斯 哥伦布 麦哲伦 乔布斯 比尔·盖茨 马斯克 埃隆·马斯克 扎克伯格 贝索斯 巴菲特 科比 乔丹
迈克尔·乔丹 乔治·华盛顿 詹姆斯·邦德 梅西 C罗 贝克汉姆 福尔摩斯 哈利·波特 哈利波特 蝙蝠侠 蜘蛛侠
张三 李四 王五 赵六 小明 小红 小刚 小华 小芳
钢铁侠 哆啦A梦 路飞 鸣人 柯南 哈姆雷特 罗密欧 朱丽叶 堂吉诃德 白雪公主 灰姑娘 圣诞老人
"""

_LIVING = """
江泽民 胡锦涛 习近平 李克强 金庸 古龙 莫言 余华 刘慈欣 三毛 钱学森 杨振宁 李政道 屠呦呦 袁隆平 马云 马化腾 任正非 雷军
李彦宏 刘强东 姚明 刘翔 郎平 李娜 郎朗 成龙 周星驰 刘德华 周杰伦 邓丽君 王菲 张艺谋 邓小平 钱钟书 巴金 沈从文 张爱玲
曼德拉 奥巴马 特朗普 拜登 普京 默克尔 马克龙 村上春树 霍金 乔布斯 比尔·盖茨 马斯克 埃隆·马斯克 扎克伯格 贝索斯 巴菲特
科比 乔丹 迈克尔·乔丹 梅西 c罗 贝克汉姆
"""
LIVING = frozenset(_LIVING.split())
"""Those of the Chinese names whose bearers live, or lived lately: what is said of them may be about a person."""

FAMOUS = frozenset(name.strip() for name in _LATIN.replace("\n", " ").split(";")) | frozenset(
    name.casefold() for name in _CHINESE.split()
)


def is_famous(name: str, *, dead: bool = False) -> bool:
    """Whether `name`, as it stands in a text, is one of those; a possessive ending does not count.

    Args:
        dead: only those of history and fiction count, not the `LIVING`.
    """
    plain = " ".join(name.casefold().replace("’", "'").split()).strip(" .,'\"")
    return (plain in FAMOUS or plain.removesuffix("'s") in FAMOUS) and not (dead and plain in LIVING)
