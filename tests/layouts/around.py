"""What stands around forms: covers, narratives, budget tables, self-evaluations, glossaries, page furniture."""

from __future__ import annotations

from random import Random

from tests.layouts.content import Project
from tests.layouts.style import total
from tests.samples.page import Break, Builder, Item, Text

_WORKS = ("贯彻落实上级决策部署", "做好日常监督管理", "加强队伍和制度建设", "完成县委县政府交办的其他事项")


def cover(place: str, bureau: str, year: int) -> list[Item]:
    return [Text(f"{place}{bureau}", "title"), Text(f"{year}年部门预算公开", "title"),
            Text("目　　录", "heading"), Text("一、部门概况"), Text("二、部门预算情况说明"), Text("三、项目支出绩效目标表"), Break()]  # fmt: skip


def narrative(random: Random, year: int) -> list[Item]:
    works = random.sample(_WORKS, 2)
    return [
        Text("部门预算情况说明", "heading"),
        Text(f"一、主要职责。{works[0]}；{works[1]}。"),
        Text(f"二、绩效目标设置情况。{year}年纳入绩效目标管理的项目{random.randint(2, 9)}个，均设置了数量指标、质量指标和满意度指标，详见项目支出绩效目标表。"),
        Text(f"三、{year - 1}年度自评情况。各项目产出指标完成率97.6%，服务对象满意度达到93%以上。"),
    ]  # fmt: skip


def budget(projects: list[Project], year: int) -> list[Item]:
    grid = Builder((0.1, 0.3, 0.36, 0.24))
    grid.row("序号", "单位名称", "项目名称", "本年预算（元）", bold=True)
    for number, project in enumerate(projects, start=1):
        grid.row(str(number), project.unit, project.name, f"{total(project.funds['annual']):.2f}")
    return [Text(f"{year}年项目支出预算表", "title"), grid.grid(), Break()]


def self_evaluation(project: Project, year: int) -> list[Item]:
    """Return the self-evaluation of the year before: it looks like a form and is none."""
    grid = Builder((0.12, 0.14, 0.26, 0.14, 0.14, 0.1, 0.1))
    grid.row("项目名称", (project.name, 6))
    grid.row("资金执行", "全年预算数", "120.00", "全年执行数", "118.60", "执行率", "98.8%")
    grid.row("一级指标", "二级指标", "三级指标", "年初目标值", "实际完成值", "分值", "得分", bold=True)
    rows = (("产出指标", "数量指标", "完成任务数量", "12项", "12项"), ("产出指标", "质量指标", "验收合格率", "≥95%", "97%"),
            ("效益指标", "社会效益指标", "服务覆盖面", "扩大", "扩大"), ("满意度指标", "服务对象满意度指标", "群众满意度", "≥90%", "94%"))  # fmt: skip
    for row in rows:
        grid.row(*row, "20", "20")
    grid.row(("总分", 5), "80", "80")
    return [Break(), Text(f"{year - 1}年度项目支出绩效自评表", "title"), grid.grid()]


def glossary() -> list[Item]:
    return [Break(), Text("名词解释", "heading"),
            Text("1.绩效目标：指财政预算资金计划在一定期限内达到的产出和效果。"),
            Text("2.产出指标：反映预期提供的公共产品和服务的数量、质量、时效等。")]  # fmt: skip


def furniture_above(place: str, year: int) -> list[Item]:
    return [Text("当前位置： 首页 > 政务公开 > 财政预决算"), Text(f"索 引 号： 11{year}0032-{year}-00017　　发布机构： {place}财政局"),
            Text("字号： 大 中 小"), Text(f"发布时间： {year}-02-11 09:30　　浏览次数： 126")]  # fmt: skip


def furniture_below() -> list[Item]:
    return [
        Text("附件： 绩效目标公开表.xls"),
        Text("扫一扫在手机打开当前页"),
        Text("【打印】 【关闭】"),
        Text("上一篇： 下一篇："),
    ]


def evaluation_prose(place: str, year: int) -> list[Item]:
    return [
        Text(f"{place}关于{year - 1}年度项目绩效评价情况的说明", "title"),
        Text(
            "一、评价总体情况。本次评价围绕产出指标、效益指标和满意度指标展开，其中数量指标完成12项，质量指标合格率达到97%。"
        ),
        Text("二、存在问题。个别项目指标值设置偏低，二级指标与三级指标衔接不够，项目名称与绩效目标不一致。"),
        Text("三、下一步措施。加强目标审核，做到指标值可衡量、可核查。"),
    ]
