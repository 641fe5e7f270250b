"""Which language a text is in: by its script, and by its function words where that is Latin.

Function words are the most frequent words of a language and say nothing about the subject, so a
few of them tell which it is: the "short words" method of Ingle (1980) as compared with n-grams in
Grefenstette, "Comparing two language identification schemes" (JADT 1995), which finds the two
equal from about fifteen words on. With too few hits the answer is None. The words are the most
frequent ones of the Snowball stop word lists (https://snowballstem.org/algorithms/, BSD licence).
"""

# ruff: noqa: RUF001  (other languages have letters and marks of their own)

from __future__ import annotations

import re
from collections import Counter
from enum import StrEnum
from functools import cache
from itertools import chain

_READ = 1_200
"""Characters that are looked at."""
_WORD = re.compile(r"[^\W\d_]+")
_NOT_LATIN = re.compile(r"[\u0370-\u1fff\u2e80-\ufaff\uff66-\uff9d]")


class Language(StrEnum):
    """A language, in the words that a person is told."""

    ENGLISH = "English"
    GERMAN = "German"
    FRENCH = "French"
    SPANISH = "Spanish"
    ITALIAN = "Italian"
    PORTUGUESE = "Portuguese"
    DUTCH = "Dutch"
    SWEDISH = "Swedish"
    DANISH = "Danish or Norwegian"
    POLISH = "Polish"
    TURKISH = "Turkish"
    FINNISH = "Finnish"
    CZECH = "Czech"
    RUSSIAN = "Russian"
    UKRAINIAN = "Ukrainian"
    GREEK = "Greek"
    ARABIC = "Arabic"
    HEBREW = "Hebrew"
    HINDI = "Hindi"
    THAI = "Thai"
    CHINESE = "Chinese"
    JAPANESE = "Japanese"
    KOREAN = "Korean"
    LATIN = "Latin"
    """Never detected: known so that a question about it is understood."""


_PROFILES = {
    Language.ENGLISH: "the of and to is was that it for with as are this be on by not have from or"
    " an which you"
    " they at but his her what how why who when can do does where your we were their there has had"
    " will would"
    " i a in about than because these them if my me its also so all write please give explain tell",
    Language.GERMAN: "der die das und ist nicht ein eine zu den mit von sich des auf für im dem"
    " auch als es an aus"
    " er sie wie was wer warum wo wird bei oder nach wenn kann ich du wir sind haben hat einen"
    " einer dass aber"
    " zum zur durch über ihre seine noch nur sehr in bitte so am",
    Language.FRENCH: "le la les et est des un une du de que qui en pour dans ce il elle ne pas au"
    " aux sur par plus"
    " avec se sont son sa ses cette ces mais ou où je tu nous vous leur comment pourquoi quel"
    " quelle quels être"
    " fait on à qu c d l n s si dont",
    Language.SPANISH: "el la los las y es de que en un una por con para del se no su al lo como"
    " más pero sus le ya o"
    " este esta son qué cómo cuál quién dónde fue muy también hay porque cuando está entre sin"
    " sobre yo ser desde",
    Language.ITALIAN: "il lo la i gli le e è di che un una per con non del della dei delle al alla"
    " nel nella si sono"
    " come da in ma più anche questo questa cosa chi dove perché quando cui ha ho suo sua loro dal"
    " dalla a o qual fa",
    Language.PORTUGUESE: "o a os as e é de que em um uma do da dos das no na nos nas por com para"
    " não se mais como"
    " mas foi ao à pela pelo são seu sua ou quando muito também qual quem onde porque isso este"
    " esta ser está você",
    Language.DUTCH: "de het een en van is dat niet in op te zijn voor met die aan er ook als bij"
    " maar om dan hij zij"
    " wat hoe waarom wie waar door naar heeft hebben worden wordt uit nog kan deze dit of je ik we"
    " u tot",
    Language.SWEDISH: "och att det är som en ett på av för med den till inte om har de vi jag från"
    " kan var men så hur"
    " vad varför vem när eller sig ut än mer detta sin i",
    Language.DANISH: "og at det er som en et på af for med den til ikke om har de vi jeg fra kan"
    " var men så hvordan"
    " hvad hvorfor hvem når eller sig ud end mere dette sin av hva hvor ikkje i der",
    Language.POLISH: "i w na z się nie do to jest że jak o od po dla co czy przez jego jej ale są"
    " był była oraz przy"
    " za który która które tym tego ten ta być może dlaczego kto",
    Language.TURKISH: "ve bir bu için ile de da ne çok daha gibi olarak olan kadar var mi mı nasıl"
    " neden kim nedir"
    " ben sen o biz değil en her ya ama",
    Language.FINNISH: "ja on ei se että hän oli joka mutta kun niin myös tai ovat mitä miten miksi"
    " kuka missä sen"
    " kuin mukaan ole jos minä sinä me he tämä",
    Language.CZECH: "a je v na se že to s z do o jako ale jsou by pro za od po jak co kdo proč"
    " který která které"
    " byl byla není nebo při už také mezi",
}
_SCRIPTS = (
    (Language.JAPANESE, re.compile(r"[\u3040-\u30ff\uff66-\uff9d]")),
    (Language.KOREAN, re.compile(r"[\uac00-\ud7af\u1100-\u11ff]")),
    (Language.CHINESE, re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")),
    (Language.RUSSIAN, re.compile(r"[\u0400-\u04ff]")),
    (Language.ARABIC, re.compile(r"[\u0600-\u06ff]")),
    (Language.HEBREW, re.compile(r"[\u0590-\u05ff]")),
    (Language.GREEK, re.compile(r"[\u0370-\u03ff]")),
    (Language.HINDI, re.compile(r"[\u0900-\u097f]")),
    (Language.THAI, re.compile(r"[\u0e00-\u0e7f]")),
)
_UKRAINIAN = re.compile(r"[іїєґІЇЄҐ]")
_SCRIPT_SHARE = 0.4
_LEAD = 1.25
"""By how much the first must lead the second."""
_DENSITY = 0.12
"""The least share of function words among the words of running text: there they make up a third,
and a list of names and addresses is no language's."""
_LANGUAGES = tuple(Language)
RELATED = (
    frozenset({Language.SWEDISH, Language.DANISH}),
    frozenset({Language.RUSSIAN, Language.UKRAINIAN}),
    frozenset({Language.SPANISH, Language.PORTUGUESE}),
    frozenset({Language.POLISH, Language.CZECH}),
)
"""Languages that a short text does not tell apart."""


def detect(text: str, *, fewest: int) -> Language | None:
    """Return the language of ``text``, None when that is not sure.

    Args:
        text: prose, without code and quotations.
        fewest: how many function words it must rest on where the script is Latin.
    """
    text = text[:_READ]
    if not text.isascii() and _NOT_LATIN.search(text):
        found = _by_script(text)
        if found is not None:
            return found
    words = set(_WORD.findall(text.lower()))
    hits = _hits(words)
    if not hits:
        return None
    (first, most), *others = hits.most_common(2)
    second = others[0][1] if others else 0
    enough = most >= max(fewest, _LEAD * second, _DENSITY * len(words))
    return _LANGUAGES[first] if enough else None


def function_words(text: str) -> dict[Language, int]:
    """Return how many function words of each language ``text`` holds, each counted once."""
    hits = _hits(set(_WORD.findall(text[:_READ].lower())))
    return {_LANGUAGES[number]: count for number, count in hits.items()}


def _hits(words: set[str]) -> Counter[int]:
    """Count function words by their language's place: an enum's hash is slow."""
    return Counter(chain.from_iterable(filter(None, map(_table().get, words))))


def _by_script(text: str) -> Language | None:
    letters = sum(map(len, _WORD.findall(text)))
    for language, script in _SCRIPTS:
        # A few syllables of kana, or of Hangul, tell apart what shares the Chinese signs.
        share = 0.1 if language in (Language.JAPANESE, Language.KOREAN) else _SCRIPT_SHARE
        if len(script.findall(text)) >= share * letters > 0:
            if language is Language.RUSSIAN and len(_UKRAINIAN.findall(text)) > letters / 50:
                return Language.UKRAINIAN
            return language
    return None


@cache
def _table() -> dict[str, tuple[int, ...]]:
    """Return for each function word the places of its languages in ``_LANGUAGES``."""
    table: dict[str, tuple[int, ...]] = {}
    for language, words in _PROFILES.items():
        for word in dict.fromkeys(words.split()):
            table[word] = (*table.get(word, ()), _LANGUAGES.index(language))
    return table
