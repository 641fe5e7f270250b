"""Themes whose faded words could hardly be read, made so that they can."""

from __future__ import annotations

from textual.color import BLACK, WHITE, Color

_FADED = 0.5
"""How much of the foreground there is in the faintest words."""
_LEAST = 2.95
_STEPS = 20


def readable_foreground(foreground: Color, background: Color) -> Color:
    """Return ``foreground``, made stronger until words in half of it stand out enough.

    Args:
        foreground: of a theme.
        background: of the same.
    """
    strongest = BLACK if _luminance(background) > _luminance(foreground) else WHITE
    for step in range(_STEPS + 1):
        colour = foreground.blend(strongest, step / _STEPS, 1.0)
        if contrast(background.blend(colour, _FADED, 1.0), background) >= _LEAST:
            return colour
    return strongest


def contrast(one: Color, other: Color) -> float:
    """Return the contrast of two colours, 1 to 21, as WCAG 2 defines it (1.4.3)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: Color) -> float:
    """Return the relative luminance, 0 to 1, as WCAG 2 defines it."""
    red, green, blue = (_linear(part / 255) for part in colour.rgb)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return float(part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4)
