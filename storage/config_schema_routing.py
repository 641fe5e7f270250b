"""The keys about money, who answers, and how long to wait."""

from __future__ import annotations

from providers.classify import TaskKind
from providers.config import Strategy, Timeouts
from providers.hedging import Hedging
from providers.multi_config import AnswerFault, MultiLLMConfig
from storage.config_spec import PROVIDER, SettingSpec, ValueKind, from_table, from_top
from storage.settings import Settings

_MONEY, _WHO, _FALLBACK, _WAITING, _HEDGING, _TASKS = (
    "Spending limits",
    "Who answers",
    "When an answer fails",
    "Waiting",
    "Hedging",
    "Who answers what",
)
_STRATEGIES = tuple(strategy.value for strategy in Strategy)
_DOLLARS = "0 or more"


def _limit(table: str, means: str) -> SettingSpec:
    return SettingSpec(
        key=(table, PROVIDER),
        group=_MONEY,
        means=means,
        kind=ValueKind.DOLLARS,
        unit="US dollars",
        allowed=_DOLLARS,
        example="2.50",
        read=lambda settings, name: getattr(settings, table).get(name),
    )


def _phase(name: str, means: str) -> SettingSpec:
    return SettingSpec(
        key=("timeouts", name),
        group=_WAITING,
        means=f"{means} Without it, what timeout_seconds implies.",
        kind=ValueKind.SECONDS,
        unit="seconds",
        allowed="more than 0",
        example="20",
        read=lambda settings, _: getattr(settings.timeouts or _implied(settings), name),
        default=lambda settings: getattr(_implied(settings), name),
    )


def _implied(settings: Settings) -> Timeouts:
    return MultiLLMConfig(timeout_seconds=settings.timeout_seconds).effective_timeouts


def _faults(settings: Settings) -> tuple[str, ...]:
    return tuple(fault.value for fault in AnswerFault if fault in settings.fallback_on)


def _usual_faults(settings: Settings) -> tuple[str, ...]:
    # A threshold alone has poor answers count, see storage.config_file.
    poor = AnswerFault.POOR if settings.quality_threshold is not None else None
    usual = Settings().fallback_on
    return tuple(fault.value for fault in AnswerFault if fault in usual or fault is poor)


def _task(kind: TaskKind) -> SettingSpec:
    return SettingSpec(
        key=("tasks", kind.value),
        group=_TASKS,
        means=f"Whom to ask first when the question looks like {kind.value}.",
        kind=ValueKind.TARGETS,
        example='["anthropic", "groq"]',
        allowed="providers, or provider/model, first choice first",
        read=lambda settings, _: tuple(settings.tasks.get(kind.value, ())),
    )


ROUTING = (
    SettingSpec(
        key=("daily_budget",),
        group=_MONEY,
        means="What all providers together may cost a day. A question that might go over it is"
        " refused.",
        kind=ValueKind.DOLLARS,
        unit="US dollars a day",
        allowed=_DOLLARS,
        example="2.00",
        read=from_top("daily_budget"),
    ),
    SettingSpec(
        key=("monthly_budget",),
        group=_MONEY,
        means="What all providers together may cost a month. A question that might go over it is"
        " refused.",
        kind=ValueKind.DOLLARS,
        unit="US dollars a month",
        allowed=_DOLLARS,
        example="20",
        read=from_top("monthly_budget"),
    ),
    _limit("daily_cost_limits", "What this provider may cost a day."),
    _limit("monthly_cost_limits", "What this provider may cost a month."),
    _limit("cost_limit_per_provider", "What one answer of this provider may cost at most."),
    SettingSpec(
        key=("lower_max_tokens",),
        group=_MONEY,
        means="Where a limit leaves less than a long answer might cost, ask for a shorter one"
        " instead of passing the provider over.",
        kind=ValueKind.FLAG,
        example="true",
        read=from_top("lower_max_tokens"),
    ),
    SettingSpec(
        key=("routing_strategy",),
        group=_WHO,
        means="How telex picks who answers: cost, latency and quality name their yardstick,"
        " dynamic chooses among them by the question, balanced spreads, adaptive learns, manual"
        " asks primary_provider.",
        kind=ValueKind.CHOICE,
        choices=_STRATEGIES,
        example='"quality"',
        read=from_top("routing_strategy"),
    ),
    SettingSpec(
        key=("primary_provider",),
        group=_WHO,
        means="Whom the strategy manual asks, and the others prefer on a tie.",
        kind=ValueKind.PROVIDER,
        example='"anthropic"',
        read=from_top("primary_provider"),
    ),
    SettingSpec(
        key=("otherwise",),
        group=_WHO,
        means="The strategy where no rule matches.",
        kind=ValueKind.CHOICE,
        choices=tuple(
            strategy.value
            for strategy in Strategy
            if strategy not in {Strategy.RULES, Strategy.MANUAL, Strategy.EXPERIMENT}
        ),
        example='"cost"',
        read=from_top("otherwise"),
    ),
    *(_task(kind) for kind in TaskKind),
    SettingSpec(
        key=("enable_fallback",),
        group=_FALLBACK,
        means="Ask another provider when one fails.",
        kind=ValueKind.FLAG,
        example="false",
        read=from_top("enable_fallback"),
    ),
    SettingSpec(
        key=("fallback_providers",),
        group=_FALLBACK,
        means="Whom to ask instead, in this order. Without it, in the order of the strategy.",
        kind=ValueKind.PROVIDERS,
        example='["groq", "openai"]',
        read=from_top("fallback_providers"),
    ),
    SettingSpec(
        key=("fallback_on",),
        group=_FALLBACK,
        means="What is wrong with an answer that came whole, so that the next provider is asked.",
        kind=ValueKind.CHOICES,
        choices=tuple(fault.value for fault in AnswerFault),
        example='["refused", "empty", "truncated"]',
        read=lambda settings, _: _faults(settings),
        default=_usual_faults,
    ),
    SettingSpec(
        key=("quality_threshold",),
        group=_FALLBACK,
        means="An answer whose quality score is below this is poor, and the next provider is"
        " asked. Without it nobody is.",
        kind=ValueKind.REAL,
        allowed="above 0, up to 1",
        example="0.6",
        read=from_top("quality_threshold"),
    ),
    SettingSpec(
        key=("max_retries",),
        group=_FALLBACK,
        means="How often one provider is asked again before the next one is.",
        kind=ValueKind.WHOLE,
        unit="times",
        allowed=_DOLLARS,
        example="1",
        read=from_top("max_retries"),
    ),
    SettingSpec(
        key=("timeout_seconds",),
        group=_WAITING,
        means="How long to wait for the first sign of an answer; twice that for the next.",
        kind=ValueKind.SECONDS,
        unit="seconds",
        allowed="more than 0",
        example="45",
        read=from_top("timeout_seconds"),
    ),
    _phase("connect", "How long a connection may take to stand."),
    _phase("first_token", "How long until the first sign of an answer."),
    _phase("idle", "How long an answer may pause."),
    _phase("total", "How long a whole answer may take."),
    _phase("plain", "How long an answer may take that does not come word by word."),
    SettingSpec(
        key=("hedging",),
        group=_HEDGING,
        means="Ask a second provider too when the first is slow to begin, and take whichever"
        " begins first. It costs a little more.",
        kind=ValueKind.SWITCH,
        example="{}",
        read=lambda settings, _: settings.hedging is not None,
    ),
    *(
        SettingSpec(
            key=("hedging", name),
            group=_HEDGING,
            means=f"{means} Setting it turns hedging on.",
            kind=kind,
            unit=unit,
            allowed=allowed,
            example=example,
            read=from_table("hedging", name, Hedging),
        )
        for name, means, kind, unit, allowed, example in (
            (
                "daily_cap",
                "What second calls may cost a day.",
                ValueKind.DOLLARS,
                "US dollars a day",
                _DOLLARS,
                "0.25",
            ),
            (
                "min_samples",
                "How many recent answers must be known before slow means anything.",
                ValueKind.WHOLE,
                "answers",
                "2 or more",
                "20",
            ),
            (
                "shortest_delay",
                "Never ask the second one sooner than this.",
                ValueKind.SECONDS,
                "seconds",
                "0 or more",
                "0.2",
            ),
        )
    ),
)
