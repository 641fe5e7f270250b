"""Where each of many rows of different heights starts, and which one is at a line."""

from __future__ import annotations

from collections.abc import Iterable


class HeightIndex:
    """Heights with running sums: each operation costs the logarithm of their number.

    A Fenwick tree: node ``i`` (from 1) holds the sum of the ``i & -i`` heights that end with row
    ``i - 1``.
    """

    def __init__(self, heights: Iterable[int] = ()) -> None:
        self._heights = list(heights)
        self._tree = [0, *self._heights]
        for node in range(1, len(self._tree)):
            parent = node + (node & -node)
            if parent < len(self._tree):
                self._tree[parent] += self._tree[node]

    def __len__(self) -> int:
        return len(self._heights)

    def __getitem__(self, row: int) -> int:
        return self._heights[row]

    def __setitem__(self, row: int, height: int) -> None:
        difference = height - self._heights[row]
        if not difference:
            return
        self._heights[row] = height
        node = row + 1
        while node < len(self._tree):
            self._tree[node] += difference
            node += node & -node

    def append(self, height: int) -> None:
        """Add a row at the end."""
        node = len(self._tree)
        first = node - (node & -node)
        self._tree.append(height + self.start(node - 1) - self.start(first))
        self._heights.append(height)

    @property
    def total(self) -> int:
        """The sum of all heights."""
        return self.start(len(self._heights))

    def start(self, row: int) -> int:
        """Return the line ``row`` starts at: the sum of the heights before it."""
        line = 0
        while row:
            line += self._tree[row]
            row &= row - 1
        return line

    def find(self, line: int) -> int:
        """Return the row that covers ``line``; the number of rows when it is below them all."""
        row = 0
        step = 1 << len(self._heights).bit_length()
        while step:
            following = row + step
            if following < len(self._tree) and self._tree[following] <= line:
                row = following
                line -= self._tree[following]
            step >>= 1
        return row
