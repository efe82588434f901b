"""Rows that are right, from every sector: none of the rules on values, kinds, directions and units may accuse them."""

from __future__ import annotations

import pytest

from indicators.cases import build
from indicators.catalogue import builtin_rules
from indicators.checks.lexicons import Lexicon
from indicators.checks.units import head
from indicators.checks.value_words import core, has_number, legible, made_of
from indicators.config import Config
from indicators.engine import check_extraction

# category, name, value
SOUND = """
时效指标 建设用地使用时间 ≥40年
时效指标 设备安装后免费维护时长 ≥24个月
时效指标 热线受理时间 ≥24小时
时效指标 疫苗配送冷链保温时长 ≥48小时
时效指标 民兵集结训练时间 ≥10天
时效指标 预警信息提前发送时间 ≥30分钟
时效指标 监理到岗时间 ≥200天
时效指标 处置结果公示时间 ≥7天
时效指标 规培学员完成实习时间 ≥6个月
质量指标 视频图像处理后保存时长 ≥90天
成本指标 农村低保标准 ≥6000元/人
成本指标 社会资本投入 ≥5000万元
成本指标 集中采购节约资金 ≥20万元
成本指标 村级组织运转经费 ≥11万元
数量指标 城区日供水量 ≥3万立方米
数量指标 新增供热面积 ≥12万平方米
生态效益指标 单位产品能耗下降率 ≥3%
社会效益指标 生产安全事故下降率 ≥5%
质量指标 群众投诉办结率 ≥98%
质量指标 泵站平均无故障率 ≥99%
社会效益指标 隐患整治减少火灾事故 ≥3起
质量指标 年度考核优秀率 ≤20%
质量指标 职称评审通过率 ≤60%
成本指标 预算完成率 ≤100%
质量指标 抽检不合格率 ≤2%
社会效益指标 辍学率 ≤0.5%
时效指标 河道巡查频率 ≥4次/月
质量指标 数据更新频率 1次/天
质量指标 出口带宽速率 ≥500兆
质量指标 窗口工作效率 ≥30件/天
社会效益指标 孕产妇死亡率 ≤12/10万
数量指标 双随机抽查比例 ≥5%
数量指标 培训人数完成率 100%
社会效益指标 接待游客人数 较上年增长8%
质量指标 政务云系统可用时间 ≥99.9%
社会效益指标 企业开办时间 压缩30%
数量指标 发放创业担保贷款 ≥2亿元
数量指标 化解隐性债务 3000万元
数量指标 支付工程款 3笔
数量指标 硬化通村道路 12.6公里
数量指标 改造老旧管网 4段
数量指标 服务老年人 1200人
数量指标 采购图书 3000册
数量指标 更新公交车 40辆
数量指标 审结案件 ≥2600件
数量指标 屋顶光伏年发电量 ≥20万度
数量指标 日均清运垃圾 约290吨/日
数量指标 加固楼层 三层
数量指标 开展慰问演出 四场
数量指标 村级统计员 一村一员
数量指标 新建泵站3座 完成
质量指标 系统无故障运行时间 ≥8000小时
质量指标 供热质量 符合《城镇供热服务》标准
质量指标 装修工程 验收合格
质量指标 疫苗抽检 合格
质量指标 校园食堂等级 A级
质量指标 发放程序 经公示无异议
时效指标 资金拨付 验收后15个工作日内
时效指标 汛前检查 主汛期前
时效指标 抚恤金发放 按月发放
时效指标 项目实施期 2024年
社会效益指标 公众安全感 ≥95%
社会效益指标 居民健康素养水平 ≥30%
社会效益指标 主要农作物机械化水平 ≥80%
社会效益指标 粮食产后损失 ≤5%
经济效益指标 参训农民人均增收 ≥500元
经济效益指标 研学基地营业收入增长率 ≥120%
经济效益指标 带动务工就业人数 ≥60人
生态效益指标 优良天数比例 ≥85%
生态效益指标 LED灯具占比 ≥85%
生态效益指标 装配式建筑比例 ≥30%
生态效益指标 电子票据使用率 ≥90%
社会效益指标 义务教育巩固率 ≥99%
可持续影响指标 管护协议年限 ≥5年
服务对象满意度指标 办事群众满意度 ≥90分
服务对象满意度指标 服务评价 非常满意/满意/基本满意/不满意
服务对象满意度指标 受训人员满意度 ＞99%
"""
ROWS = [tuple(line.split()) for line in SOUND.strip().splitlines()]
CODES = tuple(rule.code for rule in builtin_rules() if rule.code[0] in "VU" and rule.severity != "note")


def judged(level2: str, name: str, value: str) -> list[str]:
    scene = build({"alone": True, "indicators": [{"level2": level2, "name": name, "value": value}]})
    return [item.rule for item in check_extraction(scene.extraction, builtin_rules(), Config(select=CODES)).findings]


@pytest.mark.parametrize(("level2", "name", "value"), ROWS, ids=[row[1] for row in ROWS])
def test_a_sound_row_is_not_accused(level2: str, name: str, value: str) -> None:
    assert judged(level2, name, value) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [("三层", True), ("一村一员", True), ("5次", True), ("一批", False), ("进一步", False), ("统一", False)],
)
def test_numerals_inside_set_phrases_count_nothing(text: str, expected: bool) -> None:
    assert has_number(text) is expected


def test_damaged_cells_are_known() -> None:
    assert legible("验收合格")
    assert not legible("验扌攵合格")
    assert not legible("▇▇户")


def test_values_are_cut_into_words_without_leaving_a_rest() -> None:
    words = Lexicon.parse("words", "提高\n提\n高度\n")
    assert made_of("提高", words)
    assert made_of("提高度", words)
    assert not made_of("提高温度", words)
    assert not made_of("", words)


def test_heads_ignore_brackets_and_signs() -> None:
    assert head("培训人数（人）") == "培训人数"
    assert core("≥及时无") == "及时"
