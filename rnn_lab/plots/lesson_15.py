"""Pictures of lesson 15."""

import matplotlib.pyplot as plt
import numpy as np

from .base import BLUE, GREEN, GREY, INK, ORANGE, RED
from .lesson_05 import sum_maps
from .lesson_14 import pens

DPI = 92  # as in lesson 14


def gru_cell(*, title=""):
    """Draw one GRU unit: the state's own road, and the two gates.

    Returns the figure.
    """
    fig, ax = plt.subplots(figsize=(8.4, 3.7), dpi=DPI)
    road, low, middle = 3.0, 0.75, 1.85

    arrow, knot, box = pens(ax)
    for start, end in ((0.2, 4.73), (5.27, 7.03), (7.57, 9.1)):
        arrow((start, road), (end, road), BLUE, 4)
    ax.text(0.1, road + 0.2, "h[t]", fontsize=12, color=BLUE)
    ax.text(8.5, road + 0.2, "h[t+1]", fontsize=12, color=BLUE)
    ax.text(3.0, road + 0.3, "the road: times z, plus (1 - z) n", ha="center",
            fontsize=10, color=BLUE)
    knot(5.0, road, "×", RED)
    knot(7.3, road, "+")
    box(5.0, low, "z", "update gate:\nhow much stays", RED)
    arrow((5.0, low + 0.31), (5.0, road - 0.27), RED)
    knot(7.3, middle, "×", RED)
    arrow((5.0, middle), (7.03, middle), RED)
    ax.text(6.0, middle + 0.1, "1 - z", ha="center", va="bottom", fontsize=11,
            color=RED)
    arrow((7.3, middle + 0.27), (7.3, road - 0.27))
    box(7.3, low, "n", "candidate:\nwhat comes in", INK)
    arrow((7.3, low + 0.31), (7.3, middle - 0.27))
    box(1.5, low, "r", "reset gate: how much of\nthe past n looks at", GREEN)
    ax.plot([1.5, 1.5], [road, 2.4], color=BLUE, linewidth=1.6)
    ax.text(1.5, 2.27, "h Whn + bhn", ha="center", va="center", fontsize=10)
    arrow((1.5, 2.15), (1.5, middle - 0.08))
    knot(1.5, middle - 0.35, "×", GREEN)
    arrow((1.5, low + 0.31), (1.5, middle - 0.62), GREEN)
    ax.plot([1.77, 3.2, 3.2, 6.3, 6.3], [1.5, 1.5, -0.28, -0.28, low], color=GREEN,
            linewidth=1.6)
    arrow((6.3, low), (6.82, low), GREEN)
    ax.text(8.35, low, "x[t] Wxn + bn", va="center", fontsize=10, color=GREY)
    arrow((8.3, low), (7.8, low), GREY)
    ax.text(-0.25, -0.35, "r and z see x[t] and h[t]", fontsize=9.5, color=GREY)
    ax.set(xlim=(-0.3, 9.7), ylim=(-0.5, 3.7), title=title, aspect="equal")
    ax.axis("off")
    return fig


def layers_and_ways(*, title=""):
    """Draw one layer, two layers, one layer read both ways, and one on top of that.

    Returns the figure.
    """
    kinds = {"one layer": [1], "two layers": [1, 1], "both ways": [0],
             "both ways,\nand one on top": [0, 1]}
    fig, axes = plt.subplots(1, 4, figsize=(8.6, 3.1), dpi=DPI, sharey=True)
    looks = {"arrowstyle": "-|>", "shrinkA": 0, "shrinkB": 0, "mutation_scale": 9}

    def arrow(ax, start, end, colour=INK, bend=0.0):
        ax.annotate("", end, start, arrowprops={
            **looks, "color": colour, "linewidth": 1.4,
            "connectionstyle": f"arc3,rad={bend}"})

    for ax, (name, layers) in zip(axes, kinds.items(), strict=True):
        rows = []  # (height, direction, layer) of each row of states
        for layer, one_way in enumerate(layers):
            height = 1 + (rows[-1][0] if rows else 0)
            rows += ([(height, 1, layer)] if one_way
                     else [(height, 1, layer), (height + 0.75, -1, layer)])
        top = rows[-1][0] + 0.95
        for t in range(3):
            ax.plot(t, 0, "s", color=GREY, markersize=8)
            ax.plot(t, top, "D", color=ORANGE, markersize=8)
        for height, way, layer in rows:
            colour = BLUE if way > 0 else GREEN
            for t in range(3):
                ax.plot(t, height, "o", color=colour, markersize=11)
            for t in range(2):
                ends = (t + 0.17, height), (t + 0.83, height)
                arrow(ax, *(ends if way > 0 else ends[::-1]), colour)
            below = [r for r in rows if r[2] == layer - 1] or [(0, 1, -1)]
            above = any(r[2] == layer + 1 for r in rows)
            for t in range(3):
                for low, _, _ in below:
                    bend = 0.35 if height - low > 1.1 else 0.0
                    arrow(ax, (t, low + 0.16), (t, height - 0.17), GREY, bend)
                if not above:
                    bend = 0.35 if top - height > 1.1 else 0.0
                    arrow(ax, (t, height + 0.17), (t, top - 0.18), ORANGE, -bend)
        ax.set(title=name, xlim=(-0.5, 2.5), ylim=(-0.35, 4.05))
        ax.title.set_fontsize(10.5)
        ax.axis("off")
    fig.suptitle(title, x=0.01, ha="left", fontsize=12)
    return fig


def influence_maps(influence: dict, *, title=""):
    """Draw how far each output moves with each input, as a map for each network.

    - influence: {name: how far output t moves with input s, (T, T), [t, s]}
    Returns the figure.
    """
    fig, axes = plt.subplots(1, len(influence), squeeze=False, dpi=DPI,
                             figsize=(1.2 + 2.5 * len(influence), 3.1), sharey=True)
    for ax, (name, sizes) in zip(axes[0], influence.items(), strict=True):
        with np.errstate(divide="ignore"):
            powers = np.log10(sizes / sizes.max())
        powers = np.where(sizes > 0, np.maximum(powers, -3), np.nan)
        image = ax.imshow(powers, cmap="viridis_r", vmin=-3, vmax=0)
        for t, s in np.argwhere(sizes == 0):
            ax.text(s, t, "·", ha="center", va="center", color=GREY)
        ax.set(title=name, xlabel="input s, flipped")
        ax.title.set_fontsize(10.5)
        ax.set_xticks(range(0, len(sizes), 2))
        ax.set_yticks(range(0, len(sizes), 2))
        ax.grid(False)
    axes[0, 0].set_ylabel("output t")
    bar = fig.colorbar(image, ax=axes[0], label="share of the largest", fraction=0.03,
                       pad=0.02, ticks=[-3, -2, -1, 0])
    bar.ax.set_yticklabels(["0.001", "0.01", "0.1", "1"])
    fig.suptitle(title, x=0.01, ha="left", fontsize=12)
    return fig


def wrong_maps(maps: dict):
    """Draw `sum_maps` for answers of any kind.

    - maps: {title: numbers of wrong columns, of shape (n, n), [a, b]}
    Returns the figure.
    """
    fig = sum_maps(maps)
    fig.axes[-1].set_ylabel("wrong columns of the answer")
    return fig
