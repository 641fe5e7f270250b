"""Which keys of the configuration the log may tell."""

from __future__ import annotations

import pytest

from app.log_keys import schema_key


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ("daily_budget", "daily_budget"),
        ("timeouts.connect", "timeouts.connect"),
        ("providers.my-secret.model", "providers.*.model"),
        ("providers.groq.my-secret", "providers.*"),
        ("providers.groq.models[2].price", "providers.*.models[].price"),
        ("rules[1].my-secret", "rules[]"),
        ("sk-proj-0123456789abcdef", "-"),
        ("my.secret", "-"),
        (None, "-"),
    ],
)
def test_only_what_the_description_says_is_told(key: str | None, told: str) -> None:
    assert schema_key(key) == told
