"""Pictures of lesson 4."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import LogNorm

from .base import BLUE, GREY, INK, ORANGE, PAPER, RED

STYLES = [(BLUE, "-"), (ORANGE, "--"), (INK, ":")]


def blame_flow(from_output, from_future, *, title=""):
    """Draw a network unrolled in time, and how much blame flows back along its ways.

    - from_output: sizes of the blame that each of T outputs sends to its state, (T,)
    - from_future: sizes of the blame that each step sends to the state before, (T,)
    Returns the figure.
    """
    T = len(from_output)
    most = max(np.max(from_output), np.max(from_future))
    fig, ax = plt.subplots(figsize=(7.6, 3.2))

    def box(x, y, text, colour):
        ax.text(x, y, text, ha="center", va="center", fontsize=10.5, zorder=3,
                bbox={"boxstyle": "round,pad=0.35", "fc": PAPER, "ec": colour})

    def arrow(start, end, size, colour, place):
        ax.annotate("", end, start, zorder=2, arrowprops={
            "arrowstyle": "-|>,head_width=0.3,head_length=0.5", "color": colour,
            "linewidth": 0.6 + 5 * size / most, "shrinkA": 13, "shrinkB": 13})
        ax.text(*place, f"{size:.2f}", color=colour, fontsize=9.5, ha="center",
                va="center")

    box(0, 0, "h[0]", GREY)
    for t in range(T):
        box(t + 1, 0, f"h[{t + 1}]", INK)
        box(t + 1, 1, f"y[{t}]", BLUE)
        arrow((t + 1, 1), (t + 1, 0), from_output[t], BLUE, (t + 1.27, 0.5))
        arrow((t + 1, 0), (t, 0), from_future[t], RED, (t + 0.5, -0.27))
    ax.text(0, 1, "from the\noutput", color=BLUE, ha="center", va="center")
    ax.text(0, -0.56, "from the future", color=RED, ha="left", va="center")
    ax.annotate("", (T + 0.3, -0.56), (T - 2.3, -0.56), arrowprops={
        "arrowstyle": "->", "color": GREY})
    ax.text(T - 2.4, -0.56, "time", color=GREY, ha="right", va="center")
    ax.set(title=title, xlim=(-0.55, T + 0.55), ylim=(-0.75, 1.3))
    ax.axis("off")
    return fig


def blame_maps(maps: dict, *, title=""):
    """Draw which states the answer of each column blames, one map beside the other.

    - maps: {title: sizes of the blame, of shape (T, T + 1), [column, state]}, with
      nan where a state comes after the column
    Each row is told as a share of its largest. Returns the figure.
    """
    fig, axes = plt.subplots(1, len(maps), figsize=(7.8, 2.9), sharey=True)
    for ax, (name, blame) in zip(axes, maps.items(), strict=True):
        T = len(blame)
        share = blame / np.nanmax(blame, axis=1, keepdims=True)
        image = ax.imshow(share, cmap="inferno", norm=LogNorm(1e-5, 1),
                          interpolation="nearest")
        ax.set_title(name, fontsize=10.5)
        ax.set_xticks(range(0, T + 1, 2))
        ax.set_yticks(range(T))
        ax.set_xlabel("state h[k]")
        ax.tick_params(length=0, labelsize=9.5)
        ax.grid(False)
        ax.spines[:].set_visible(False)
    axes[0].set_ylabel("column t that blames")
    bar = fig.colorbar(image, ax=axes, label="share of the blame left", pad=0.02,
                       extend="min", shrink=0.95)
    bar.set_ticks([10.0**-i for i in range(6)],
                  labels=["all", *(f"1 / {10**i:,}" for i in range(1, 6))])
    bar.ax.minorticks_off()
    fig.suptitle(title, x=0.01, ha="left", fontsize=12)
    return fig


def bundles(groups: dict, *, every=1, title="", xlabel="", ylabel="", **axes_settings):
    """Draw several runs of each kind, all of a kind in one colour and line style.

    - groups: {name: values of shape (n_runs, n)};  every: steps between two values
    - axes_settings: for `Axes.set`, such as yscale="log"
    Returns the figure.
    """
    fig, ax = plt.subplots(figsize=(7.2, 3.9))
    for (colour, style), (name, runs) in zip(STYLES, groups.items(), strict=False):
        for i, values in enumerate(runs):
            ax.plot(every * np.arange(len(values)), values, color=colour,
                    linestyle=style, linewidth=1.2, label="_" if i else name)
    ax.set(title=title, xlabel=xlabel, ylabel=ylabel, **axes_settings)
    ax.legend(loc="upper left", bbox_to_anchor=(0, -0.19), ncols=3, fontsize=10)
    return fig
