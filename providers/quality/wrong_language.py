"""Whether an answer is in the language that was asked in, or asked for."""

# ruff: noqa: RUF001  (other languages have letters and marks of their own)

from __future__ import annotations

import re
from functools import cache

from providers.quality.assessment import Signal, SignalKind
from providers.quality.language import RELATED, Language, detect, function_words
from providers.quality.prose import without_code, without_quotes
from providers.quality.question import Question

_FEWEST = 4
"""Function words that say what language an answer is in."""
_FEWEST_TOLD = 3
"""The same where the question says which one it wants, as translations are short."""
_FEWEST_ASKED = 2
_WORD = re.compile(r"[^\W\d_]+")
_STEM = 4  # letters
_PLACE = 300
"""Characters of the question's beginning and end: where people say what they want of what they
paste, in their own language."""

# How people name languages, in English, in the language itself, and in its neighbours'.
_NAMES = {
    Language.ENGLISH: "english englisch\\w* anglais\\w* inglés inglese ingl[eê]s engels engelska?"
    " английск\\w* 英语 英文 英語 영어",
    Language.GERMAN: "german deutsch\\w* allemand\\w* alemán tedesco alem[aã]o duits tyska?"
    " немецк\\w* 德语 德文 ドイツ語 독일어",
    Language.FRENCH: "french französisch\\w* français\\w* francés francese franc[eê]s frans"
    " franska? французск\\w* 法语 法文 フランス語 프랑스어",
    Language.SPANISH: "spanish spanisch\\w* espagnol\\w* español castellano spagnolo espanhol"
    " spaans spanska? испанск\\w* 西班牙语 スペイン語 스페인어",
    Language.ITALIAN: "italian italienisch\\w* italien\\w* italiano italiaans italienska?"
    " итальянск\\w* 意大利语 イタリア語 이탈리아어",
    Language.PORTUGUESE: "portuguese portugiesisch\\w* portugais\\w* portugués portoghese"
    " portugu[eê]s португальск\\w* 葡萄牙语 ポルトガル語",
    Language.DUTCH: "dutch niederländisch\\w* holländisch\\w* néerlandais\\w* holandés neerlandés"
    " olandese holand[eê]s nederlands голландск\\w* 荷兰语",
    Language.SWEDISH: "swedish schwedisch\\w* suédois\\w* sueco svedese zweeds svenska шведск\\w*"
    " 瑞典语",
    Language.DANISH: "danish norwegian dänisch\\w* norwegisch\\w* danois\\w* norvégien\\w* danés"
    " noruego danese dansk\\w* norsk\\w*",
    Language.POLISH: "polish polnisch\\w* polonais\\w* polaco polacco polski\\w* польск\\w* 波兰语",
    Language.TURKISH: "turkish türkisch\\w* turc turco türkçe турецк\\w* 土耳其语",
    Language.FINNISH: "finnish finnisch\\w* finnois finés finlandese suomeksi финск\\w*",
    Language.CZECH: "czech tschechisch\\w* tchèque checo ceco česky чешск\\w*",
    Language.RUSSIAN: "russian russisch\\w* russe ruso russo русск\\w* 俄语 ロシア語 러시아어",
    Language.UKRAINIAN: "ukrainian ukrainisch\\w* ukrainien\\w* ucraniano ucraino українськ\\w*"
    " украинск\\w*",
    Language.GREEK: "greek griechisch\\w* grec griego greco ελληνικά греческ\\w* 希腊语",
    Language.ARABIC: "arabic arabisch\\w* arabe árabe arabo العربية арабск\\w* 阿拉伯语",
    Language.HEBREW: "hebrew hebräisch\\w* hébreu hebreo ebraico עברית иврит\\w*",
    Language.HINDI: "hindi हिन्दी хинди",
    Language.THAI: "thai thailändisch\\w* thaï tailandés ไทย",
    Language.CHINESE: "chinese mandarin chinesisch\\w* chinois\\w* chino cinese chinês китайск\\w*"
    " 中文 汉语 中国語 중국어",
    Language.JAPANESE: "japanese japanisch\\w* japonais\\w* japonés giapponese japonês японск\\w*"
    " 日语 日文 日本語 일본어",
    Language.KOREAN: "korean koreanisch\\w* coréen\\w* coreano корейск\\w* 韩语 韩文 韓国語 한국어",
    Language.LATIN: "latin\\w* lateinisch\\w* latein латинск\\w* 拉丁语",
}
_DIRECTIVE = (
    r"(?:\b(?:answer|reply|respond|write|speak|translat\w*|explain|say|put|render|tell|describe"
    r"|summari[sz]e"
    r"|antwort\w*|übersetz\w*|schreib\w*|erklär\w*|sag\w*|beantwort\w*|réponds|répondez|tradui\w*"
    r"|écri[st]\w*|expli\w*"
    r"|dit-on|responde|traduce|traduz\w*|traduci\w*|escrib\w*|escrev\w*|scriv\w*|rispond\w*|dice"
    r"|spiega|перевед\w*|ответ\w*"
    r"|напиш\w*|скаж\w*)\b(?:(?![.?!]\s)[^\n:]){0,90}?\b(?:in(?:to)?|to|auf|ins?|nach|en|vers|al|a"
    r"|em|para o|na|на|по)"
    r"\s+(?:the |das |l['’]|lo |el |o )?)"
)


def wrong_language(question: Question, text: str) -> Signal | None:
    """Return a signal when an answer is in a language that nobody asked for.

    Args:
        question: what was asked. A language that it names, or that its beginning or end is in, is
            fine, unless it says which one it wants.
        text: the answer.
    """
    told = _told(question.text) or _told(question.system)
    wanted = frozenset({told}) if told is not None else _spoken(question)
    if not wanted:
        return None
    prose = without_quotes(without_code(text[:3_000]))
    given = detect(prose, fewest=_FEWEST_TOLD)
    if given is None or given in wanted:
        return None
    if told is None:
        if detect(prose, fewest=_FEWEST) is None:
            return None
        wanted |= _named(question.text)
        if given in wanted:
            return None
    if any(given in family and wanted & family for family in RELATED):
        return None
    hits = function_words(prose)
    if any(hits.get(language, 0) * 2 > hits.get(given, 0) for language in wanted if given in hits):
        return None  # both: a lesson, or a translation with its original
    asked = " or ".join(sorted(language.value for language in wanted))
    return Signal(SignalKind.WRONG_LANGUAGE, 0.6, f"is in {given.value}, not {asked}")


def _spoken(question: Question) -> frozenset[Language]:
    """Return the languages that a question is in."""
    spoken = without_quotes(without_code(question.text))
    parts = [spoken] if len(spoken) <= _PLACE else [spoken[:_PLACE], spoken[-_PLACE:], spoken]
    found = {detect(part, fewest=_FEWEST_ASKED) for part in parts}
    return frozenset(language for language in found if language is not None)


def _told(text: str) -> Language | None:
    """Return the language that a text says the answer should have."""
    if not text or not _may_name(text):
        return None
    found = _directives().search(text) or _eastern().search(text)
    if found is None:
        return None
    return Language[found.lastgroup] if found.lastgroup else None


def _named(text: str) -> frozenset[Language]:
    if not _may_name(text):
        return frozenset()
    names = (match.lastgroup for match in _any_name().finditer(text))
    return frozenset(Language[name] for name in names if name)


def _may_name(text: str) -> bool:
    """Whether a search for a language's name is worth its time: most questions hold none."""
    stems, others = _stems()
    words = _WORD.findall(text.lower())
    if any(word[:_STEM] in stems for word in words):
        return True
    return not text.isascii() and any(name in text for name in others)


@cache
def _stems() -> tuple[frozenset[str], tuple[str, ...]]:
    """Return how names begin, and those of scripts that put no space around them."""
    names = [name for several in _NAMES.values() for name in several.split()]
    spaced = [name for name in names if name[0] < "\u0590"]
    return (
        frozenset(name[:_STEM] for name in spaced),
        tuple(name for name in names if name[0] >= "\u0590"),
    )


def _names() -> str:
    return "|".join(
        f"(?P<{language.name}>{'|'.join(names.split())})" for language, names in _NAMES.items()
    )


@cache
def _any_name() -> re.Pattern[str]:
    # Chinese and Japanese put no space around a name, so no boundary is asked for there.
    return re.compile(rf"(?:(?<![a-zà-ÿ])|(?<=[l]['’]))(?:{_names()})(?![a-zà-ÿ])", re.IGNORECASE)


@cache
def _directives() -> re.Pattern[str]:
    return re.compile(rf"{_DIRECTIVE}(?:{_names()})(?!\w)", re.IGNORECASE)


@cache
def _eastern() -> re.Pattern[str]:
    return re.compile(rf"(?:翻译成|翻譯成|译成|用|以)\s*(?:{_names()})", re.IGNORECASE)
