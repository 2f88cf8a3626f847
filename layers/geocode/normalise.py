"""One spelling for an address: width, brackets, Chinese numerals and the words for units."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["beside", "normalise"]

_RADICALS = str.maketrans(
    dict(
        zip(
            "⺁⺇⺌⺎⺏⺐⺝⺟⺠⺫⺮⺶⺷⻁⻄⻅⻆⻉⻊⻋⻌⻍⻎⻏⻑⻒⻓⻔⻖⻗⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻬⻮⻰⻳",
            "厂几小兀尢尢月母民目竹羊羊虎西见角贝足车辶辶辶阝长长长门阝雨青韦页风飞食马骨鬼鱼鸟卤麦黄齐齿龙龟",
            strict=True,
        )
    )
)
"""CJK Radicals Supplement: they look like characters, and NFKC leaves them as they are."""
_CAPITALS = str.maketrans("abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_BESIDE = r"附近|旁边|旁|对面|斜对面|隔壁|门口|后面|前面|背后|路口|交叉口"
_REMARK = re.compile(rf"\([^()]*\)|【[^【】]*(?:{_BESIDE})】|\[[^\[\]]*(?:{_BESIDE})\]")
_TITLE = re.compile(
    r"^(?:(?:现|常|家庭|户籍|户口|联系|详细|居住|通讯|收货|单位|房屋|经营|注册)*(?:住址|地址|所在地|住所)|地点|位置)(?:是|为|[:：])?"
    r"|^(?:家住|现住|住在|位于)|^住(?=云南|.{2,5}[省州市县区])"
)
_PHASE = re.compile(r"\(([第一二三四五六七八九\d]{1,3}[期区])\)")
_CONTACT = re.compile(r"(?:联系人|收件人|收货人|户主|联系电话|电话|手机|TEL)(?!\d).*$")
_NOT_ADDRESS = re.compile(r"[\s,.;:'\"!?/\\|_*，。；：、！？“”‘’【】\[\]「」《》<>()·・\ufffd]")
_PHONE = re.compile(r"(?<!\d)(?:\+?86-?)?1[3-9]\d-?\d{4}-?\d{4}(?!\d)|(?<!\d)0\d{2,3}-\d{7,8}(?!\d)")
_NEAR_IT = re.compile(
    r"(?<=[号栋幢座室房户元楼层\d院])\s*((?:的?(?:斜对面|对面|附近|旁边?|隔壁|后面|前面|背后)|[往向][东南西北]{1,2}\d+米).{0,12})$"
)
_AT_END = re.compile(rf"(?<=.{{4}})(?:的?(?:{_BESIDE}))$")
_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "○": 0}
_FIGURE = "零〇○一二两三四五六七八九十百"
_UNIT = (
    rf"[房户]$|[#付附]|门(?=[{_FIGURE}\d])|号(?!(?:公)?[路街巷线])|社(?![区会村])|[栋幢座层室组]|楼(?!村|社区)"
    r"|单元|村民小组|小组|合作社|生产队|队(?!伍)"
)
_NUMERAL = re.compile(
    rf"[{_FIGURE}]+(?={_UNIT})|(?<=[栋层室组号附付元])[{_FIGURE}]+$|(?<=[路街巷道弄])[{_FIGURE}]+$"
    rf"|(?<=[路街道段])[{_FIGURE}]+(?=[巷弄])|(?<=[栋层室号元])[零〇○一二三四五六七八九]{{3,4}}(?=[^{_FIGURE}路街巷])"
)
_SYNONYMS = (
    ("牌", re.compile(r"门牌(?:号码?)?(?=\d)"), ""),
    ("楼幢座栋", re.compile(r"(?<=[\dA-Z])(?:号[楼栋幢座]|#[楼栋幢座]|幢楼?|座楼?|栋楼|楼(?=\d+(?:单元|门\d)))"), "栋"),
    ("#", re.compile(r"(?<=\d)#"), "号"),
    ("#", re.compile(r"#"), ""),
    ("门", re.compile(r"(?<=\d)门(?=\d|$)"), "单元"),
    ("组社队", re.compile(r"第?(\d+)(?:村民小组|小组|合作社|生产队|社(?![区会村])|队(?!伍))"), r"\1组"),
    ("第", re.compile(r"第(?=\d)"), ""),
    ("楼", re.compile(r"(?<=\d)楼(?!村|社区)"), "层"),
    ("户", re.compile(r"(?<=组)(\d+)户(?!\d)"), r"\1号"),
    ("房户", re.compile(r"(?<=\d)(?:号房|号户|房间|房|户)(?=$|[^\d号栋单])"), "室"),
    ("付", re.compile(r"付(?=\d)"), "附"),
    ("—–－−~至", re.compile(r"(?<=[\dA-Z])[—–－−~至](?=\d)|[—–－−~]"), "-"),
    ("-", re.compile(r"(?<![\dA-Z])-+|-+(?![\dA-Z])"), ""),
    ("组社村", re.compile(r"(?<=[^\d第]{2})(?:村民小组|小组|合作社|自然村)(?=\d|$)"), ""),
)
"""One of these characters is there, the pattern, and what is written instead."""
_HINTS = frozenset("".join(hint for hint, _, _ in _SYNONYMS))
_PLAIN = re.compile(r"[\u4e00-\u9fff\dA-Z-]*", re.ASCII)
_FIGURE_PHASE = re.compile(r"(?<!\d)第?([1-9])期")
_MOST_ROUNDS = 8
_CHARACTERS = _RADICALS | _CAPITALS
_BRACKET = re.compile(r"[(\[【]")
_LONG_NUMBER = re.compile(r"\d[\d-]{9}")
"""No telephone number is shorter."""
_CONTACT_CHARS = frozenset("联收户电手T")
_LAST_CHARS = frozenset("近旁边面壁口")
_NEAR_CHARS = frozenset("附旁对斜隔后前背往向")
_FIRST_CHARS = frozenset("现常家户联详居通收单房经注住地位")


def normalise(text: str) -> str:
    """The address in one spelling, without spaces, punctuation, bracketed remarks, contacts and phone numbers.

    Chinese numerals become digits only right before the word of a unit or at the end after one, so that the names
    三一街 and 九龙社区 survive. What is normalised stays as it is. Linear in the length of the text.
    """
    plain = _once(text)
    for _ in range(_MOST_ROUNDS if plain != text else 0):
        again = _once(plain)
        if again == plain:
            break
        plain = again
    return plain


def beside(text: str) -> str | None:
    """The words at the end by which a text means not the place it names but one near it: 5号对面, 5号往北50米."""
    if _NEAR_CHARS.isdisjoint(text):
        return None
    found = _NEAR_IT.search(_REMARK.sub("", unicodedata.normalize("NFKC", text)))
    return found[1] if found else None


def _once(text: str) -> str:
    """Each pattern is asked for only where one of the characters is there that it needs."""
    plain = text if _PLAIN.fullmatch(text) else _without_marks(text)
    plain = _without_remarks(plain)
    chars = set(plain)
    if "期" in chars:
        plain = _FIGURE_PHASE.sub(lambda match: "一二三四五六七八九"[int(match[1]) - 1] + "期", plain)
    if not chars.isdisjoint(_FIGURE):
        plain = _NUMERAL.sub(lambda match: _number(match[0]), plain)
    hints = chars & _HINTS
    for hint, pattern, standard in _SYNONYMS if hints else ():
        if not hints.isdisjoint(hint):
            plain = pattern.sub(standard, plain)
    return plain


def _without_marks(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).translate(_CHARACTERS)
    if _BRACKET.search(plain):
        plain = _REMARK.sub("", _PHASE.sub(r"\1", plain))
    if _LONG_NUMBER.search(plain):
        plain = _PHONE.sub("", plain)
    return _NOT_ADDRESS.sub("", plain)


def _without_remarks(plain: str) -> str:
    if not _CONTACT_CHARS.isdisjoint(plain):
        plain = _CONTACT.sub("", plain)
    if plain[-1:] in _LAST_CHARS:
        plain = _AT_END.sub("", plain)
    if _LONG_NUMBER.search(plain):
        plain = _PHONE.sub("", plain)
    return _TITLE.sub("", plain) if plain[:1] in _FIRST_CHARS else plain


def _number(numeral: str) -> str:
    """The digits of a numeral below 1000 (一百二十三, 十二), or of one read figure by figure (五〇一)."""
    if not {"十", "百"} & set(numeral):
        return "".join(str(_DIGITS[char]) for char in numeral)
    hundreds, hundred, below = numeral.rpartition("百")
    tens, ten, ones = below.lstrip("零〇○").rpartition("十")
    if max(map(len, (hundreds, tens, ones))) > 1 or {"十", "百"} & {hundreds, tens, ones}:
        return numeral
    value = 100 * _DIGITS.get(hundreds, 1) if hundred else 0
    value += 10 * _DIGITS.get(tens, 1) if ten else 0
    return str(value + _DIGITS.get(ones, 0))
