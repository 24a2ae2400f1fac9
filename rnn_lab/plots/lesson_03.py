"""Pictures of lesson 3."""

import matplotlib.pyplot as plt
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from .base import BLUE, GREEN, GREY, INK, PAPER, RED, SKY


def unrolled_addition(x, target, title=""):
    """Draw a recurrent network as a loop, and unrolled over the columns of an addition.

    As on paper the column worth 1 stands on the right, so time runs to the left.

    - x: bits of two numbers, least significant first, of shape (T, 2)
    - target: bits of their sum, of shape (T,)
    Returns the figure.
    """
    T, wide = len(x), 2.3
    fig, ax = plt.subplots(figsize=(2.6 + 1.6 * T, 4.9))
    places = {t: 4.6 + wide * (T - 1 - t) for t in range(T)}
    end = places[0] + 2.1
    _network(ax, 0, "x[t]", "h", "y[t]")
    _arrow(ax, (0.62, 2.27), (0.62, 1.73), RED, bend=-2.8)
    ax.text(1.5, 2.0, "Whh", color=RED, fontweight="bold", va="center")
    carry = 0
    for t, place in places.items():
        (a, b), s = map(int, x[t]), int(target[t])
        _network(ax, place, f"{a}\n{b}", f"h[{t + 1}]", str(s), bold=True)
        right = end - 0.38 if t == 0 else places[t - 1] - 0.62
        _arrow(ax, (right, 2), (place + 0.65, 2), RED)
        middle = (right + place + 0.65) / 2
        ax.text(middle, 2.18, "Whh", color=RED, fontweight="bold", ha="center")
        ax.text(middle, 1.8, f"carry {carry}", ha="center", va="top", fontsize=9.5)
        ax.text(place, -1.05, f"t = {t}\nworth {2**t}", ha="center", va="top",
                color=GREY, fontsize=10)
        carry = (a + b + carry) // 2
    _box(ax, end, 2, 0.36, 0.36, GREY, "h[0]\n= 0", 9)
    left = places[T - 1]
    ax.text(left - 0.85, 0.0, "a\nb", ha="right", va="center", linespacing=1.5,
            fontsize=13, fontstyle="italic")
    ax.text(left - 0.85, 4.0, "a + b", ha="right", va="center", fontsize=13,
            fontstyle="italic")
    ax.text(0, 5.0, "the loop", ha="center", fontsize=12)
    ax.text((left + places[0]) / 2, 5.0, "the same network, unrolled:  "
            "time runs to the left, as on paper", ha="center", fontsize=12)
    ax.plot([2.75, 2.75], [-1.7, 5.2], color=GREY, linewidth=0.8, linestyle=":")
    ax.set(xlim=(-0.9, end + 0.6), ylim=(-1.85, 5.35), title=title)
    ax.set_aspect("equal")
    ax.axis("off")
    return fig


def _network(ax, x, below, state, above, bold=False):
    """Draw one input, one hidden state and one output, upon each other."""
    size = 15 if bold else 12
    _box(ax, x, 0, 0.55, 0.55, BLUE, below, size)
    _box(ax, x, 2, 0.6, 0.42, RED, state, 12)
    _box(ax, x, 4, 0.55, 0.42, GREEN, above, size)
    _arrow(ax, (x, 0.57), (x, 1.56), BLUE)
    _arrow(ax, (x, 2.44), (x, 3.56), GREEN)
    ax.text(x + 0.12, 1.05, "Wxh", color=BLUE, fontweight="bold", va="center")
    ax.text(x + 0.12, 3.0, "Why", color=GREEN, fontweight="bold", va="center")


def _box(ax, x, y, half_width, half_height, colour, text, size):
    ax.add_patch(FancyBboxPatch(
        (x - half_width, y - half_height), 2 * half_width, 2 * half_height,
        boxstyle="round,pad=0,rounding_size=0.15", facecolor=PAPER, edgecolor=colour,
        linewidth=1.8, zorder=3))
    ax.text(x, y, text, ha="center", va="center", fontsize=size, zorder=4,
            linespacing=1.25)


def _arrow(ax, start, end, colour, bend=0.0):
    ax.add_patch(FancyArrowPatch(
        start, end, arrowstyle="-|>", mutation_scale=15, color=colour, linewidth=2.2,
        shrinkA=0, shrinkB=0, connectionstyle=f"arc3,rad={bend}", zorder=2))


def right_against_factor(factors, shares, margins, *, title=""):
    """Draw the share of right sums above how clear the least clear answer is.

    - factors, shares, margins: of shape (n,); a margin below 0 is a wrong answer
    Returns the figure.
    """
    fig, (top, low) = plt.subplots(2, 1, figsize=(7.2, 4.8), sharex=True)
    top.plot(factors, shares, "o-", color=BLUE, markersize=3.5)
    top.set(title=title, ylabel="share of all\n16,384 sums right", ylim=(-0.05, 1.08))
    low.plot(factors, margins, "o-", color=GREEN, markersize=3.5)
    low.axhline(0, color=INK, linewidth=1)
    low.axhline(0.5, color=GREY, linewidth=1.2, linestyle="--")
    low.text(factors[0], 0.49, "perfect switches", color=GREY, va="top", fontsize=9.5)
    low.fill_between(factors, margins, 0, where=[m <= 0 for m in margins], color=SKY,
                     alpha=0.5)
    low.set(xlabel="factor that multiplies the weights of the hidden units",
            ylabel="the least clear bit\n(below 0: wrong)", ylim=(None, 0.56))
    return fig
