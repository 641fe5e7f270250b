"""The forms of an answer that a question can ask for, told from its words.

Only what is said plainly counts: an order ("list 5 rivers", "in at most ten words"), not a
question about a form ("what is JSON?"). A wish that is missed does no harm; one that was never
said makes a good answer look bad.
"""

# ruff: noqa: RUF001  (other languages have letters and marks of their own)

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from providers.quality.question import Question


class Form(StrEnum):
    """A form that can be asked for."""

    JSON = "json"
    TABLE = "table"
    CODE = "code"
    BULLETS = "bullets"
    ITEMS = "items"
    ONE_WORD = "one word"
    YES_OR_NO = "yes or no"
    WORDS = "words"
    SENTENCES = "sentences"
    CHARACTERS = "characters"


@dataclass(frozen=True, slots=True)
class Wish:
    """One form that was asked for; ``count`` says how many where that matters."""

    form: Form
    count: int = 0


_NUMBERS = {
    word: number
    for number, words in {
        1: "one single a ein einen einem einer eine einzigen un une una uno um uma один одним одно",
        2: "two zwei deux dos due dois duas два две",
        3: "three drei trois tres tre três три",
        4: "four vier quatre cuatro quattro quatro четыре",
        5: "five fünf cinq cinco cinque пять",
        6: "six sechs seis sei шесть",
        7: "seven sieben sept siete sette sete семь",
        8: "eight acht huit ocho otto oito восемь",
        9: "nine neun neuf nueve nove девять",
        10: "ten zehn dix diez dieci dez десять",
        12: "twelve zwölf douze doce dodici doze двенадцать",
        15: "fifteen fünfzehn quinze quince quindici пятнадцать",
        20: "twenty zwanzig vingt veinte venti vinte двадцать",
    }.items()
    for word in words.split()
}
_N = rf"(?P<n>\d{{1,4}}|{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})"
_GIVE = (
    r"(?:give|make|show|create|put|present|format|return|output|reply|respond|answer|produce|write"
    r"|generate|provide|list"
    r"|compare|arrange|gib|zeig\w*|erstell\w*|mach\w*|antwort\w*|schreib\w*|stell\w*|formatier\w*"
    r"|donne\w*|fais|montre\w*|crée\w*"
    r"|réponds|présente\w*|dame|haz|crea|muestra|responde|devuelve|fammi|dammi|mostra\w*|rispondi"
    r"|faça|dê|сделай|дай|покажи|выведи|ответь)"
)
_ABOUT = re.compile(
    r"\s*(?:how (?:do|can|would|does|to|is)|what(?:['’]s| is| are| does)|why|when should|is there"
    r"|explain what"
    r"|wie (?:kann|mache|funktioniert|gebe)|was (?:ist|sind)|warum|comment|qu['’]est-ce|pourquoi"
    r"|cómo|qué es|por qué|come (?:si|posso)"
    r"|cos['’]è|como|что такое|как|почему)\b"
)
_PATTERNS = {
    Form.JSON: rf"\b{_GIVE}\b[^.?!\n]{{0,60}}\bjson\b(?! (?:to|into|nach|en|a)\b)|\bto json\b"
    rf"|\b(?:in|as|only|valid|als|en|im|como|in formato|в формате) (?:valid )?json\b",
    Form.TABLE: rf"\b{_GIVE}\b[^.?!\n]{{0,60}}\b(?:table|tabelle|tableau|tabla|tabella|tabela"
    rf"|таблиц\w+)\b(?! of contents| tennis)"
    r"|\b(?:in|into|as|als|en|in forma di) (?:a |an |einer? |un |una |une )?(?:markdown )?(?:table"
    r"|tabelle|tableau|tabla|tabella|tabela)\b",
    Form.CODE: r"\b(?:write|implement|code|schreib\w*|programmier\w*|écri[st]\w*|escrib\w*"
    r"|scriv\w*|escrev\w*|напиш\w*)\b[^.?!\n]{0,60}"
    r"\b(?:python|javascript|typescript|java|rust|golang|go|c\+\+|c#|kotlin|swift|php|ruby|sql"
    r"|bash|shell|html|css|regex)(?!\w)"
    r"[^.?!\n]{0,40}",
    Form.BULLETS: r"\b(?:as|in|with|use|using|als|in form von|sous forme de|en|con|como"
    r"|a) (?:a )?(?:\w+ )?(?:bullet(?:s|ed| points?| list)?|numbered list"
    r"|stichpunkte\w*|aufzählung|liste à puces|puces|viñetas|lista numerada|elenco puntato)\b"
    r"|\bbullet(?:ed)?[ -](?:list|points)\b",
    Form.ITEMS: rf"(?:^|[.!?:\n]\s*|\b(?:please|bitte|can you|could you) )(?:list|name|give (?:me"
    rf"|us)|tell me|suggest|nenne?(?: mir)?|gib mir|liste\w*|cite|donne-moi"
    rf"|nombra|enumera|dime|elenca|dimmi|liste|cite|назови|перечисли)\s+(?:(?:the|me|my|a list of"
    rf"|top|exactly|at least|die|les|las|los|mir) ){{0,3}}{_N}"
    r" (?!(?:words?|sentences?|characters?|paragraphs?|minutes?|seconds?|lines?|json|table|list"
    r"|wörter|sätze|mots|phrases|palabras|frases|parole|frasi|of|or|by|and|hint"
    r"|example)\b)(?P<noun>[^\W\d]+)",
    Form.ONE_WORD: r"\b(?:in|with|as|using|just|only|en|con|em) (?:just |only |exactly )?(?:one"
    r"|a single|1|un seul|un|una sola|una|um|uma|un solo) (?:word|mot|palabra|parola|palavra)\b"
    r"|\b(?:in|mit) (?:nur )?einem (?:einzigen )?wort\b|(?:^|[.!?\n]\s*)(?:one|single)[ -]word\b"
    r"|\bодним словом\b",
    Form.YES_OR_NO: r"\b(?:yes or no|yes/no|ja oder nein|ja/nein|oui ou non|sí o no|si o no"
    r"|sì o no|sim ou não|да или нет)\b|是还是不是|はいかいいえ",
}
_MOST = (
    r"(?:at most|no more than|not more than|max(?:imum)?\.?(?: of)?|under|fewer than|less than"
    r"|up to|within|exactly|precisely|only|in|into|with"
    r"|höchstens|maximal|nicht mehr als|genau|unter|au plus|au maximum|en|pas plus de|exactement"
    r"|como máximo|máximo|no más de|exactamente"
    r"|al massimo|non più di|esattamente|no máximo|não mais de|exatamente|не более|не больше"
    r"|максимум|ровно|в)"
)
_UNITS = {
    Form.WORDS: r"(?:words|wörter\w*|worten|mots|palabras|parole|palavras|слов)",
    Form.SENTENCES: r"(?:sentences?|sätze\w*|satz|phrases?|frases?|frasi|oraci(?:ón|ones)"
    r"|предложени\w+)",
    Form.CHARACTERS: r"(?:characters|chars|zeichen|caractères|caracteres|caratteri|символов)",
}
_UNIT_HINTS = {
    Form.WORDS: ("words", "wört", "wort", "mots", "pala", "parole", "слов"),
    Form.SENTENCES: ("sentence", "sätz", "satz", "phrase", "fras", "oraci", "предлож"),
    Form.CHARACTERS: ("char", "zeichen", "carac", "caratt", "символ"),
}
_HINTS = {
    Form.JSON: ("json",),
    Form.TABLE: ("tabl", "tabel", "таблиц"),
    Form.CODE: ("",),
    Form.BULLETS: (
        "bullet",
        "numbered",
        "stichpunkt",
        "aufzähl",
        "puces",
        "viñetas",
        "numerada",
        "puntato",
    ),
    Form.ITEMS: ("",),
    Form.ONE_WORD: ("word", "wort", "mot", "pala", "paro", "слов"),
    Form.YES_OR_NO: ("yes", "nein", "non", " no", "não", "нет", "不是", "いいえ"),
}
"""What the question must hold before a pattern is worth compiling, or trying."""
_NO_TABLE = re.compile(r"\b(?:sql|create table|database|pivot|css|dinner|coffee|periodic|round)\b")
_NO_CODE = re.compile(
    r"\b(?:about|essay|poem|story|letter|blog|über|sur|sobre|su|gedicht|review)\b"
)
_EXAMINED = 400
"""Characters of the beginning and of the end where orders are."""


def wishes(question: Question) -> list[Wish]:
    """Return the forms that ``question`` asks for."""
    text = question.lower
    if len(text) > 2 * _EXAMINED:
        text = f"{text[:_EXAMINED]}\n{text[-_EXAMINED:]}"
    if _ABOUT.match(text) and "json" in text:
        return []
    found = list(_plain(text))
    if not any(wish.form is Form.CODE for wish in found):
        found += _limits(text)
    return found


def _plain(text: str) -> Iterator[Wish]:
    for form, hints in _HINTS.items():
        if not any(hint in text for hint in hints):
            continue
        match = _pattern(form).search(text)
        if match is None:
            continue
        if form is Form.TABLE and _NO_TABLE.search(text):
            continue
        if form is Form.CODE and _NO_CODE.search(match[0]):
            continue
        yield Wish(form, _number(match["n"]) if form is Form.ITEMS else 0)


def _limits(text: str) -> Iterator[Wish]:
    for form, unit in _UNITS.items():
        if not any(hint in text for hint in _UNIT_HINTS[form]):
            continue
        match = _limit(unit).search(text)
        if match is not None:
            yield Wish(form, _number(match["n"]))


def _number(word: str) -> int:
    return _NUMBERS.get(word) or int(word)


@cache
def _pattern(form: Form) -> re.Pattern[str]:
    return re.compile(_PATTERNS[form])


@cache
def _limit(unit: str) -> re.Pattern[str]:
    order = r"write|schreibe?|écris|escribe|scrivi|escreva|напиши"
    return re.compile(
        rf"\b(?:{_MOST}|{order}) (?:[a-zà-ÿ]+ )?{_N} {unit}(?!\w)(?! (?:each|per|apiece|jeweils"
        rf"|pro|chacune?|cada|ciascun\w*|каждое|на))"
    )
