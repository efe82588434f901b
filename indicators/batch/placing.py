"""Region and sector of a department, by its name: 云溪县水利局 is 云溪县 and 水利.

Sectors are those of the library of suggestions (``models/library.csv``). The first that matches wins, so narrow
words stand before wide ones.
"""

from __future__ import annotations

import re

from indicators.text import squash

__all__ = ["bare_department", "region_of", "sector_of"]

_CODE = re.compile(r"^[\[（(]?[0-9A-Za-z]{2,}[\]）)]?[-—_－:： ]*|[-—_－（(\[]{0,4}[0-9]{3,}[）)\]]*$")
_NOT_REGIONS = ("社区", "园区", "校区", "景区", "小区", "保护区", "辖区", "学区")
_PROVINCE = r"(?:[^\W\d]{2,6}?(?:省|自治区)|北京市|天津市|上海市|重庆市)"
_CITY = r"[^\W\d]{2,5}?(?:市|自治州|盟|地区)"
_COUNTY = r"[^\W\d]{1,8}?(?:县|旗|区|市)"
_PLACE = re.compile(f"^(?P<province>{_PROVINCE})?(?P<city>{_CITY})?(?P<county>{_COUNTY})?")
_SECTORS = tuple(
    (sector, re.compile(words))
    for sector, words in (
        ("教育", "教育|教体|学校|中学|小学|幼儿园|大学|学院|中专|职教"),
        ("公安", "公安|派出所|交警|看守所|森警"),
        ("法院检察", "法院|检察"),
        ("司法", "司法|监狱|戒毒|公证"),
        ("退役军人医保", "退役军人|医疗保障|医保|军休|荣军"),
        ("卫健", "卫生|卫健|医院|疾控|疾病预防|妇幼|血站|急救"),
        ("人社", "人力资源|人社|社会保险|就业|劳动"),
        ("民政", "民政|救助|殡|福利院|残疾人|残联|红十字|老龄"),
        ("生态环境", "生态环境|环境保护|环保"),
        ("乡村振兴", "乡村振兴|扶贫"),
        ("农业农村", "农业|农村|农机|畜牧|兽医|水产|渔"),
        ("水利", "水利|水务|水文|水库|灌区|河务"),
        ("自然资源林业", "自然资源|规划|国土|林业|林草|林场|草原|测绘|不动产|地质"),
        ("应急消防", "应急|消防|地震|防震|矿山|煤监"),
        ("市场监管", "市场监督|市场监管|工商|质量技术|药品|食品|知识产权|计量|检验"),
        ("交通", "交通|公路|运输|铁路|港|航|民航"),
        ("住建城管", "住房|住建|城乡建设|城市管理|城管|综合执法|环卫|园林|人防|公积金|房产|市政"),
        ("文旅体育", "文化|旅游|文旅|体育|文物|博物|图书馆|广播电视|剧团"),
        ("宣传", "宣传|网信|融媒体|新闻|电视台|报社|文明办|文联|社科"),
        ("商务", "商务|招商|供销|贸易|粮食|口岸|会展"),
        ("科技工信", "科学技术|科技|工业|信息化|工信|能源|科协|气象"),
        ("财政审计", "财政|审计|国资|国有资产|金融|税务"),
        ("政务服务大数据营商", "政务|大数据|营商|行政审批|审批服务|公共资源|信访|数据"),
        ("统计档案机关事务", "统计|档案|史志|党史|方志|机关事务|机关服务|接待"),
        ("组织群团", "组织部|党校|编办|机构编制|老干部|统战|民族|宗教|工会|共青团|团委|妇联|妇女|工商联|侨|台办|巡察"
            "|政法委|纪委|纪检|监察|人大|政协|党委|县委|市委|省委|区委"),
        ("机关通用", "人民政府|政府办|办公室|街道|乡|镇|管委会|管理委员会|发展和改革|发改"),
    )
)  # fmt: skip


def bare_department(name: str) -> str:
    """Return the name of a department without its budget code: ``318-云溪县水利局`` is ``云溪县水利局``."""
    plain = squash(name)
    return _CODE.sub("", plain) or plain


def region_of(department: str) -> str:
    """Return the places a department's name begins with, ``""`` where it begins with none."""
    match = _PLACE.match(bare_department(department).removeprefix("中共"))
    kept: list[str] = []
    for part in match.group("province", "city", "county") if match else ():
        if part and part.endswith(_NOT_REGIONS):
            break
        kept.append(part or "")
    return "".join(kept)


def sector_of(department: str) -> str:
    """Return the sector of a department, ``其他`` where its name says nothing."""
    rest = bare_department(department).removeprefix("中共").removeprefix(region_of(department))
    for sector, words in _SECTORS:
        if words.search(rest):
            return sector
    return "其他"
