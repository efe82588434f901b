"""Units of measure as forms print them: what kind they are and how they are written plainly."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

__all__ = ["MULTIPLIERS", "UNITS", "canonical_unit", "unit_kind"]

# Longest first wherever they are tried: 亿元 holds 元, 万亿 holds 万.
_POWERS = {"万亿": 12, "千万": 7, "百万": 6, "十万": 5, "亿": 8, "万": 4, "千": 3, "百": 2}
MULTIPLIERS: dict[str, Decimal] = {word: Decimal(10) ** power for word, power in _POWERS.items()}
"""What may stand before a unit, and by how much it multiplies."""

_KINDS: dict[str, str] = {
    "person": "人 名 位 人次 个人 人员 名学生 人日 人天",
    "money": "元 元整 圆 块钱 角 美元 欧元 人民币元 RMB",
    "time": (
        "年 周年 个年度 年度 季度 个季度 季 月 个月 月份 周 个周 星期 个星期 旬 日 天 自然日 个自然日 工作日 "
        "个工作日 日历天 个日历天 小时 个小时 时 h H 学时 课时 个课时 个学时 分钟 min 秒 秒钟 s 毫秒 ms 学期 "
        "个学期 学年 个学年 采暖期 个采暖期 昼夜"
    ),
    "length": (
        "米 公里 千米 厘米 毫米 分米 km KM Km m cm mm 延米 延长米 车公里 车道公里 皮长公里 海里 纳米 微米 里 华里 丈 尺"
    ),
    "area": (
        "平方米 平米 平方 平 ㎡ m2 m² M2 M² 平方公里 平方千米 km2 km² 公顷 hm2 hm² 亩 亩次 公顷次 平方厘米 平方毫米 顷"
    ),
    "volume": "立方米 立方 立米 方 ㎥ m3 m³ M3 M³ 升 毫升 L l ml mL ML 立方厘米 Nm3 标方",
    "mass": "吨 公斤 千克 kg KG Kg 克 g 毫克 mg 斤 市斤 微克 μg ug 公吨 担",
    "ratio": "% 百分比 百分点 个百分点 ‰ 倍 成 番 个点 ppm",
    "energy": (
        "千瓦时 kWh KWh kwh KWH kw.h kW·h 千瓦 kW KW kw 瓦 W MW 兆瓦 GW 吉瓦 吉焦 GJ 万千瓦时 吨标准煤 吨标煤 千伏 "
        "kV KV 千伏安 kVA KVA 伏 V 安 A 大卡 焦 马力"
    ),
    "other": "分 分贝 dB 贝 GB TB MB PB G M T K Mbps Gbps 兆 兆比特 字节 QPS 赫兹 Hz 像素 帕 Pa kPa MPa pH",
    "temperature": "℃ 摄氏度 °C 度 度C ℉",
    "count": (
        "个 件 起 例 台 套 辆 部 架 艘 只 头 匹 口 尾 羽 株 棵 丛 盆 处 座 栋 幢 间 层 所 家 户 户次 村 个村 乡 镇 "
        "县 区 市 社区 个社区 街道 场 场次 次 次数 回 趟 班次 车次 架次 航次 批 批次 期 届 轮 项 条 款 篇 份 册 本 "
        "卷 张 页 幅 枚 块次 片 段 路 线 盏 根 支 枝 把 副 双 对 床 张床位 床位 个床位 点位 个点位 点 站 岗 岗位 "
        "扇 樘 顶 台件 "
        "个岗位 班 个班 组 个组 队 支队伍 人份 剂 剂次 支次 针次 瓶 箱 袋 包 盒 桶 罐 筒 卷宗 宗 件次 台次 台套 "
        "台/套 套次 站次 例次 处次 项次 家次 标段 个标段 门 门次 节 节课 堂 堂课 字 千字 条次 万条 封 单 笔 票 "
        "宗地 孔 眼 井 闸 座次 车 车位 个车位 泊位 个泊位 机位 席 席位 院 馆 园 店 厂 企业 户家庭 种 类 样 套房 "
        "间次 宿舍 个单位 单位 个部门 个项目 个系统 个品种 品种 个标准 个乡镇 乡镇 个县 个行政村 行政村 自然村 "
        "个村庄 村庄 个企业 名次 代 则 首 部次 部剧 集 档 出 场演出 稿 号 亩地 面 面锦旗 栏 块 路口 个路口 基 回路 "
        "公里线路 厅 窗口 个窗口 终端 端口 账号 用户 人户 羽次 头次 枚次 批样品 组样品 批准 丘 宗案件 核 并发 站点 "
        "个站点 断面 个断面 图斑 个图斑 宗次 地块 个地块 管段 井次 窨井 灯 盏灯 桩 杆 颗 粒 朵 束 门店 摊位 个摊位 "
        "亭 坝 库 塘 口塘 口井 眼井"
    ),
}


def _table() -> dict[str, str]:
    table: dict[str, str] = {}
    for kind, words in _KINDS.items():
        for word in words.split():
            table.setdefault(word, kind)
    return table


_KIND_OF = _table()
UNITS: tuple[str, ...] = tuple(sorted(_KIND_OF, key=lambda word: (-len(word), word)))
"""Every unit known, longest first."""

_PLAIN: dict[str, str] = {
    plain: canonical
    for canonical, words in {
        "%": "百分比 ％ ﹪ 百分之",
        "个百分点": "百分点 个点",
        "平方米": "平米 平方 平 ㎡ m2 m² M2 M²",
        "立方米": "立方 立米 方 ㎥ m3 m³ M3 M³ 标方 Nm3",
        "平方公里": "平方千米 km2 km²",
        "公顷": "hm2 hm²",
        "公里": "千米 km KM Km",
        "米": "m 延米 延长米",
        "厘米": "cm",
        "毫米": "mm",
        "公斤": "千克 kg KG Kg",
        "克": "g",
        "毫克": "mg",
        "升": "L l",
        "毫升": "ml mL ML",
        "千瓦时": "kW·h kWh KWh kwh KWH kw.h",
        "千瓦": "kW KW kw",
        "人": "名 位 个人",
        "元": "元整 圆 块钱 人民币元 RMB",
        "个月": "月 月份",
        "天": "日 自然日 个自然日",
        "日历天": "个日历天",
        "工作日": "个工作日",
        "小时": "个小时 时 h H",
        "分钟": "min",
        "秒": "s 秒钟",
        "季度": "个季度 季",
        "周": "个周 星期 个星期",
        "年": "周年 年度 个年度",
        "摄氏度": "℃ °C 度C",
        "课时": "个课时 学时 个学时",
    }.items()
    for plain in words.split()
}


def _split_multiplier(unit: str) -> tuple[str, str]:
    if unit in _KIND_OF:
        return "", unit
    for multiplier in MULTIPLIERS:
        if unit.startswith(multiplier):
            return multiplier, unit[len(multiplier) :]
    return "", unit


@lru_cache(maxsize=4096)
def canonical_unit(unit: str) -> str:
    """Write a unit plainly: 平米 and ㎡ become 平方米, 百分比 becomes %.

    Parameters
    ----------
    unit
        As printed; a rate (``元/平米``) is taken part by part.

    Returns
    -------
    str
        The plain unit with its multiplier (``万平米`` gives ``万平方米``); unknown units unchanged.
    """
    if "/" in unit:
        return "/".join(canonical_unit(part) for part in unit.split("/"))
    multiplier, base = _split_multiplier(unit)
    return multiplier + _PLAIN.get(base, base)


@lru_cache(maxsize=4096)
def unit_kind(unit: str) -> str:
    """Say what a unit measures.

    Parameters
    ----------
    unit
        As printed, with or without a multiplier (万吨) or a denominator (元/人).

    Returns
    -------
    str
        ``count``, ``person``, ``money``, ``money-rate``, ``time``, ``length``, ``area``, ``volume``, ``mass``,
        ``ratio``, ``energy``, ``temperature``, ``rate-per-time`` or ``other`` (unknown, none, or another rate).
    """
    if unit in _KIND_OF:
        return _KIND_OF[unit]
    if unit.startswith(":"):
        return "ratio"
    parts = unit.replace("每", "/").replace("·", "/").split("/")
    base = _split_multiplier(parts[0])[1]
    kind = _KIND_OF.get(base, "other")
    if len(parts) == 1:
        # 100万 alone: a number word, whatever it counts.
        return kind
    if kind == "money":
        return "money-rate"
    if _KIND_OF.get(parts[-1]) == "time":
        return "rate-per-time"
    return "other"
