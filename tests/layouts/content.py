"""What the forms say: made-up projects of made-up places in many sectors."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from random import Random

SOURCES = ("central", "provincial", "local", "self", "other")
LEVEL2 = {
    "N": "数量指标", "Q": "质量指标", "T": "时效指标", "C": "成本指标", "E": "经济效益指标", "S": "社会效益指标",
    "G": "生态效益指标", "K": "可持续影响指标", "M": "服务对象满意度指标",
    "C1": "经济成本指标", "C2": "社会成本指标", "C3": "生态环境成本指标",
}  # fmt: skip
LEVEL1 = {**dict.fromkeys("NQTC", "产出指标"), **dict.fromkeys("ESGK", "效益指标"), "M": "满意度指标",
          "C1": "成本指标", "C2": "成本指标", "C3": "成本指标"}  # fmt: skip
PLACES = ("临澜县", "望溪市", "栖云区", "北桐县", "青麓市", "安陌县", "清砚区", "沙棠县", "绥宁镇", "东篱市")

#: sector: bureau, unit, projects, sentence of the goal, indicators.
#: An indicator is ``code|name|operator|low-high|unit`` or ``code|name|value;value``.
SECTORS: dict[str, tuple[str, str, str, str, str]] = {
    "卫生": ("卫生健康局", "疾病预防控制中心", "适龄妇女两癌筛查;基层卫生院能力提升;慢性病早期干预", "对重点人群开展筛查和随访，规范建档，提高早诊早治水平",
        "N|筛查对象人次|≥|2000-30000|人次;N|随访重点患者|≥|300-4000|人;N|培训乡村医生|=|20-200|名;Q|档案合格率|≥|85-99|%;"
        "Q|检测试剂合格率|=|100-100|%;T|年度任务完成时间|{y}年12月20日前,11月底前;T|结果反馈及时率|≥|90-100|%;C|人均筛查费用|≤|60-180|元/人;"
        "E|减少居民自付医药费|≥|10-90|万元;S|居民健康素养水平|≥|22-40|%;S|早诊率|较上年提高,稳步提升;G|医疗废物规范处置率|=|100-100|%;"
        "K|筛查机制健全性|健全,较健全;M|受检群众满意率|≥|85-98|%"),
    "教育": ("教育局", "第二实验学校", "农村寄宿学生营养餐;校舍安全加固;普通高中助学", "落实资助和校舍安全任务，保障学生安全就学",
        "N|受助学生人数|=|120-5200|人;N|加固校舍面积|≥|900-12000|平方米;N|开餐天数|=|180-200|天;Q|工程验收合格率|=|100-100|%;Q|食材抽检合格率|≥|97-100|%;"
        "T|资金拨付时间|{y}年9月30日前,每学期开学后30日内;T|工程竣工时间|{y}年8月25日前,8月底前;C|每生每日补助标准|=|4-6|元;C|加固单价|≤|400-1500|元/平方米;"
        "E|减轻家庭就餐支出|≥|20-600|万元;S|义务教育巩固率|≥|95-100|%;S|学生体质合格比例|有所提高,逐年提升;G|食堂节能改造影响|明显,较好;"
        "K|校舍使用年限|≥|10-40|年;M|学生及家长满意度|≥|88-98|%"),
    "水利": ("水务局", "河道管理所", "中小河流清淤整治;农村饮水管网改造;山洪灾害监测站点维护", "完成河道整治和监测站点维护，提高防灾能力",
        "N|清淤河道长度|≥|2-48|公里;N|维护监测站点|=|12-210|处;N|改造供水管网|≥|3-60|千米;Q|单元工程一次验收合格率|≥|90-100|%;Q|设备在线率|≥|92-99|%;"
        "T|主汛期前完成率|=|100-100|%;T|开工时间|{y}年3月,{y}年4月上旬;C|清淤单位成本|≤|18-75|元/立方米;C|工程总投资|≤|120-1900|万元;"
        "E|减少洪涝损失|≥|50-800|万元;S|受益人口|≥|1200-36000|人;S|供水保证率|≥|90-98|%;G|河道水质|达到Ⅲ类,不低于Ⅳ类;G|水土流失面积减少|≥|1-12|平方公里;"
        "K|工程正常运行年限|≥|8-30|年;M|沿岸居民满意度|≥|85-96|%"),
    "农业": ("农业农村局", "农技推广站", "高标准农田提质;良种繁育补助;畜禽粪污资源化利用", "推广良种良法，改善耕地质量，带动农户增收",
        "N|推广良种面积|≥|1.2-9.6|万亩;N|建设田间道路|≥|4-60|千米;N|建成示范基地|=|2-18|个;Q|项目验收合格率|=|100-100|%;Q|种子发芽率|≥|85-98|%;"
        "T|补助兑付时限|20个工作日内,{y}年10月底前;T|播种任务完成及时率|≥|95-100|%;C|亩均补助|≤|80-1600|元/亩;C|物化投入成本|≤|30-420|万元;"
        "E|新增粮食产能|≥|120-3600|吨;E|带动农户户均增收|≥|500-4000|元;S|带动脱贫户|≥|30-900|户;G|粪污综合利用率|≥|80-96|%;G|化肥用量|减少,零增长;"
        "K|耕地质量等级|持续提高,不下降;M|种植户满意度|≥|86-98|%"),
    "交通": ("交通运输局", "公路养护中心", "县乡公路安全防护;危桥改造;客运站点运行补助", "消除公路安全隐患，保障群众出行",
        "N|安装波形护栏|≥|5-80|公里;N|改造危桥|=|1-12|座;N|日常养护里程|≥|90-760|公里;Q|交工验收合格率|=|100-100|%;Q|路面技术状况指数|≥|80-92|分;"
        "T|项目按期完工率|≥|95-100|%;T|应急抢通时限|≤|4-24|小时;C|每公里养护费用|≤|1.5-8.8|万元/公里;C|总成本控制|≤|100-2400|万元;"
        "E|降低车辆运行费用|有效降低,有所下降;S|事故隐患点减少|≥|3-40|处;S|农村客车通达比例|=|100-100|%;G|施工扬尘达标|达标,符合要求;"
        "K|桥梁设计使用寿命|≥|30-50|年;M|过往司乘人员满意度|≥|85-97|%"),
    "信息": ("数据管理局", "电子政务中心", "政务云租用;一网通办平台运维;视频会议系统升级", "保障政务系统平稳运行，提升在线办理水平",
        "N|租用云主机|≥|20-300|台;N|运维系统数量|=|3-26|套;N|巡检频次|不少于4次/月,每周1次,≥2次/季度;Q|系统可用率|≥|99-99.9|%;Q|等级保护测评|通过,合格;"
        "T|故障响应时间|≤|15-60|分钟;T|验收时间|{y}年11月15日前,第四季度;C|年租用单价|≤|0.3-2.4|万元/台;C|运维费控制数|≤|40-680|万元;"
        "E|节约机房能耗支出|≥|3-48|万元;S|事项网上可办率|≥|90-100|%;S|群众办事便捷度|显著提高,明显提升;G|推动无纸化办公|效果良好,有效推动;"
        "K|平台持续服务周期|≥|3-8|年;M|使用单位满意度|≥|90-98|%"),
    "民政": ("民政局", "社会福利院", "困难老人居家照护;城乡低保补助;未成年人保护站建设", "兜牢民生底线，按时足额发放救助资金",
        "N|保障低保对象|≥|600-12000|人;N|适老化改造户数|=|40-500|户;N|建立保护站|=|2-20|个;Q|对象认定准确率|≥|96-100|%;Q|服务过程记录完整率|≥|90-100|%;"
        "T|按月发放及时率|=|100-100|%;T|改造完成时限|{y}年10月底前,10月31日前;C|月人均补助标准|≥|420-980|元;C|户均改造费用|≤|2000-6000|元/户;"
        "E|减轻困难家庭负担|≥|15-300|万元;S|困难群众生活水平|有所改善,持续改善;S|政策知晓率|≥|85-98|%;G|绿色殡葬占比|≥|30-70|%;"
        "K|救助长效机制|建立并运行,基本健全;M|救助对象满意度|≥|90-99|%"),
    "公安": ("公安局", "交通警察大队", "道路交通信号设施更新;辅警装备购置;反诈宣传", "更新设施装备，提升社会面防控能力",
        "N|更新信号灯|≥|20-260|组;N|购置执法记录仪|=|30-400|台;N|开展反诈宣讲|≥|12-150|场次;Q|设备验收合格率|=|100-100|%;Q|设施完好率|≥|95-100|%;"
        "T|采购完成时间|{y}年6月30日前,上半年;T|支付进度|按合同约定,12月前完成支付;C|单台购置成本|≤|1200-3200|元/台;C|预算控制额|≤|25-560|万元;"
        "E|挽回群众经济损失|≥|30-900|万元;S|电诈发案下降幅度|≥|5-25|%;S|交通秩序|明显好转,有序;G|减少车辆怠速排放|逐步减少,有所减少;"
        "K|设备使用周期|≥|5-8|年;M|市民安全感|≥|92-98|%"),
    "文旅": ("文化和旅游局", "图书馆", "公共文化场馆免费开放;非遗传承保护;乡村舞台下乡演出", "丰富群众文化供给，提高场馆服务水平",
        "N|免费开放天数|≥|280-360|天;N|下乡演出场数|=|40-320|场;N|新增藏书|≥|2000-26000|册;Q|演出质量|优,良好以上;Q|图书编目差错率|≤|0.5-3|%;"
        "T|活动按计划实施|全年,{y}年1-12月;T|图书上架时限|≤|10-30|个工作日;C|每场演出补助|=|3000-8000|元/场;C|购书经费|≤|15-160|万元;"
        "E|带动文旅消费|≥|50-1200|万元;S|年接待读者|≥|2-40|万人次;S|非遗项目知名度|提升,不断扩大;G|绿色观演理念普及|较好,好;"
        "K|传承人梯队|基本形成,稳定;M|观众满意度|≥|90-98|%"),
    "环保": ("生态环境分局", "环境监测站", "入河排污口整治;空气自动站运维;农村生活污水治理", "改善环境质量，保障监测数据真实有效",
        "N|整治排污口|=|6-90|个;N|运维自动站|=|2-14|座;N|新建污水管网|≥|2-38|公里;Q|监测数据有效率|≥|90-98|%;Q|出水水质达标率|≥|90-100|%;"
        "T|整治完成时间|{y}年11月30日前,年底前;T|数据上报及时率|=|100-100|%;C|单站年运维费|≤|8-24|万元/座;C|治理总费用|≤|60-1400|万元;"
        "E|减少环境损害赔偿支出|有效减少,减少;S|环境投诉下降率|≥|5-30|%;G|空气优良天数比例|≥|78-92|%;G|氨氮削减量|≥|1.5-22|吨;"
        "K|设施稳定运行时间|≥|5-15|年;M|周边居民满意度|≥|85-95|%"),
    "住建": ("住房和城乡建设局", "市政工程服务中心", "老旧小区改造;路灯节能改造;排水管渠疏通", "补齐市政短板，改善居住环境",
        "N|改造小区|=|3-42|个;N|更换节能路灯|≥|300-6200|盏;N|疏通管渠|≥|8-160|公里;Q|工程一次验收通过率|≥|95-100|%;Q|亮灯率|≥|96-99|%;"
        "T|改造工期|≤|90-300|天;T|完工日期|{y}年10月15日,{y}年9月底前;C|户均改造成本|≤|0.8-3.2|万元/户;C|合同总价|≤|200-3800|万元;"
        "E|年节电量|≥|8-180|万千瓦时;S|受益居民户数|≥|300-9600|户;S|内涝点减少|≥|2-18|处;G|节能率|≥|30-60|%;"
        "K|后续管护制度|完善,已建立;M|小区居民满意度|≥|85-97|%"),
    "应急": ("应急管理局", "综合救援大队", "森林防灭火物资储备;安全生产专项检查;避难场所标识更新", "提升应急处置和防灾减灾能力",
        "N|储备防火物资|≥|500-9000|件;N|检查企业家次|≥|120-1600|家次;N|组织应急演练|=|2-16|次;Q|物资合格率|=|100-100|%;Q|隐患整改率|≥|95-100|%;"
        "T|出警时限|≤|10-30|分钟;T|物资入库时间|{y}年5月底前,防火期前;C|物资采购成本|≤|20-320|万元;C|每次演练费用|≤|1.5-6|万元/次;"
        "E|减少事故直接损失|有效减少,下降;S|生产安全事故起数|下降,不高于上年;S|宣传覆盖人数|≥|0.5-12|万人;G|森林受害率|≤|0.3-0.9|‰;"
        "K|队伍建设|稳定,逐步专业化;M|服务企业满意度|≥|90-97|%"),
}  # fmt: skip
EMPTY_NAMES = {"N": "完成工作任务", "Q": "完成质量", "T": "完成及时性", "C": "成本控制", "E": "经济带动", "S": "社会影响",
               "G": "生态影响", "K": "长期影响", "M": "服务对象满意度"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Value:
    """A value before it is printed: operator, number and unit, or words alone."""

    operator: str = ""
    number: str = ""
    unit: str = ""
    words: str = ""

    @property
    def empty(self) -> bool:
        return not (self.number or self.words)


@dataclass(frozen=True, slots=True)
class Target:
    """An indicator; ``last`` is the actual value of the year before."""

    code: str
    name: str
    annual: Value
    lifetime: Value
    last: Value


@dataclass(slots=True)
class Project:
    """A project; amounts in 元."""

    name: str
    department: str
    unit: str
    attribute: str
    period: str
    overview: str
    basis: str
    necessity: str
    measures: str
    plan: str
    goals: dict[str, str]
    funds: dict[str, dict[str, Decimal]]
    targets: list[Target] = field(default_factory=list)


def make_project(random: Random, place: str, year: int, sector: str, unit_yuan: int) -> Project:
    """Return a project whose amounts are whole hundredths of ``unit_yuan``."""
    bureau, office, names, goal, lines = SECTORS[sector]
    name = random.choice(names.split(";"))
    name = random.choice((name, f"{year}年{name}", f"{name}项目", f"{name}经费"))
    end = year + random.choice((0, 0, 1, 2))
    annual, lifetime = _funds(random, unit_yuan, end - year + 1)
    goals = {
        "annual": random.choice((f"{goal}。", f"{year}年，{goal}，年度资金支付率达到95%以上。", f"1.{goal}；2.按期完成年度各项任务。")),
        "lifetime": random.choice((f"到{end}年底，{goal}，建立长效管理机制。", f"分年度组织实施，{goal}，全面完成规划任务。")),
    }  # fmt: skip
    project = Project(
        name=name,
        department=random.choice(("", "", f"{random.randint(101, 899)}-", f"[{random.randint(101, 899)}]")) + place + bureau,
        unit=place + office,
        attribute=random.choice(("经常性项目", "一次性项目", "新增项目", "延续性项目", "跨年度项目")),
        period=random.choice((f"{year}年1月至{end}年12月", f"{end - year + 1}年", f"{year}-{end}年", f"{year}.01-{end}.12")),
        overview=f"{place}现有服务对象较多、设施老化，拟通过本项目{goal}。",
        basis=f"《{place}{year - 1}—{year + 4}年{sector}领域发展规划》；{place[:1]}政办发〔{year - 1}〕{random.randint(3, 88)}号文件",
        necessity=f"属于{bureau}法定职责，群众需求迫切，有必要设立。",
        measures=f"执行《{bureau}专项经费管理细则》，实行专账核算、双人复核。",
        plan="一季度完成方案和采购，二、三季度组织实施，四季度验收付款。",
        goals=goals,
        funds={"annual": annual, "lifetime": lifetime},
    )  # fmt: skip
    project.targets = _targets(random, lines, year, project.name)
    return project


def _funds(random: Random, unit: int, years: int) -> tuple[dict[str, Decimal], dict[str, Decimal]]:
    step = max(unit // 100, 1)
    parts = {
        source: Decimal(random.randint(2000, 90000) * 100 // step * step) if random.random() < chance else Decimal(0)
        for source, chance in zip(SOURCES, (0.4, 0.4, 1.0, 0.2, 0.2), strict=True)
    }
    parts["local"] = max(parts["local"], Decimal(step))
    lifetime = {source: amount * years for source, amount in parts.items()}
    return parts, lifetime


def _targets(random: Random, lines: str, year: int, project: str) -> list[Target]:
    by_code: dict[str, list[str]] = {}
    for line in lines.split(";"):
        by_code.setdefault(line.split("|")[0], []).append(line)
    found = []
    for code in "NQTCESGKM":
        pool = by_code.get(code, [])
        count = min(len(pool), random.choice((1, 1, 2, 3) if code == "N" else (1, 1, 1, 2)))
        found += [_target(random, line, year) for line in random.sample(pool, count)]
    return found


def _target(random: Random, line: str, year: int) -> Target:
    code, name, *rest = line.split("|")
    if len(rest) == 1:
        words = rest[0].replace("{y}", str(year)).split(",")
        one = Value(words=random.choice(words))
        return Target(code, name, one, one, Value(words=random.choice(words)))
    operator, span, unit = rest
    low, high = (Decimal(part) for part in span.split("-"))
    place = Decimal("0.1") if "." in span else Decimal(1)
    number = (low + (high - low) * Decimal(random.randint(0, 100)) / 100).quantize(place)
    if number > 100:
        number = number.quantize(Decimal(1)) // 10 * 10
    whole = number if unit in ("%", "‰") or operator == "≤" or unit.startswith("元") or code in "KTC" else number * 2
    last = max(low, (number * Decimal("0.9")).quantize(place))
    return Target(code, name, *(Value(operator, f"{n:f}", unit) for n in (number, whole, last)))
