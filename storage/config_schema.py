"""Every key that ``config.toml`` may hold, described for people."""

from __future__ import annotations

from storage.config_schema_behaviour import BEHAVIOUR
from storage.config_schema_providers import PROVIDERS
from storage.config_schema_routing import ROUTING
from storage.config_schema_tables import TABLES
from storage.config_spec import SettingSpec

CONFIG_SCHEMA: tuple[SettingSpec, ...] = (*ROUTING, *BEHAVIOUR, *PROVIDERS, *TABLES)
"""In the order they are listed."""
