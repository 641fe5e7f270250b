"""Keys of the configuration as the log may tell them: never as somebody typed them."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"\[\d+\]")
UNKNOWN = "-"


def schema_key(key: str | None) -> str:
    """Return the description's key that ``key`` is or stands under, ``-`` where there is none.

    What a person names stays out: the log says ``providers.*.model``. A key of a provider's may
    have been pasted in its place.

    Args:
        key: dotted, such as ``rules[2].task``; None where the place is unknown.
    """
    # Only what goes wrong needs it, and it takes long to import.
    from storage.config_schema import CONFIG_SCHEMA

    if key is None:
        return UNKNOWN
    parts = _NUMBER.sub("[]", key).split(".")
    known = {tuple(spec.dotted.split(".")) for spec in CONFIG_SCHEMA}
    known |= {each[:end] for each in known for end in range(1, len(each))}
    for end in range(len(parts), 0, -1):
        for each in known:
            if len(each) == end and all(
                name in ("*", part) for name, part in zip(each, parts, strict=False)
            ):
                return ".".join(each)
    return UNKNOWN
