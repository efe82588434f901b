"""A small but whole department budget: narrative, budget tables and the target forms of every project.

Put in on purpose: one line of the project table differs from its form (456.00 for 465.00), besides the faults
of the projects themselves.
"""

from __future__ import annotations

from decimal import Decimal

from tests.samples.forms import YEAR, Project, water_projects
from tests.samples.page import Break, Builder, Item, Sample, Text
from tests.samples.printing import wan
from tests.samples.two_sided import TwoSided

DEPARTMENT = "云溪县水利局"
NAME = f"{DEPARTMENT}{YEAR}年部门预算"
_BASIC = Decimal("1286.42")
_CARRIED = (
    ("云溪河水毁堤防应急修复（上年结转）", Decimal("86.50")),
    ("农村饮水水质检测（上年结转）", Decimal("12.30")),
)
_MISPRINTED = {"高效节水灌溉示范项目": Decimal(4560000)}
_DUTIES = (
    "1、贯彻执行国家和省、市有关水利工作的法律法规，拟订全县水利发展规划；",
    "2、负责生活、生产经营和生态环境用水的统筹和保障；",
    "3、组织实施水利工程建设与运行管理，负责水利建设项目前期工作；",
    "4、负责水土保持工作，组织实施水土流失综合防治；",
    "5、负责农村水利和农村饮水安全工程建设与管理；",
    "6、组织开展水旱灾害防御和水利突发事件应急工作。",
)


def water_budget() -> Sample:
    """Return the budget of the water bureau with twelve forms."""
    projects = water_projects()
    items: list[Item] = [*_opening(), *_tables(projects), Break("说明"), *_explanation(projects)]
    truth = []
    form = TwoSided(title="云溪县县级预算部门（单位）项目支出绩效目标表").form
    for project in projects:
        shown, record = form(project)
        items += [Break(project.name), *shown]
        truth.append(record)
    items += [Break("名词解释"), *_glossary()]
    return Sample(NAME, tuple(items), tuple(truth))


def _opening() -> list[Item]:
    return [
        Text(DEPARTMENT, "title"),
        Text(f"{YEAR}年度部门预算公开", "title"),
        Text("第一部分 概况", "heading"),
        Text("一、本部门职责"),
        *(Text(duty) for duty in _DUTIES),
        Text("二、机构设置情况"),
        Text(
            "云溪县水利局内设办公室、规划计划股、水政水资源股、工程建设股和农村水利股5个股室，下属云溪县水库管理站、"
            "云溪县水土保持站、云溪县防汛抗旱服务中心等6个事业单位。本部门编制72名，实有在职人员68人。"
        ),
        Break("报表"),
        Text(f"第二部分 {YEAR}年部门预算报表", "heading"),
    ]


def _tables(projects: tuple[Project, ...]) -> list[Item]:
    spent = sum((_printed(project) for project in projects), Decimal(0)) / 10000
    carried = sum((amount for _, amount in _CARRIED), Decimal(0))
    return [
        *_balance(_BASIC + spent, carried),
        *_projects(projects),
        *_carried(carried),
    ]


def _balance(income: Decimal, carried: Decimal) -> list[Item]:
    grid = Builder((0.3, 0.14, 0.26, 0.1, 0.1, 0.1))
    grid.row(("收入", 2), ("支出", 4), bold=True)
    grid.row("项目", f"{YEAR}年", "项目", f"{YEAR}年合计", "当年预算安排", "上年结转安排", bold=True)
    water, retired, health, housing = income - Decimal("231.60"), Decimal("121.44"), Decimal("45.16"), Decimal("65.00")
    for left, amount, right, now, before in (
        ("一、一般公共预算", income, "八、社会保障和就业支出", retired, None),
        ("二、政府性基金预算", None, "十、卫生健康支出", health, None),
        ("三、国有资本经营预算", None, "十三、农林水支出", water, carried),
        ("四、财政专户管理资金", None, "二十、住房保障支出", housing, None),
        ("本年收入合计", income, "本年支出合计", income, carried),
        ("上年结转", carried, "年终结转", None, None),
        ("收入总计", income + carried, "支出总计", income, carried),
    ):
        total = None if now is None else now + (before or 0)
        grid.row(left, _money(amount), right, _money(total), _money(now), _money(before))
    return [*_caption(f"{YEAR}年预算收支总表"), grid.grid()]


def _projects(projects: tuple[Project, ...]) -> list[Item]:
    grid = Builder((0.36, 0.12, 0.14, 0.14, 0.12, 0.12), repeat=2)
    grid.row(("项目名称", 1, 2), ("合计", 1, 2), (f"{YEAR}年财政拨款", 3), ("单位资金", 1, 2), bold=True)
    grid.row("一般公共预算", "政府性基金预算", "国有资本经营预算", bold=True)
    total = wan(sum((_printed(project) for project in projects), Decimal(0)))
    own = sum((project.annual["self"] for project in projects), Decimal(0))
    grid.row(DEPARTMENT, total, wan(sum((_printed(p) for p in projects), Decimal(0)) - own), "", "", wan(own))
    for project in projects:
        amount, own = _printed(project), project.annual["self"]
        grid.row(project.name, wan(amount), wan(amount - own), "", "", wan(own) if own else "")
    return [*_caption(f"{YEAR}年项目支出预算表（本年预算）"), grid.grid()]


def _carried(total: Decimal) -> list[Item]:
    grid = Builder((0.44, 0.14, 0.14, 0.14, 0.14), repeat=2)
    grid.row(("项目名称", 1, 2), ("合计", 1, 2), (f"{YEAR}年财政拨款", 3), bold=True)
    grid.row("一般公共预算", "政府性基金预算", "国有资本经营预算", bold=True)
    grid.row(DEPARTMENT, _money(total), _money(total), "", "")
    for name, amount in _CARRIED:
        grid.row(name, _money(amount), _money(amount), "", "")
    return [*_caption(f"{YEAR}年项目支出预算表（上年结转）"), grid.grid()]


def _caption(title: str) -> list[Item]:
    return [Text(title, "subtitle"), Text(f"部门名称：{DEPARTMENT}"), Text("单位：万元", "right")]


def _explanation(projects: tuple[Project, ...]) -> list[Item]:
    spent = sum((_printed(project) for project in projects), Decimal(0)) / 10000
    carried = sum((amount for _, amount in _CARRIED), Decimal(0))
    income = _BASIC + spent
    total = income + carried
    spent_all = spent + carried
    regular = [project for project in projects if project.attribute == "经常性项目"]
    special = [project for project in projects if project.attribute != "经常性项目"]
    share = (_BASIC / total * 100).quantize(Decimal("0.01"))
    return [
        Text(f"第三部分 {YEAR}年度部门预算情况说明", "heading"),
        Text("一、部门预算收支情况"),
        Text(
            f"{YEAR}年度{DEPARTMENT}预算收入总计{total:,.2f}万元，其中：本年收入{income:,.2f}万元，上年结转{carried:.2f}万元。"
        ),
        Text("二、支出预算情况说明"),
        Text(
            f"{YEAR}年度{DEPARTMENT}支出预算{total:,.2f}万元，其中：基本支出{_BASIC:,.2f}万元，占{share}%；"
            f"项目支出{spent_all:,.2f}万元，占{100 - share}%。"
        ),
        Text("三、“三公”经费预算情况说明"),
        Text("2025年“三公”经费预算8.60万元，与上年持平。其中：公务用车运行维护费7.20万元，公务接待费1.40万元。"),
        Text("四、绩效管理情况"),
        Text("1、整体绩效目标"),
        Text(f"{YEAR}年度我部门未编制部门整体支出绩效目标。"),
        Text("2、项目绩效目标"),
        Text(
            f"{YEAR}年{DEPARTMENT}纳入绩效目标管理的二级项目{len(projects)}个，共计金额{wan(_sum(projects))}万元。"
            f"其中：其他运转类项目{len(regular)}个，涉及金额{wan(_sum(regular))}万元；"
            f"特定目标类项目{len(special)}个，涉及金额{wan(_sum(special))}万元。（项目绩效目标表公开情况见附件）"
        ),
    ]


def _glossary() -> list[Item]:
    return [
        Text("第四部分 名词解释", "heading"),
        Text("一、基本支出：指为保障机构正常运转、完成日常工作任务而发生的人员支出和公用支出。"),
        Text("二、项目支出：指在基本支出之外为完成特定行政任务和事业发展目标所发生的支出。"),
        Text("三、绩效目标：指财政预算资金计划在一定期限内达到的产出和效果。"),
    ]


def _sum(projects: list[Project] | tuple[Project, ...]) -> Decimal:
    return sum((project.total() for project in projects), Decimal(0))


def _printed(project: Project) -> Decimal:
    """Return the amount that the project table prints."""
    return _MISPRINTED.get(project.name, project.total())


def _money(amount: Decimal | None) -> str:
    return "" if amount is None else f"{amount:.2f}"
