"""Addresses that are shown hold no password and no key."""

from __future__ import annotations

import pytest

from app.key_check import address_of
from app.masked_address import UNREADABLE, mask_addresses, masked_address
from providers.config import CustomConfig, OpenAIConfig


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("http://user:s3cret@host.test:80/v1", "http://***@host.test:80/v1"),
        ("https://host.test/v1?key=s3cret#s3cret", "https://host.test/v1"),
        ("http://s3cret@[::1]:8080/v1", "http://***@[::1]:8080/v1"),
        ("http://user:12/s3cret@host.test/v1", "http://***"),
        ("http://user:12#s3cret@host.test/v1", "http://***"),
        ("http://[", None),
        ("http://user:s3/cret@host.test", None),
    ],
)
def test_an_address_is_shown_without_secrets(address: str, shown: str | None) -> None:
    assert masked_address(address) == shown
    config = CustomConfig(name="box", base_url=address, model="m")
    assert address_of(config, {}) == (shown or UNREADABLE)
    assert address_of(OpenAIConfig(), {"OPENAI_BASE_URL": address}) == (shown or UNREADABLE)
    inside = mask_addresses(f"check ({address}), now") if "://" in address else ""
    assert "cret" not in inside
    assert "user" not in inside


def test_a_proxy_may_lack_its_scheme() -> None:
    assert masked_address("s3cret:s3cret@proxy.test:3128") == "http://***@proxy.test:3128"


def test_the_usual_address_stays_as_it_is() -> None:
    assert address_of(OpenAIConfig(), {}) == "https://api.openai.com/v1"
    assert mask_addresses("see https://host.test/docs, a@b") == "see https://host.test/docs, a@b"
