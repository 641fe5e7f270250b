"""Whether an answer declines to answer."""

# ruff: noqa: RUF001  (other languages have letters and marks of their own)

from __future__ import annotations

import re
from functools import cache

from providers.events import FinishKind, StreamFinished
from providers.quality.assessment import Signal, SignalKind
from providers.quality.question import Question

_LOOKED_AT = 220
"""Characters at the beginning where a refusal is."""
_WHOLE = 320
_LONGEST = 700
"""Characters beyond which an answer that begins with a refusal has gone on to answer."""

# The openings of refusals as they are known from XSTest (Roettger et al., NAACL 2024) and
# "Do-Not-Answer" (Wang et al., Findings of EACL 2024), and their like in other languages.
_SORRY = (
    r"(?:(?:unfortunately|regrettably|i(?:['’]m| am) (?:\w+ )?sorry|sorry|i apologi[sz]e"
    r"|(?:my )?apologies"
    r"|as an? (?:ai|artificial|language)[\w ]*|i(?:['’]m| am) (?:just |only )?an ai[\w ]*)"
    r"[,.:;–—-]*\s*(?:but|so|and|that)?\s*)*"
)
_ENGLISH = (
    _SORRY + r"i(?:(?:['’]m| am) (?:not able|unable|not allowed|not permitted) to"
    r"| (?:can(?:no|['’])t|can not"
    r"|won['’]t|will not|must (?:\w+ )?decline|have to decline|don['’]t feel comfortable)"
    r"(?: be able to)?)\s*(?:\w+ly )?(?:to |be )?(?:help(?:ing)? (?:you|with)|help\b(?=[.!]|$)"
    r"|assist|provide|fulfil|comply|answer"
    r"|create|write|shar|do (?:that|this|so)|discuss|generat|offer|engage|continue with|respond"
    r"|support|produce|recommend|participate|complete (?:that|this)|process|accommodat|fulfill"
    r"|give)"
    r"|(?:this|that|your) request (?:violates|goes against|cannot be)|this content (?:violates"
    r"|was blocked)"
)
_OTHERS = (
    r"(?:(?:es )?tut mir (?:sehr )?leid|leider|entschuldigung|als (?:ki|sprachmodell"
    r"|künstliche)[\w-]*)"
    r"[^.!?\n]{0,60}?\b(?:kann|darf|werde|möchte)\b[^.!?\n]{0,60}\b(?:nicht|keine?n?|nichts)\b"
    r"|(?:das|dabei|damit) (?:kann|darf) ich (?:dir |ihnen )?(?:leider )?nicht (?:helfen"
    r"|beantworten|tun|erfüllen)"
    r"|(?:(?:je suis |je vous prie )?(?:vraiment )?(?:désolée?|navrée?|regrette)|malheureusement"
    r"|en tant qu['’]ia|excusez-moi)"
    r"[^.!?\n]{0,40}?\bje ne (?:peux|puis|suis)\b|je ne (?:peux"
    r"|suis pas en mesure de) pas (?:vous |t['’])?(?:aider|répondre)"
    r"|(?:lo siento|lamento|lamentablemente|desafortunadamente|como (?:ia"
    r"|modelo)[\w ]*)[^.!?\n]{0,40}?\bno (?:puedo|me es posible)\b"
    r"|no puedo (?:ayudar|cumplir|responder|proporcionar|hacer eso)"
    r"|(?:mi dispiace|purtroppo|spiacente|come (?:ia|modello)[\w ]*)[^.!?\n]{0,40}?\bnon (?:posso"
    r"|sono in grado)\b"
    r"|non posso (?:aiutart?i?|soddisfare|rispondere|fornire|farlo)"
    r"|(?:desculpe|sinto muito|infelizmente|lamento|como (?:ia"
    r"|modelo)[\w ]*)[^.!?\n]{0,40}?\bnão (?:posso|consigo)\b"
    r"|não posso (?:ajudar|atender|responder|fornecer|fazer isso)"
    r"|(?:het spijt me|sorry|helaas)[^.!?\n]{0,40}?\bkan ik\b[^.!?\n]{0,40}\bniet\b"
    r"|(?:tyvärr|förlåt|desværre|beklager)[^.!?\n]{0,40}?\b(?:kan ja?g|ja?g kan|kan jeg"
    r"|jeg kan)\b[^.!?\n]{0,40}\b(?:inte|ikke)\b"
    r"|(?:przepraszam|niestety|przykro mi)[^.!?\n]{0,40}?\bnie mogę\b"
    r"|(?:извините|простите|к сожалению|прошу прощения)[^.!?\n]{0,40}?\bне (?:могу|можем"
    r"|в состоянии)\b"
    r"|я не могу (?:помочь|ответить|выполнить|предоставить)"
    r"|(?:抱歉|对不起|對不起|很遗憾|作为(?:一个)?(?:ai|人工智能))[^。！？\n]{0,20}?(?:不能|无法|無法|不可以)|我(?:不能|无法|無法)(?:回答"
    r"|提供|满足|协助|帮助)"
    r"|(?:申し訳|すみません|すいません|ごめんなさい|恐れ入りますが)[^。！？\n]{0,40}?(?:できません|お応え|お答えし|かねます)"
    r"|(?:죄송|미안)[^.!?\n]{0,50}?(?:없습니다|수 없|어렵습니다)"
    r"|(?:عذر|آسف|أعتذر)[^.!؟\n]{0,40}?(?:لا أستطيع|لا يمكنني)"
)
_OPENING = re.compile(rf"\s*(?:{_ENGLISH}|{_OTHERS})", re.IGNORECASE)
_SPEAKS_OF_IT = re.compile(
    r"\b(?:refus\w*|declin\w*|apolog\w*|translat\w*|ablehn\w*|absag\w*|übersetz\w*|tradu\w*"
    r"|rechaz\w*|rifiut\w*|recus\w*"
    r"|перевед\w*|отказ\w*)\b|翻译|翻訳|번역|拒绝",
    re.IGNORECASE,
)
_DECLINED = frozenset({FinishKind.REFUSAL, FinishKind.CONTENT_FILTER})


def refusal(question: Question, text: str, finish: StreamFinished) -> Signal | None:
    """Return a signal when an answer declines to answer.

    Only a short answer that begins with the words is one: longer ones speak about refusing, or
    decline a part. Where the question holds such words itself they were asked for.

    Args:
        question: what was asked.
        text: the answer.
        finish: how its stream ended.
    """
    if finish.kind in _DECLINED:
        ending = (
            "was stopped by a filter" if finish.kind is FinishKind.CONTENT_FILTER else "declines"
        )
        return Signal(SignalKind.REFUSAL, 0.8, ending)
    if len(text) > _LONGEST:
        return None
    match = _OPENING.match(text[:_LOOKED_AT])
    if match is None or _asks_for_one(question.text):
        return None
    return Signal(SignalKind.REFUSAL, 0.8 if len(text) <= _WHOLE else 0.5, "declines to answer")


def _asks_for_one(question: str) -> bool:
    asked = question[:2_000]
    return _SPEAKS_OF_IT.search(asked) is not None or _anywhere().search(asked) is not None


@cache
def _anywhere() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{_ENGLISH}|{_OTHERS})", re.IGNORECASE)
