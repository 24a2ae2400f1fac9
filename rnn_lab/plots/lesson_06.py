"""Pictures of lesson 6."""

import matplotlib.pyplot as plt
import numpy as np

from .base import BLUE, GREY, INK, ORANGE, PAPER, RED

SHAPES = "os^"  # a column with none, one or two bits of 1


def state_map(points, ones, carry_in, paths: dict, *, title=""):
    """Draw hidden states as points on a map, above the paths of some additions.

    - points: of shape (n, 2);  ones: 0, 1 or 2 bits of 1 in the column, of shape (n,)
    - carry_in: 0 or 1, the carry into the column, of shape (n,)
    - paths: {title: (points of shape (T + 1, 2), carries out of shape (T + 1,))}, from
      the start state on
    Returns the figure.
    """
    fig = plt.figure(figsize=(7.6, 8.4))
    grid = fig.add_gridspec(2, len(paths), height_ratios=[2.1, 1])
    ax = fig.add_subplot(grid[0, :])
    for kind in np.ndindex(3, 2):
        here = (ones == kind[0]) & (carry_in == kind[1])
        goes_on = sum(kind) > 1
        ax.plot(*points[here].T, SHAPES[kind[0]], color=ORANGE if goes_on else BLUE,
                markersize=4.5, alpha=0.5, markeredgewidth=0)
        words = ("0 + 0", "0 + 1", "1 + 1")[kind[0]] + (" + carry" if kind[1] else "")
        ax.annotate(words, np.median(points[here], axis=0), xytext=(0, 15),
                    textcoords="offset points", ha="center", fontsize=10.5,
                    bbox={"facecolor": PAPER, "alpha": 0.8, "linewidth": 0, "pad": 1})
    start = next(iter(paths.values()))[0][0]
    ax.plot(*start, "*", color=INK, markersize=13)
    ax.annotate("start", start, xytext=(9, -4), textcoords="offset points")
    for carry, colour in enumerate((BLUE, ORANGE)):
        ax.plot([], [], "o", color=colour, label=f"carry out {carry}")
    ax.legend(loc="lower left", ncols=2)
    ax.set(title=title, xlabel="first principal component",
           ylabel="second principal component")
    ax.margins(0.08)
    for i, (name, (path, carries)) in enumerate(paths.items()):
        small = fig.add_subplot(grid[1, i])
        small.plot(*points.T, ".", color=GREY, markersize=2, alpha=0.12)
        for point, before in zip(path[1:], path[:-1], strict=True):
            small.annotate("", point, before, arrowprops={
                "arrowstyle": "->", "color": INK, "shrinkA": 4, "shrinkB": 4,
                "linewidth": 0.9})
        for t, (point, carry) in enumerate(zip(path, carries, strict=True)):
            marker = "o" if t else "*"
            small.plot(*point, marker, color=ORANGE if carry else BLUE,
                       markersize=7 if t else 12, markeredgecolor=INK,
                       markeredgewidth=0.6)
        small.set_title(name, fontsize=10.5)
        small.set(xticks=[], yticks=[], xlim=ax.get_xlim(), ylim=ax.get_ylim())
        small.grid(False)
        small.spines[["top", "right"]].set_visible(True)
    return fig


def cut_units(counts: dict, order, *, most, title="", xlabel="", ylabel=""):
    """Draw one row a unit, with a mark for what is left when it is cut out.

    - counts: {way of cutting: numbers of shape (n_units,)}, two ways at most
    - order: the units, from above;  most: the number with no unit cut
    Returns the figure.
    """
    fig, ax = plt.subplots(figsize=(7.2, 4.9))
    rows = np.arange(len(order))[::-1]
    looks = (("o", BLUE), ("x", RED))
    for (name, values), (marker, colour) in zip(counts.items(), looks, strict=False):
        ax.plot(np.asarray(values)[order], rows, marker, color=colour, label=name,
                markersize=8, markeredgewidth=2, clip_on=False)
    ax.axvline(most, color=GREY, linestyle="--", linewidth=1.2)
    ax.set_yticks(rows, [f"{unit}" for unit in order], fontsize=9)
    ax.xaxis.set_major_formatter("{x:,.0f}")
    ax.set(title=title, xlabel=xlabel, ylabel=ylabel, xlim=(0, None))
    ax.legend(loc="upper left", bbox_to_anchor=(0, -0.14), ncols=2)
    return fig
