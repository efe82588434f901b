"""Makes ``indicators/report/fonts/summary.ttf``, the font of the pages we add to a PDF, out of Noto Sans CJK.

``python -m bench.font NotoSansCJK-Regular.ttc`` needs fontTools, which nothing else here needs. The source is the file of
Debian's package ``fonts-noto-cjk`` (SIL Open Font License 1.1, see ``OFL.txt`` beside the result). Outlines become
quadratic and hints, layout and vertical tables are dropped: what is left is what a PDF embeds.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

TARGET = Path(__file__).resolve().parent.parent / "indicators" / "report" / "fonts" / "summary.ttf"
#: The face of simplified Chinese in the collection.
_FACE = 2
#: Largest distance of a quadratic outline from the cubic one, in thousandths of the size.
_ERROR = 2.0
_SIGNS = "·…—–“”‘’→←−≥≤≠≈±×÷‰℃㎡㎞㎏㎎㎜㎝㎥㎢¥￥①②③④⑤⑥⑦⑧⑨⑩■●○□▲△★☆〓　°′″№～﹪ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ"
#: Characters of names of people and places that GB 2312 lacks.
_NAMES = (
    "镕喆垚堃赟祎翀玥珺璟昇炘頔昉晞旸暐晔曦昶玚珩珮珣琰琎瑄瑀瑨璐璘璠璇璩祺祐祜禛禔竑竣筠箐綦翊翙翚翾芃芊芮苡茗荀莜莘菡萱葳蓁蓓蔚"
    "薇藜蘅蘧衎裎褀訢詝诚谖谞贇赪跞轶逯郗郄鄢鄱酃醴钊钲钰铖铨铷锜锟锬镒镠闵闾阚陟隽霈霁霂靳韫韬颀颢飏骁骐骢鲲鹍麒黟鼐龑"
    "圳圩圪坂坨坭垌垭垴埇埕埗埭埼堉堌堠塅塬墉嵊嵩嵛崂崮嶂峪岙岞峁峄峣峤峧嶝巉巘庹庾廋廑廒弋彧忻怿恽悝惇愔慜懋懿扈抟捷掾揆揭摅"
    "斛旃昃昇昊昕昳晅晟暄暾曌朐杪枞枧枳柘柞栎栟桁桉桠梓棣椁楂楠楸榉榕榛槐樊樨橹檗檩汀汨汭沁沂沅沆沇沣沭泃泜泠泷泺洑洙洮洱洸浈浐"
    "浔浛浠浯涞涟涢涪淄淅淇淏淙淝淠淦渌渑渚渼湉湍湑湜湫湲湟溆溇溍溏溧溱滁滂滆滏滘漕漖漳漷潆潋潍潞潢潴潼澂澄澍澧濂濉濋濠濡瀍瀑瀛"
    "瀣灏灞炅炜炟炫烜烨烺焌焓焘焜煊煜煦熠熹燊燚爻犍狄猗猷獐玎玏玕玙玠玢玦玮玶珂珅珈珏珑珙珞珥珧珲珵琅琇琊琏琚琛琤琦琨琪琬琮琯琳琼瑁"
    "瑗瑛瑜瑞瑟瑢瑭瑱瑶瑾璀璁璋璎璜璞璟璧璨瓒甬畈畲畹皋皓皖皞皤盂盱睢睿瞿矍砀砚砼硖碇碚碣碶磐磴礐礽祁祎祚祛祢祯祲祾禄禧禹秭稔穗窠"
    "竺笪筱箬簋簏籴粼粲糁紘絜缙缜缦罡羌羲翎翥翮耒耜聃聿肇胥膑臧舢舸艮芈芗芙芡芪苋苌苓苕苜茆茌茏茜茯荃荇荥荻莒莙莪莳菀菁菏菖菟菥"
    "菪萁萏蒗蒯蒲蓥蓼蔺蕖蕲薰藁藿蘖虔虢虬蚌蛟蜃螺蠡衢袤裔襄覃觐訾诏诒诠谌谡谯豳豸貔贲赉赟辋辚邈邕邗邛邙邡邰邳邴邵郇郅郏郐郓郚郜郡"
    "郢郧郫郯郴鄄鄌鄞鄠鄯鄹酆酉醪釐鋆錡鑫钜铄铎铢铧锳锷锺镐镔镛闫闳阆阊阌阏陂陉陇隗隰雎雒霅霨靖靰鞑顼颙颛馥骅骋骝骞魏鲁鳌鸠鸢鹞"
    "麓黎黔黛黼鼎䶮㟃㙟㙍"
)


def characters() -> set[str]:
    """Return what the font has signs for: GB 2312, Latin, full-width signs, and the rarer ones of names and units."""
    found = {chr(code) for code in (*range(0x20, 0x7F), *range(0xFF01, 0xFF5F))} | set(_SIGNS) | set(_NAMES)
    for high in range(0xA1, 0xF8):
        for low in range(0xA1, 0xFF):
            try:
                found.add(bytes((high, low)).decode("gb2312"))
            except UnicodeDecodeError:
                continue
    return found


def made(source: Path) -> Any:
    """Return the font."""
    from fontTools import subset
    from fontTools.ttLib import TTFont

    font = TTFont(source, fontNumber=_FACE if source.suffix == ".ttc" else -1)
    options = subset.Options(hinting=False, layout_features=[], notdef_outline=True, glyph_names=False)
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "BASE", "VORG", "vhea", "vmtx", "DSIG"]
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    cutter = subset.Subsetter(options)
    cutter.populate(text="".join(characters()))
    cutter.subset(font)
    _quadratic(font)
    font.recalcTimestamp = False
    return font


def _quadratic(font: Any) -> None:
    """Replace the cubic outlines, which pdfium cannot embed in part, by quadratic ones."""
    from fontTools.pens.cu2quPen import Cu2QuPen
    from fontTools.pens.ttGlyphPen import TTGlyphPen
    from fontTools.ttLib import newTable

    order, shapes = font.getGlyphOrder(), font.getGlyphSet()
    table = newTable("glyf")
    table.glyphOrder, table.glyphs = order, {}
    for name in order:
        pen = TTGlyphPen(None)
        shapes[name].draw(Cu2QuPen(pen, _ERROR, reverse_direction=True))
        table.glyphs[name] = glyph = pen.glyph()
        if glyph.numberOfContours:
            glyph.recalcBounds(table)
        font["hmtx"][name] = (font["hmtx"][name][0], getattr(glyph, "xMin", 0))
    font["loca"], font["glyf"] = newTable("loca"), table
    limits = font["maxp"]
    limits.tableVersion = 0x10000
    for name in (
        "maxTwilightPoints", "maxStorage", "maxFunctionDefs", "maxInstructionDefs", "maxStackElements",
        "maxSizeOfInstructions", "maxComponentElements", "maxPoints", "maxContours", "maxCompositePoints",
        "maxCompositeContours", "maxComponentDepth",
    ):  # fmt: skip
        setattr(limits, name, 0)
    limits.maxZones = 1
    del font["CFF "]
    font.sfntVersion = "\0\1\0\0"
    font["post"].formatType = 3.0
    font["head"].glyphDataFormat = 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", type=Path)
    font = made(parser.parse_args().source)
    TARGET.parent.mkdir(exist_ok=True)
    font.save(TARGET)
    print(f"{TARGET}: {len(font.getGlyphOrder())} glyphs, {TARGET.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
