"""Charts for the panels, as SVG text: light to draw, in the colours of the page.

Text and axes take the page's own ink, so they read on a light and on a dark theme;
the lines differ in dashes as well as in colour.
"""

import base64
import html
import io
import math
from itertools import pairwise

import numpy as np
from PIL import Image, ImageColor

from ..plots.base import BLUE, GREEN, GREY, RED  # noqa: F401  (for the lessons)

WIDTH, HEIGHT = 360, 204  # of a chart, in units of its own: it grows with its place
LEFT, RIGHT, TOP, BOTTOM = 46, 22, 30, 36  # around what is drawn
WIDE, HIGH = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM  # what is drawn
INK = "var(--jp-ui-font-color1, currentColor)"
MOST_POINTS = 300
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


class Curve:
    """A growing curve that is kept in at most 300 points.

    When it is full, each two neighbours become one, their mean, and from then on a
    point stands for twice as many values.
    """

    def __init__(self):
        self.x, self.y, self.stretch, self.total, self.n = [], [], 1, 0.0, 0

    def add(self, x: float, y: float) -> None:
        """Append a value y at the place x."""
        self.total += y
        self.n += 1
        if self.n < self.stretch:
            return
        self.x.append(x)
        self.y.append(self.total / self.n)
        self.total, self.n = 0.0, 0
        if len(self.x) == MOST_POINTS:
            self.x = self.x[1::2]
            self.y = [sum(pair) / 2 for pair in zip(self.y[::2], self.y[1::2],
                                                    strict=True)]
            self.stretch *= 2


def svg(told: str, body: str, height=HEIGHT) -> str:
    """Wrap the parts of a picture.

    - told: what is to be seen, for who cannot see it
    """
    return (f'<svg viewBox="0 0 {WIDTH} {height}" role="img" '
            f'aria-label="{html.escape(told)}" style="display: block; width: 100%; '
            f'max-width: 32em; margin: 0 auto; '
            f'color: {INK}; fill: currentColor; font-size: 11px; '
            f'font-family: var(--jp-ui-font-family, sans-serif)">{body}</svg>')


def chart(title: str, told: str, lines: list, *, x, y, xlabel="", dots=(), below="",
          yticks=None, marks=None, log=False) -> str:
    """Draw lines over common axes.

    - told: what is to be seen, for who cannot see it
    - lines: (name, xs, ys, colour, dashes) each; where y is no number, there is a gap;
      the names, if not empty, stand above
    - x, y: (low, high), what to show;  yticks: where to mark y, or None
    - dots: (x, y, colour) each;  below: SVG to draw first, behind the lines
    - marks: {name: y}, grey lines across, named at the right
    - log: whether y grows by powers of ten; (low, high) are powers then
    """
    if log:
        with np.errstate(all="ignore"):
            lines = [(name, xs, np.log10(ys), *look) for name, xs, ys, *look in lines]
            dots = [(at, np.log10(to), colour) for at, to, colour in dots]
    xticks = ticks(*x)
    if yticks is None:
        yticks = ticks(*y, most=6 if log else 7)
    end, foot = WIDTH - RIGHT, HEIGHT - BOTTOM
    parts = [heading(title), text(LEFT + WIDE / 2, HEIGHT - 6, xlabel)]
    for value, at in zip(xticks, LEFT + on_axes(xticks, 0, x, y)[:, 0], strict=True):
        parts += [text(at, foot + 15, number(value)), rule(at, foot, at, foot + 4, 0.7)]
    for value, at in zip(yticks, TOP + on_axes(0, yticks, x, y)[:, 1], strict=True):
        name = power_of_ten(round(value)) if log else number(value)
        parts += [text(LEFT - 6, at + 4, name, "end"),
                  rule(LEFT, at, end, at, 0.4 if log and value == 0 else 0.15)]
    parts.append(rule(LEFT, foot, end, foot, 0.7))

    inner, marks = [below], marks or {}
    heights = on_axes(0, [*marks.values()], x, y)[:, 1]
    for name, height, at in zip(marks, heights, apart(-heights, 8.5), strict=True):
        inner.append(shape("line", x1=0, x2=WIDE, y1=height, y2=height, stroke=GREY))
        parts.append(text(end + 10, TOP - at + 4, name, style="font-size: 9.5px"))
    for _, xs, ys, colour, dashes in lines:
        xs, ys = thinned(xs, ys)
        at, whole = on_axes(xs, ys, x, y), np.isfinite(ys)
        for run in np.split(np.arange(len(xs)), np.nonzero(np.diff(whole))[0] + 1):
            if len(run) and whole[run[0]]:
                inner.append(shape("polyline", points=points(at[run]), fill="none",
                                   stroke=colour, stroke_width=2,
                                   stroke_linejoin="round", stroke_dasharray=dashes))
    for *at, colour in dots:
        if np.isfinite(at[1]):
            cx, cy = on_axes(*at, x, y)
            inner.append(shape("circle", cx=cx, cy=cy, r=4.5, fill=colour))
    # An svg within the svg cuts off what leaves the axes.
    parts.append(f'<svg aria-hidden="true" x="{LEFT}" y="{TOP - 3}" '
                 f'width="{WIDE}" height="{HIGH + 6}" '
                 f'viewBox="0 -3 {WIDE} {HIGH + 6}">{"".join(inner)}</svg>')

    for name, _, _, colour, dashes in lines[::-1]:
        if name:
            parts.append(text(end, 13, name, "end"))
            end -= 6.1 * len(name) + 26
            parts.append(shape("line", x1=end, x2=end + 20, y1=9, y2=9, stroke=colour,
                               stroke_width=2, stroke_dasharray=dashes))
            end -= 10
    return svg(told, "".join(parts))


def on_axes(xs, ys, x: tuple, y: tuple) -> np.ndarray:
    """Turn numbers into places inside the axes of a chart, (..., 2).

    - x, y: (low, high), what the axes show
    """
    across, up = (((np.asarray(values, float) - low) / (high - low)).clip(-9, 9)
                  for values, (low, high) in ((xs, x), (ys, y)))
    return np.stack(np.broadcast_arrays(WIDE * across, HIGH * (1 - up)), axis=-1)


def apart(places, least: float) -> list:
    """Move places, (n,), up until neighbours are so far apart."""
    moved = [*places]
    for i, j in pairwise(sorted(range(len(moved)), key=moved.__getitem__)):
        moved[j] = max(moved[j], moved[i] + least)
    return moved


def points(places) -> str:
    """Write places, (n, 2), for the shapes that go along them."""
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in places)


def bars(title: str, told: str, names: list, shares: list, colours: list) -> str:
    """Draw shares, from 0 to 1, as bars side by side, with their percents above.

    Percents are rounded down: 100 stands for all of them.
    """
    left, foot, high = LEFT - 20, HEIGHT - BOTTOM, HIGH - 12
    slot = (WIDE + 20) / len(names)
    small = "font-size: 9.5px" if len(names) > 10 else ""
    parts = [heading(title)]
    for i, (name, share, colour) in enumerate(zip(names, shares, colours, strict=True)):
        middle, top = left + (i + 0.5) * slot, foot - high * share
        parts += [shape("rect", x=middle - 0.36 * slot, y=top, width=0.72 * slot,
                        height=foot - top, fill=colour),
                  text(middle, top - 4, str(math.floor(100 * share)), style=small),
                  text(middle, foot + 15, name, style=small)]
    parts.append(rule(left, foot, WIDTH - RIGHT, foot, 0.7))
    return svg(told, "".join(parts))


def shades(values) -> np.ndarray:
    """Colour numbers from -1, orange, over 0, clear, to 1, blue: (..., 4) bytes."""
    values = np.clip(values, -1, 1)[..., None]
    rgb = np.where(values < 0, *map(ImageColor.getrgb, (RED, BLUE)))
    return np.concatenate([rgb, 255 * abs(values)], axis=-1).astype(np.uint8)


def heat(values, x: float, y: float, wide: float, high: float) -> str:
    """Draw a matrix as colours, (rows, columns), at a place of a picture."""
    raw = io.BytesIO()
    Image.fromarray(shades(values)).save(raw, "png", compress_level=1)
    return shape("image", x=x, y=y, width=wide, height=high, preserveAspectRatio="none",
                 style="image-rendering: pixelated", href="data:image/png;base64,"
                 + base64.b64encode(raw.getvalue()).decode())


def heading(title: str) -> str:
    """Write the title of a picture."""
    return text(LEFT - 34, 13, title, "start", "font-weight: 600; font-size: 12px")


def text(x: float, y: float, words: str, anchor="middle", style="") -> str:
    """Write words at a place of a picture."""
    return (f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" style="{style}">'
            f"{html.escape(words)}</text>")


def shape(kind: str, **look) -> str:
    """Draw a shape of SVG; `fill_opacity=0.5` is its attribute `fill-opacity="0.5"`."""
    words = [kind]
    for name, value in look.items():
        value = value if isinstance(value, str) else f"{value:.4g}"
        words.append(f'{name.replace("_", "-")}="{value}"')
    return f"<{' '.join(words)}/>"


def rule(x1, y1, x2, y2, opacity) -> str:
    """Draw a thin line."""
    return shape("line", x1=x1, x2=x2, y1=y1, y2=y2, stroke="currentColor",
                 stroke_opacity=opacity)


def thinned(x, y) -> tuple[np.ndarray, np.ndarray]:
    """Take at most 300 points of a curve, the first and the last among them."""
    x, y = np.asarray(x, float), np.asarray(y, float)
    if len(x) > MOST_POINTS:
        few = np.linspace(0, len(x) - 1, MOST_POINTS).round().astype(int)
        x, y = x[few], y[few]
    return x, y


def ticks(low: float, high: float, most=7) -> list[float]:
    """Choose round numbers from low to high, at most so many."""
    rough = (high - low) / (most - 1)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(s * power for s in (1, 2, 5, 10) if s * power >= rough * 0.999)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [i * step for i in range(first, last + 1)]


def number(value: float) -> str:
    """Write a number short: 0.25, 10,000, 2 × 10⁹."""
    long = 999.5 <= abs(value) < 1e7  # 999.5 is 1,000 in three digits
    written = f"{value:,.0f}" if long else f"{value + 0.0:.3g}"  # + 0.0: no minus zero
    written, _, power = written.partition("e")
    written = written.replace("-", "\u2212")
    return f"{written} × {power_of_ten(int(power))}" if power else written


def power_of_ten(power: int) -> str:
    """Write a power of ten: 10⁻³, 1, 10⁵."""
    return f"10{str(power).translate(RAISED)}" if power else "1"
