"""The keys that hold several tables, and what each of those may say."""

from __future__ import annotations

from collections.abc import Callable

from providers.alerts.rules import Severity
from providers.capability import Capability
from providers.classify import TaskKind
from providers.experiments.experiment import Experiment
from providers.messages import AttachmentKind
from storage.config_spec import EACH, PROVIDER, SettingSpec, ValueKind, default_of, from_top
from storage.settings import Settings

_RULES, _EXPERIMENT, _ALERTS, _CATALOGUE = (
    "Who answers what",
    "Experiment",
    "Alerts",
    "Local models to fetch",
)


def _array(
    key: tuple[str, ...],
    group: str,
    means: str,
    example: str,
    read: Callable[[Settings, str], object],
) -> SettingSpec:
    return SettingSpec(
        key=key, group=group, means=means, kind=ValueKind.TABLES, example=example, read=read
    )


def _inside(
    array: tuple[str, ...], group: str, *said: tuple[str, str, ValueKind, str, tuple[str, ...]]
) -> tuple[SettingSpec, ...]:
    return tuple(
        SettingSpec(
            key=(*array, EACH, name),
            group=group,
            means=means,
            kind=kind,
            example=example,
            choices=choices,
        )
        for name, means, kind, example, choices in said
    )


TABLES = (
    _array(
        ("rules",),
        _RULES,
        "Your own table of who answers what, for the strategy rules: the first rule whose"
        " conditions all hold decides.",
        '[{ provider = "groq", task = "code" }]',
        from_top("rules"),
    ),
    *_inside(
        ("rules",),
        _RULES,
        ("provider", "Whom to ask.", ValueKind.PROVIDER, '"groq"', ()),
        ("model", "Which of its models.", ValueKind.TEXT, '"openai/gpt-oss-120b"', ()),
        ("name", "What reasons call the rule.", ValueKind.TEXT, '"code to groq"', ()),
        (
            "task",
            "The kind of task.",
            ValueKind.CHOICE,
            '"code"',
            tuple(task.value for task in TaskKind),
        ),
        ("pattern", "A regular expression in the question.", ValueKind.TEXT, '"translate"', ()),
        ("min_tokens", "The least size of the question.", ValueKind.WHOLE, "1000", ()),
        ("max_tokens", "The largest size of the question.", ValueKind.WHOLE, "9000", ()),
        (
            "attachment",
            "The kind of something attached.",
            ValueKind.CHOICE,
            '"image"',
            tuple(kind.value for kind in AttachmentKind),
        ),
    ),
    *_inside(
        ("providers", PROVIDER, "models"),
        PROVIDER,
        ("model", "Its name.", ValueKind.TEXT, '"m-large"', ()),
        ("quality", "How good its answers are, 0 to 1.", ValueKind.REAL, "0.9", ()),
        (
            "price",
            "Dollars per million tokens.",
            ValueKind.PRICE,
            "{ input = 1, output = 2, cached = 0.5 }",
            (),
        ),
        ("max_tokens", "How long an answer may get.", ValueKind.WHOLE, "2000", ()),
        ("context_window", "How many tokens it takes in.", ValueKind.WHOLE, "128000", ()),
        (
            "capabilities",
            "What it takes besides text.",
            ValueKind.CHOICES,
            '["image"]',
            tuple(capability.value for capability in Capability),
        ),
    ),
    SettingSpec(
        key=("experiment", "name"),
        group=_EXPERIMENT,
        means="What the results are kept under; another name begins a new experiment.",
        kind=ValueKind.TEXT,
        example='"fast or good"',
        read=lambda settings, _: settings.experiment and settings.experiment.name,
    ),
    SettingSpec(
        key=("experiment", "error_share"),
        group=_EXPERIMENT,
        means="How often an experiment without any difference may be called significant.",
        kind=ValueKind.REAL,
        allowed="above 0, below 1",
        example="0.05",
        read=lambda settings, _: (
            settings.experiment.error_share
            if settings.experiment
            else default_of(Experiment, "error_share")
        ),
    ),
    _array(
        ("experiment", "arms"),
        _EXPERIMENT,
        "What is compared: two or more arms, which conversations are spread over.",
        '[{ name = "fast", provider = "groq" }, { name = "good", provider = "anthropic" }]',
        lambda settings, _: settings.experiment.arms if settings.experiment else (),
    ),
    *_inside(
        ("experiment", "arms"),
        _EXPERIMENT,
        ("name", "How results call the arm.", ValueKind.TEXT, '"third"', ()),
        ("provider", "Who answers.", ValueKind.PROVIDER, '"groq"', ()),
        ("model", "Which of its models.", ValueKind.TEXT, '"openai/gpt-oss-120b"', ()),
        ("persona", "Whom the model plays.", ValueKind.TEXT, '"teacher"', ()),
        ("weight", "Its share, beside the other arms' weights.", ValueKind.REAL, "2", ()),
    ),
    _array(
        ("alerts",),
        _ALERTS,
        "Alerts of your own, and changes to those that telex comes with.",
        '[{ name = "slow", condition = "avg_response_time > 20s" }]',
        from_top("alerts"),
    ),
    *_inside(
        ("alerts",),
        _ALERTS,
        ("name", "What it is called.", ValueKind.TEXT, '"slow"', ()),
        ("condition", "When it fires.", ValueKind.TEXT, '"error_rate > 0.2"', ()),
        ("duration", "How long that must hold.", ValueKind.DURATION, '"5m"', ()),
        (
            "severity",
            "How loud it is.",
            ValueKind.CHOICE,
            '"info"',
            tuple(severity.value for severity in Severity),
        ),
        ("enabled", "false silences it.", ValueKind.FLAG, "false", ()),
    ),
    _array(
        ("catalogue",),
        _CATALOGUE,
        "Local models of your own choice that telex can fetch.",
        '[{ id = "mine", url = "https://host/m.gguf", sha256 = "' + "0" * 64 + '" }]',
        from_top("catalogue"),
    ),
    *_inside(
        ("catalogue",),
        _CATALOGUE,
        ("id", "What it is called in settings; its file is named so.", ValueKind.TEXT, '"me"', ()),
        ("name", "What people call it.", ValueKind.TEXT, '"Mine"', ()),
        ("url", "Where the file is.", ValueKind.TEXT, '"https://host/m.gguf"', ()),
        ("sha256", "The file's hash.", ValueKind.TEXT, f'"{"0" * 64}"', ()),
        ("bytes", "The file's size.", ValueKind.WHOLE, "1000", ()),
        ("context_tokens", "How many tokens it takes in.", ValueKind.WHOLE, "4096", ()),
    ),
)
