"""What telex costs beside what others cost, measured in one run: ``make bench``.

Only ratios are worth comparing from one machine to the next, so every number stands beside the
same number of something else that was measured a moment before or after it.
"""
