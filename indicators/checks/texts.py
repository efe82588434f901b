"""Do goal and texts say something a reviewer can check (families S, D: S119, S120, D106)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from indicators.records import Form
from indicators.text import squash

from .base import Hit, Lexicon, NotApplicable, check, plain
from .heads import head_of
from .value_words import has_number

__all__ = ["goal_checkable", "sentences_not_repeated", "texts_replaced"]

#: Characters of the shortest goal and of the shortest sentence looked at.
_SHORTEST_GOAL, _SHORTEST, _SHORTEST_CLAUSE = 6, 8, 4
_TEXTS = ("overview", "basis", "necessity", "measures", "plan", "goal.lifetime", "goal.annual")
_HEADING = ("project_name", "department", "implementing_unit")
_TITLE = re.compile(r"《[^》×XxＸ某]*》")
_PLACEHOLDER = re.compile(
    r"[*＊]{2,}|[×✕╳]{2,}|(?<![A-Za-z0-9])[XxＸ]{2,}(?![A-Za-z0-9])|(?<![A-Za-z0-9])[XxＸ](?=[年月日号元万人个家])|(?<![0-9人元)）])[×✕╳](?=[年月日号])|某某|某(?=[年月日市县区局])"
    r"|(?<![A-Za-z])(?:null|NULL|N/A|TBD|undefined|NaN)(?![A-Za-z])|#(?:REF|N/A|VALUE|DIV/0|NAME)[!?]?"
    r"|\{[^{}]{1,12}\}|\$\{[^{}]+\}|[(（【\[]\s*(?:请)?(?:填写|填入|输入|补充)[^)）】\]]{0,8}[)）】\]]|待补充|待填(?!埋)|待定(?=[，。；、]|$)|此处填写|请填写|请在此"
)


@check(scope="form")
def texts_replaced(form: Form) -> Iterator[Hit]:
    """Look for placeholders in the texts of a form (X年X月, 某某单位, NULL, #REF!, {单位}).

    Yields
    ------
    Hit
        At the first field that holds one, with ``mark`` and ``count`` (fields that hold one).
    """
    printed = [item for item in form.fields if item.path in (*_TEXTS, *_HEADING) and item.text]
    if not printed:
        raise NotApplicable
    found = [(item, mark.group()) for item in printed if (mark := _PLACEHOLDER.search(_TITLE.sub("", item.text)))]
    if found:
        yield Hit(found[0][0], {"mark": found[0][1], "count": len(found)}, key="|".join(item.path for item, _ in found))


_SENTENCES = re.compile(r"[。；;！!\n]+")


@check(scope="form")
def sentences_not_repeated(form: Form) -> Iterator[Hit]:
    """Look for a sentence that stands twice in one text.

    Yields
    ------
    Hit
        At the field, with ``sentence``.
    """
    printed = [item for item in form.fields if item.path in _TEXTS and item.text]
    if not printed:
        raise NotApplicable
    for item in printed:
        body, half = plain(item.text), len(plain(item.text)) // 2
        if item.path.startswith("goal") and body[:half] == body[half:]:
            # A whole goal twice: both halves of a two-sided form were read into one cell.
            continue
        seen: set[str] = set()
        for sentence in _SENTENCES.split(item.text):
            key = plain(sentence)
            if len(key) >= _SHORTEST and key in seen:
                yield Hit(item, {"sentence": sentence.strip()})
                break
            seen.add(key)


#: A promise for all time cannot be kept, nor seen, within a year.
_OUT_OF_REACH = re.compile(
    "永远|永不|从此不再|不再(?:发生|出现)(?:任何)?|一劳永逸|(?:百分之百|彻底|完全)(?:根除|杜绝一切)|"
    "(?:一年内?|当年|年内|本年度?|202\\d年)[^。；;]{0,8}(?:建成|达到|成为|跻身|实现)[^。；;]{0,8}(?:世界|国际|全球)[^。；;]{0,4}(?:一流|领先|前列)"
)
_ASSURANCE = re.compile(
    "^(?:为?了)?(?:切实|有效|全力|按时|及时)*(?:保障|确保|保证)[^，。；;]{0,24}"
    "(?:所需(?:资金|经费)|(?:工资|经费|资金|补助|补贴|津贴)(?:[及和、][^，。；;]{1,6}?)?(?:的?(?:按时|及时|足额|按月)*(?:发放|拨付|支付|到位)+)|经费(?:需求)?|资金(?:需求)?)[。．]?$"
)
#: By what means, before the goal proper; and what can always be done better.
_MEANS, _BETTER = (
    re.compile(r"\s*(?:20[0-9]{2}年度?)?通过[^，,。；;]{4,30}$"),
    re.compile("^(?:更好地?|进一步|不断|持续|切实)"),
)


#: With what attitude, which is nothing to be done: 坚持党建引领, 以人民为中心, 全力打造铁军.
_ATTITUDE = re.compile(
    "^(?:(?:始终)?坚持(?!.{0,12}(?:完成|建成|开展))|秉承|秉持|立足|牢记|践行|以[^，]{2,16}为(?:中心|主线|根本|宗旨|目标|抓手|引领)|"
    "(?:全力|奋力|努力|着力|精心)(?:打造|谱写|书写|开创|营造|争创|描绘|续写|推动)|凝心聚力|真抓实干|团结|开拓|锐意)"
)


def _is_wish(clause: str) -> bool:
    bare = plain(clause)
    return any(pattern.search(bare) is not None for pattern in (_WISH, _ABSTRACT, _BETTER, _ATTITUDE))


#: Papers and meetings on the way to the work: a goal of nothing else tells no result.
_ON_THE_WAY = re.compile(
    "(?:召开|印发|下发|制定|撰写|编写|起草|签订|报送|上报|做好|开展)[^，,。；;]{0,12}?(?:会|方案|计划|通知|报告|合同|协议|总结|通报|材料)(?:上报|报送)?$"
    "|(?:督导|检查|管理|资料|动员|总结|档案)[和及与、]?(?:督导|检查|归档|部署|上报|整理|验收)(?:等?(?:各项)?工作)?$"
)
_FEWEST_STEPS = 2
#: A project may be about a meeting, a plan or a report: then that is its result.
_PRODUCTS = re.compile("会议?|论坛|方案|规划|计划|报告|档案|督导|检查")


def _is_on_the_way(clause: str, project: str) -> bool:
    found = _ON_THE_WAY.search(clause)
    return found is not None and not any(word in project for word in _PRODUCTS.findall(found.group()[-_FEWEST_STEPS:]))


_SLOGAN = re.compile(
    "^(?:为了?|通过[^，。；]{2,20}[，,])?(?:进一步|不断|持续|切实|有效|全面|大力|积极|努力|更好地|稳步)*"
    "(?:提高|提升|增强|加强|改善|优化|促进|推动|推进|保障|确保|保证|维护|完善|强化|深化|做好|落实|弘扬|营造|满足|加快)"
)
_STATE = re.compile(
    "《|“|建成|竣工|完工|验收|结题|投入使用|通过(?=[，,。；;]|$|[^，,。；;]{0,8}(?:验收|评[审估定价]|审[核查批计定]|鉴定|认[定证]|考[核评试]|检[测查验]|复核|测评|[初终]验))|(?:验收|评审|审核|鉴定|认定)通过|出版|开通|上线|挂牌|全部|率|不发生|无(?:重大|安全)|零|杜绝|按月|每[年月日季]|底前|年底|年末|月前|年内|[上下]半年"
)


_CLAUSES = re.compile("[，,。；;]")
#: Wishes that end on no noun: 迈上新台阶, 再创佳绩, 落到实处.
_WISH = re.compile("新台阶|新局面|新突破|新成效|新篇章|高质量|佳绩|实处|长足|蓬勃|保驾护航|贡献|屏障")
#: What is put around the name of a project to make a goal of it.
_DOING = re.compile(
    "^(?:顺利|按时|按期|全面|圆满)*(?:完成|开展|做好|实施|推进|保障)|(?:项目|工作|任务|建设)*(?:顺利|正常)?(?:的?(?:开展|实施|完成|推进|进行|任务|工作))*$"
)
#: What can always be said to have been bettered.
_ABSTRACT = re.compile(
    "(?:水平|能力|质量|发展|稳定|环境|权益|需求|需要|所需|生活|工作|运转|运行|进行|开展|条件|资源|秩序|安全|文化|服务|意识|形象|面貌|公平|满意"
    "|支撑|手段|政策|权威性?|精神)$"
)


@check(scope="form")
def goal_checkable(form: Form, *, heads: Lexicon, longest: int = 60) -> Iterator[Hit]:
    """Look for goals that name no number, date, object or state anybody could check at the end of the year.

    Parameters
    ----------
    heads
        Kinds of names: what is an ill.
    longest
        Length in characters beyond which a goal without any number is only pointed out (variant ``long``).

    Yields
    ------
    Hit
        At the goal; variant ``reach`` (impossible in a year), ``assurance``
        (funds or wages are assured), ``name`` (the project's name again), ``tasks`` (what is done, and not how much),
        ``steps`` (meetings and papers on the way),
        ``long``, or none for a slogan.
    """
    goals = [item for item in form.fields if item.path.startswith("goal") and item.text.strip()]
    if not goals:
        raise NotApplicable
    for goal in goals:
        text = squash(goal.text)
        variant = "reach" if _clears_away(text, heads) else _lack(text, longest, form.project_name)
        if variant is not None:
            yield Hit(goal, variant=variant, key="goal")
            # Once a form: both sides mostly print the same sentence.
            return


#: 彻底消除全市家庭纠纷: what people do and what befalls them does not end by a budget.
_CLEARED = re.compile(
    "(?:(?:彻底|完全|永久|根本上?|一举|从此)地?|(?P<all>全面|全部))(?:消除|消灭|根除|杜绝|根治|解决|化解|清除|终结)"
    "(?P<ill>[^，,。；;、]{2,24})"
)
_EVERYWHERE = re.compile("全[国省市县区州盟旗镇乡社]|一切|所有|任何|各类|辖区")
#: 刑事案件零发案, 实现零上访.
_NONE_AT_ALL = re.compile("(?P<ill>[^，,。；;、]{0,16}?)零(?P<none>发案|发生|案件|案发|犯罪|纠纷|投诉|上访|信访|矛盾)")
#: 信访量降为零, 纠纷清零; a stock that was counted can be worked off (信访积案清零).
_TO_NOTHING = re.compile(
    "(?P<ill>[^，,。；;、]{2,16}?)(?:总?[数量])?(?:(?:全部|实现|动态)*(?:清零|归零)|(?:[降减]|下降)[为至到]零)"
)
_COUNTED_STOCK = re.compile("动态|未结|超期|逾期|积|存量|排查|摸排|台账|登记|在册|历史|遗留")
#: What is said of an ill behind its name: 信访事项发生, 矛盾问题.
_SAID_OF_IT = re.compile("(?:事项|问题|现象|事件|行为|总?量|数)*(?:的?发生)?$")
#: Each and every one of them, which 全面 and 全部 alone do not say.
_EACH_OF_THEM = re.compile("一切|所有|任何")
#: What people do to each other or ask for: it comes of itself, unlike an accident of a kind that can be prevented.
_OF_PEOPLE = re.compile("(?:发案|案件|案发|犯罪|违法|纠纷|矛盾|投诉|上访|信访)$")
_GRAVE = re.compile("重大|特大|较大|恶性|群体|责任|进京|赴省|越级|集体|新增|因|引发")
_SENTENCE_END = re.compile("[。；;！!]")


def _clears_away(text: str, heads: Lexicon) -> bool:
    """Whether a goal promises an end to an ill everywhere."""
    for sentence in _SENTENCE_END.split(text):
        everywhere = _EVERYWHERE.search(sentence)
        if everywhere is None:
            continue
        for found in _CLEARED.finditer(sentence):
            ill = _SAID_OF_IT.sub("", plain(found.group("ill")))
            if found.group("all") and not _EACH_OF_THEM.search(ill):
                continue
            if (everywhere.start() < found.start() and _OF_PEOPLE.search(ill)) or _EVERYWHERE.search(ill):
                if _is_ill(ill, heads) and not _GRAVE.search(ill):
                    return True
        for found in _TO_NOTHING.finditer(sentence):
            ill = _SAID_OF_IT.sub("", plain(found.group("ill")))
            if _OF_PEOPLE.search(ill) and not _GRAVE.search(ill) and not _COUNTED_STOCK.search(found.group()):
                return True
        for found in _NONE_AT_ALL.finditer(sentence):
            ill = plain(found.group("ill") + found.group("none").removeprefix("发生"))
            if _OF_PEOPLE.search(ill) and not _GRAVE.search(ill) and everywhere.start() < found.end():
                return True
    return False


def _is_ill(ill: str, heads: Lexicon) -> bool:
    parsed = head_of(ill + "发生率", heads)
    return parsed.polarity == "-" and parsed.stem_kind in ("harm", "slip")


def _lack(text: str, longest: int, project: str) -> str | None:
    """Return the variant of what a goal lacks, ``""`` for a slogan, ``None`` where there is something to check."""
    bare = plain(text)
    if len(bare) < _SHORTEST_GOAL:
        # A sign, 无, 详见附件: the goal is missing, which is another rule's.
        return None
    if _OUT_OF_REACH.search(text):
        return "reach"
    counted = has_number(re.sub(r"(?:19|20)\d\d年?度?", "", text))
    if counted:
        return None
    clauses = [clause for clause in _CLAUSES.split(text) if len(plain(clause)) >= _SHORTEST_CLAUSE]
    if clauses and all(_ASSURANCE.search(clause) for clause in clauses):
        return "assurance"
    if _STATE.search(text):
        return None
    if plain(re.sub(r"(?:19|20)\d\d年?度?", "", _DOING.sub("", bare))) in plain(project):
        return "name"
    if len(bare) > longest:
        return "long"
    # 通过实施安防工程 is how, and says nothing of how much.
    clauses = [clause for clause in clauses if not _MEANS.match(clause)] or clauses
    wishes = [_is_wish(clause) for clause in clauses]
    if all(wishes) and (_SLOGAN.search(text) or len(clauses) > 1):
        return ""
    on_the_way = sum(_is_on_the_way(plain(clause), project) for clause in clauses)
    return "steps" if on_the_way >= _FEWEST_STEPS and 2 * on_the_way >= len(clauses) else "tasks"
