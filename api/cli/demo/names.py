"""Invented names. The family names are words for clouds, inks and shores, borne by next to nobody;
given names and firms are put together from poetry. All carry a mark of the demo where it shows.
"""

from typing import Final

from api.cli.demo.chance import Chance

FAMILY_NAMES: Final = (
    ("岫", "Xiu"),
    ("岚", "Lan"),
    ("汀", "Ting"),
    ("屿", "Yu"),
    ("砚", "Yan"),
    ("筱", "Xiao"),
    ("溪", "Xi"),
    ("霁", "Ji"),
    ("霖", "Lin"),
    ("梧", "Wu"),
    ("荻", "Di"),
    ("泠", "Ling"),
    ("曦", "Xi"),
    ("黛", "Dai"),
    ("墨", "Mo"),
)
GIVEN_NAMES: Final = (
    ("听松", "Tingsong"),
    ("采薇", "Caiwei"),
    ("揽月", "Lanyue"),
    ("枕流", "Zhenliu"),
    ("停云", "Tingyun"),
    ("拾翠", "Shicui"),
    ("倚竹", "Yizhu"),
    ("沐雨", "Muyu"),
    ("踏雪", "Taxue"),
    ("寻梅", "Xunmei"),
    ("临风", "Linfeng"),
    ("弄笛", "Nongdi"),
    ("问渠", "Wenqu"),
    ("归雁", "Guiyan"),
    ("照水", "Zhaoshui"),
    ("扫叶", "Saoye"),
    ("煮茶", "Zhucha"),
    ("观鱼", "Guanyu"),
    ("眠鸥", "Mian'ou"),
    ("折柳", "Zheliu"),
    ("栖霞", "Qixia"),
    ("疏桐", "Shutong"),
    ("流萤", "Liuying"),
    ("鸣泉", "Mingquan"),
    ("晚舟", "Wanzhou"),
)
FIRM_NAMES: Final = (
    ("折桂", "Zhegui"),
    ("衔泥", "Xianni"),
    ("渡月", "Duyue"),
    ("抱朴斋", "Baopuzhai"),
    ("藏海", "Canghai"),
    ("九皋", "Jiugao"),
    ("半亩塘", "Banmutang"),
    ("千帆渡", "Qianfandu"),
    ("知更", "Zhigeng"),
    ("云梯", "Yunti"),
)
FIRM_KINDS: Final = (
    ("资产管理", "Asset Management"),
    ("财务", "Treasury"),
    ("养老基金", "Pension Fund"),
    ("投资", "Investment"),
)
MARK_ZH: Final = "（演示）"
MARK_EN: Final = "(demo)"


def person_names(chance: Chance, count: int) -> list[str]:
    """So many different people, in a Chinese and a Latin form."""
    everybody = [
        f"{family_zh}{given_zh}{MARK_ZH} {family_en} {given_en}"
        for family_zh, family_en in FAMILY_NAMES
        for given_zh, given_en in GIVEN_NAMES
    ]
    return chance.sample(everybody, count)


def firm_names(chance: Chance, count: int) -> list[str]:
    """So many different institutions, in both languages."""
    every_firm = [
        f"{name_zh}{kind_zh}{MARK_ZH} {name_en} {kind_en} {MARK_EN}"
        for name_zh, name_en in FIRM_NAMES
        for kind_zh, kind_en in FIRM_KINDS
    ]
    return chance.sample(every_firm, count)
