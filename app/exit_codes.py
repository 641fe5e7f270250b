"""What telex tells the shell."""

from __future__ import annotations

EXIT_ANSWERED = 0
"""Answered, or done."""
EXIT_FAILED = 1
"""Every provider failed, or nothing was found."""
EXIT_USAGE = 2
"""A usage or configuration error; nothing was sent."""
EXIT_INTERRUPTED = 130
"""Interrupted by the person."""
