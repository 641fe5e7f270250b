"""The keys about the chat, kept answers, their quality, and what ``adaptive`` weighs."""

from __future__ import annotations

from providers.adaptive.wishes import MOST_TRIED, Adaptive
from providers.caching import Caching
from providers.quality.judging import Judging
from storage.config_notice import LogLevel, Notify
from storage.config_spec import SettingSpec, ValueKind, default_of, from_table, from_top

_CHAT, _CACHE, _JUDGE, _ADAPTIVE = (
    "Chat and looks",
    "Answers kept",
    "A judge of answers",
    "What adaptive weighs",
)


def _cache(
    name: str, means: str, kind: ValueKind, example: str, *, unit: str = "", allowed: str = ""
) -> SettingSpec:
    return SettingSpec(
        key=("cache", name),
        group=_CACHE,
        means=means,
        kind=kind,
        unit=unit,
        allowed=allowed,
        example=example,
        read=from_table("caching", name, Caching),
    )


def _judge(
    name: str, means: str, kind: ValueKind, example: str, *, unit: str = "", allowed: str = ""
) -> SettingSpec:
    return SettingSpec(
        key=("judge", name),
        group=_JUDGE,
        means=means,
        kind=kind,
        unit=unit,
        allowed=allowed,
        example=example,
        read=from_table("judge", name, Judging),
        default=lambda _: default_of(Judging, name),
        # A judge is somebody: without a provider the table says nothing.
        reset=("judge",) if name == "provider" else (),
    )


def _adaptive(name: str, means: str, unit: str, allowed: str, example: str) -> SettingSpec:
    return SettingSpec(
        key=("adaptive", name),
        group=_ADAPTIVE,
        means=means,
        kind=ValueKind.DOLLARS if unit.startswith("US dollars") else ValueKind.REAL,
        unit=unit,
        allowed=allowed,
        example=example,
        read=from_table("adaptive", name, Adaptive),
    )


BEHAVIOUR = (
    SettingSpec(
        key=("theme",),
        group=_CHAT,
        means="The colours telex starts with, until you pick others in the palette.",
        kind=ValueKind.THEME,
        example='"nord"',
        read=from_top("theme"),
    ),
    SettingSpec(
        key=("keys",),
        group=_CHAT,
        means="Other keys for what telex can do, by name; f1 lists the names and changes keys.",
        kind=ValueKind.TABLES,
        example='{ "chat.new" = "ctrl+k", "chat.find" = "" }',
        allowed="keys that terminals send; several separated by commas, an empty text for none",
        read=from_top("keys"),
    ),
    SettingSpec(
        key=("system_prompt",),
        group=_CHAT,
        means="What every conversation begins with, unseen: who the model is and how it answers.",
        kind=ValueKind.TEXT,
        example='"Answer briefly."',
        read=from_top("system_prompt"),
    ),
    SettingSpec(
        key=("titles",),
        group=_CHAT,
        means="Have the cheapest model give new conversations a title.",
        kind=ValueKind.FLAG,
        example="false",
        read=from_top("titles"),
    ),
    SettingSpec(
        key=("notify",),
        group=_CHAT,
        means="How you are called when an answer ends while another window is in front.",
        kind=ValueKind.CHOICE,
        choices=tuple(each.value for each in Notify),
        example='"desktop"',
        read=from_top("notify"),
    ),
    SettingSpec(
        key=("log",),
        group=_CHAT,
        means="How much goes into telex.log, which never holds prompts, answers or keys.",
        kind=ValueKind.CHOICE,
        choices=tuple(each.value for each in LogLevel),
        example='"debug"',
        read=from_top("log"),
    ),
    SettingSpec(
        key=("cache", "enabled"),
        group=_CACHE,
        means="Give an answer again to the same question instead of paying for another one.",
        kind=ValueKind.FLAG,
        example="false",
        read=lambda settings, _: settings.caching is not None,
    ),
    _cache("ttl", "How long an answer is given again.", ValueKind.DURATION, '"7d"'),
    _cache(
        "max_entries",
        "How many answers are kept; those longest unused go first.",
        ValueKind.WHOLE,
        "500",
        unit="answers",
        allowed="1 or more",
    ),
    _cache(
        "any_temperature",
        "Also where the temperature is above 0, when answers differ from time to time.",
        ValueKind.FLAG,
        "true",
    ),
    _judge("provider", "Whose model judges a share of the answers.", ValueKind.PROVIDER, '"groq"'),
    _judge(
        "model",
        "Which of the judge's models; without it, its main one.",
        ValueKind.TEXT,
        '"openai/gpt-oss-120b"',
        allowed="a model of that provider",
    ),
    _judge(
        "daily_budget",
        "What judging may cost a day; with 0 only a free model judges.",
        ValueKind.DOLLARS,
        "0.10",
        unit="US dollars a day",
        allowed="0 or more",
    ),
    _judge(
        "share",
        "The share of the answers that are judged, picked at random.",
        ValueKind.REAL,
        "0.2",
        allowed="0 to 1",
    ),
    _adaptive(
        "explore_share",
        "At most this share of the questions goes to a model that is not believed best.",
        "",
        f"0 to {MOST_TRIED}",
        "0.05",
    ),
    _adaptive(
        "explore_budget",
        "What trying others may cost a day beyond what the best would have cost.",
        "US dollars a day",
        "0 or more",
        "0.25",
    ),
    _adaptive(
        "answer_value",
        "What a faultless answer is worth to you: the higher, the more quality counts.",
        "US dollars an answer",
        "more than 0",
        "0.50",
    ),
    _adaptive(
        "hour_value",
        "What an hour of waiting costs you: the higher, the more speed counts.",
        "US dollars an hour",
        "0 or more",
        "20",
    ),
    _adaptive(
        "memory",
        "After this many answers an earlier one counts half.",
        "answers",
        "1 or more",
        "500",
    ),
)
