"""Charts for the panels, as SVG text: light to draw, in the colours of the page.

Text and axes take the page's own ink, so they read on a light and on a dark theme;
the lines differ in dashes as well as in colour.
"""

import html
import math

import numpy as np

from ..plots.base import BLUE, GREEN, GREY, RED  # noqa: F401  (for the lessons)

WIDTH, HEIGHT = 360, 204  # of a chart, in units of its own: it grows with its place
LEFT, RIGHT, TOP, BOTTOM = 46, 22, 30, 36  # around what is drawn
INK = "var(--jp-ui-font-color1, currentColor)"
MOST_POINTS = 300


class Curve:
    """A growing curve that is kept in at most 300 points.

    When it is full, each two neighbours become one, their mean, and from then on a
    point stands for twice as many values.
    """

    def __init__(self):
        self.x, self.y, self.stretch, self.total, self.n = [], [], 1, 0.0, 0

    def add(self, x: float, y: float) -> None:
        """Append a value y at the place x."""
        self.total, self.n = self.total + y, self.n + 1
        if self.n == self.stretch:
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
          yticks=None) -> str:
    """Draw lines over common axes.

    - told: what is to be seen, for who cannot see it
    - lines: (name, xs, ys, colour, dashes) each; where y is no number, there is a gap
    - x, y: (low, high), what to show;  yticks: where to mark y, or None
    - dots: (x, y, colour) each;  below: SVG to draw first, behind the lines
    """
    wide, high = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM

    def across(value):
        return (np.asarray(value, float) - x[0]) / (x[1] - x[0]) * wide

    def down(value):
        part = (np.asarray(value, float) - y[0]) / (y[1] - y[0])
        return (1 - np.clip(part, -9, 9)) * high

    parts = [text(LEFT - 34, 13, title, "start", "font-weight: 600; font-size: 12px")]
    for value in ticks(*x):
        at = LEFT + float(across(value))
        parts.append(text(at, HEIGHT - BOTTOM + 15, number(value)))
        parts.append(_rule(at, HEIGHT - BOTTOM, at, HEIGHT - BOTTOM + 4, 0.7))
    for value in ticks(*y) if yticks is None else yticks:
        at = TOP + float(down(value))
        parts.append(text(LEFT - 6, at + 4, number(value), "end"))
        parts.append(_rule(LEFT, at, WIDTH - RIGHT, at, 0.15))
    parts.append(_rule(LEFT, HEIGHT - BOTTOM, WIDTH - RIGHT, HEIGHT - BOTTOM, 0.7))
    parts.append(text(LEFT + wide / 2, HEIGHT - 6, xlabel))

    inner = [below]
    for _, xs, ys, colour, dashes in lines:
        xs, ys = thinned(xs, ys)
        # The y of a place without a number is nan: a new polyline begins after it.
        whole = np.isfinite(ys)
        places = np.stack([across(xs), down(np.where(whole, ys, 0))], axis=-1)
        for run in np.split(np.arange(len(xs)), np.nonzero(np.diff(whole))[0] + 1):
            if len(run) and whole[run[0]]:
                points = " ".join(f"{px:.1f},{py:.1f}" for px, py in places[run])
                inner.append(f'<polyline points="{points}" fill="none" '
                             f'stroke="{colour}" stroke-width="2" '
                             f'stroke-linejoin="round" stroke-dasharray="{dashes}"/>')
    inner += [f'<circle cx="{across(at):.1f}" cy="{down(to):.1f}" r="4.5" '
              f'fill="{colour}"/>' for at, to, colour in dots if np.isfinite(to)]
    # An svg within the svg cuts off what leaves the axes.
    parts.append(f'<svg aria-hidden="true" x="{LEFT}" y="{TOP - 3}" '
                 f'width="{wide}" height="{high + 6}" '
                 f'viewBox="0 -3 {wide} {high + 6}">{"".join(inner)}</svg>')

    end = WIDTH - RIGHT
    for name, _, _, colour, dashes in lines[::-1] if len(lines) > 1 else []:
        parts.append(text(end, 13, name, "end"))
        end -= 6.1 * len(name) + 26
        parts.append(f'<line x1="{end}" x2="{end + 20}" y1="9" y2="9" '
                     f'stroke="{colour}" stroke-width="2" '
                     f'stroke-dasharray="{dashes}"/>')
        end -= 10
    return svg(told, "".join(parts))


def bars(title: str, told: str, names: list, shares: list, colours: list) -> str:
    """Draw shares, from 0 to 1, as bars side by side, with their percents above.

    Percents are rounded down: 100 stands for all of them.
    """
    wide, high = WIDTH - LEFT - RIGHT + 20, HEIGHT - TOP - BOTTOM - 12
    parts = [text(LEFT - 34, 13, title, "start", "font-weight: 600; font-size: 12px")]
    slot, foot = wide / len(names), HEIGHT - BOTTOM
    small = "font-size: 9.5px" if len(names) > 10 else ""
    for i, (name, share, colour) in enumerate(zip(names, shares, colours, strict=True)):
        middle, tall = LEFT - 20 + (i + 0.5) * slot, high * share
        parts.append(f'<rect x="{middle - 0.36 * slot:.1f}" y="{foot - tall:.1f}" '
                     f'width="{0.72 * slot:.1f}" height="{tall:.1f}" '
                     f'fill="{colour}"/>')
        percent = str(math.floor(100 * share))
        parts.append(text(middle, foot - tall - 4, percent, style=small))
        parts.append(text(middle, foot + 15, name, style=small))
    parts.append(_rule(LEFT - 20, foot, LEFT - 20 + wide, foot, 0.7))
    return svg(told, "".join(parts))


def text(x: float, y: float, words: str, anchor="middle", style="") -> str:
    """Write words at a place of a picture."""
    return (f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" style="{style}">'
            f"{html.escape(words)}</text>")


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
    """Write a number short: 0.25, 10,000, 2e+09."""
    if 1000 <= abs(value) < 1e7:
        return f"{value:,.0f}"
    return f"{value:.3g}".replace("-", "\u2212")


def _rule(x1, y1, x2, y2, opacity) -> str:
    return (f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" '
            f'stroke="currentColor" stroke-opacity="{opacity}"/>')
