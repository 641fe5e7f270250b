"""A scrolled view of lines that costs little more than the lines that change."""

from __future__ import annotations

from math import ceil

from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.scrollbar import ScrollBar
from textual.strip import Strip

_EIGHTHS = 8  # parts of a cell a scroll bar is painted in
_KEPT = 500  # lines that are kept ready for the screen


class LineView(ScrollView):
    """Paints lines that have no border, padding or opacity around them, only what they hold.

    Textual lays the whole screen out anew when a scrolled size changes, and puts every line of a
    widget together anew when one of them does. An answer that grows changes the size with every
    line of it: here neither the layout nor a line that stays as it is costs anything by that.
    """

    def __init__(
        self,
        *,
        name: str | None = None,
        id: str | None = None,  # noqa: A002  Textual's own name for it
        classes: str | None = None,
    ) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self._ready: dict[int, tuple[Strip, Strip]] = {}
        self._thumb = (0, 0)

    def located(self, strip: Strip, line: int) -> Strip:
        """Return ``strip`` with the place of each of its cells, which selecting needs.

        The same strip is returned for the same line: what Textual has worked out for it, it
        keeps with the strip.
        """
        known = self._ready.get(line)
        if known is not None and (known[0] is strip or known[0] == strip):
            return known[1]
        if len(self._ready) >= _KEPT:
            self._ready.clear()
        ready = strip.apply_offsets(0, line)
        self._ready[line] = strip, ready
        return ready

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return the lines in ``crop`` as they go to the screen."""
        width = self.size.width
        strips = [self.render_line(y) for y in crop.line_range]
        if any(strip.cell_length != width for strip in strips):
            # The place of a scroll bar that is not there.
            blank = self.rich_style
            strips = [strip.adjust_cell_length(width, blank) for strip in strips]
        if filters := self.get_line_filters():
            _, background = self.background_colors
            for filter_ in filters:
                strips = [strip.apply_filter(filter_, background) for strip in strips]
        if crop.column_span != (0, width):
            strips = [strip.crop(*crop.column_span) for strip in strips]
        return strips

    # -- scrolling

    def extend(self, size: Size) -> None:
        """Let ``size`` be what can be scrolled through.

        The screen is laid out only when a scroll bar appears or disappears by it.
        """
        height = self.container_size.height
        was = self.virtual_size
        if size == was:
            return
        if size.width != was.width or (size.height > height) != (was.height > height):
            self.virtual_size = size
        else:
            self.set_reactive(LineView.virtual_size, size)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Paint what comes into view."""
        if round(old_value) != round(new_value):
            self.refresh()

    def watch_show_vertical_scrollbar(self) -> None:
        """Tell a scroll bar that appears where the view is."""
        self._thumb = (0, 0)
        self.move_bar()

    def move_bar(self) -> None:
        """Tell the scroll bar where the view is; it is painted only when that shows."""
        if not self.show_vertical_scrollbar:
            return
        bar = self.vertical_scrollbar
        bar.set_reactive(ScrollBar.window_virtual_size, self.virtual_size.height)
        bar.set_reactive(ScrollBar.position, self.scroll_y)
        thumb = thumb_of(self.virtual_size.height, self.container_size.height, self.scroll_y)
        if thumb != self._thumb:
            self._thumb = thumb
            bar.refresh()


def thumb_of(lines: int, window: int, position: float) -> tuple[int, int]:
    """Return where the thumb of a scroll bar begins and ends, in eighths of a cell.

    This is how ``textual.scrollbar.ScrollBarRender`` places it.

    Args:
        lines: what can be scrolled through.
        window: how many of them are in view; the bar has as many cells.
        position: the first line in view.
    """
    if lines <= window or not window:
        return 0, window * _EIGHTHS
    size = max(1.0, window * window / lines)
    start = int((window - size) * position / (lines - window) * _EIGHTHS)
    return start, start + ceil(size * _EIGHTHS)
