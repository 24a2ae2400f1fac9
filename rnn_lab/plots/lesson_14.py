"""Pictures of lesson 14."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import Circle, FancyBboxPatch

from .base import BLUE, GREEN, GREY, INK, ORANGE, PAPER, PINK, RED

DPI = 92  # six pictures a lesson: keeps the file small


def pens(ax):
    """Give what draws an arrow, a knot and a box of a cell on some axes."""
    def arrow(start, end, colour=INK, width=1.6):
        ax.annotate("", end, start, arrowprops={
            "arrowstyle": "-|>", "color": colour, "linewidth": width, "shrinkA": 0,
            "shrinkB": 0, "mutation_scale": 10 + 3 * width})

    def knot(x, y, sign, colour=INK):
        ax.add_patch(Circle((x, y), 0.27, facecolor=PAPER, edgecolor=colour,
                            linewidth=2, zorder=3))
        ax.text(x, y - 0.02, sign, ha="center", va="center", fontsize=15, zorder=4)

    def box(x, y, text, below, colour):
        ax.add_patch(FancyBboxPatch(
            (x - 0.42, y - 0.25), 0.84, 0.5, boxstyle="round,pad=0.06",
            facecolor=PAPER, edgecolor=colour, linewidth=2, zorder=3))
        ax.text(x, y, text, ha="center", va="center", fontsize=12, zorder=4)
        ax.text(x, y - 0.42, below, ha="center", va="top", fontsize=9.5, color=colour)

    return arrow, knot, box


def lstm_cell(*, title=""):
    """Draw one LSTM cell: the road of its sum, and the gates along it.

    Returns the figure.
    """
    fig, ax = plt.subplots(figsize=(8.4, 3.9), dpi=DPI)
    road, low = 3.0, 0.9

    arrow, knot, box = pens(ax)
    for start, end in ((0.2, 1.33), (1.87, 3.73), (4.27, 9.0)):
        arrow((start, road), (end, road), BLUE, 4)
    ax.text(0.1, road + 0.2, "c[t]", fontsize=12, color=BLUE)
    ax.text(8.5, road + 0.2, "c[t+1]", fontsize=12, color=BLUE)
    ax.text(2.85, road + 0.45, "the road: times f, plus i g, nothing else", ha="center",
            fontsize=10, color=BLUE)
    knot(1.6, road, "×", RED)
    knot(4.0, road, "+")
    box(1.6, low, "f", "forget gate:\nhow much stays", RED)
    arrow((1.6, low + 0.31), (1.6, road - 0.27), RED)
    box(3.1, low, "i", "input gate:\nhow much enters", GREEN)
    box(4.9, low, "g", "candidate:\nwhat would come in", INK)
    knot(4.0, 1.95, "×", GREEN)
    arrow((3.35, low + 0.31), (3.81, 1.75), GREEN)
    arrow((4.65, low + 0.31), (4.19, 1.75))
    arrow((4.0, 2.22), (4.0, road - 0.27))
    box(6.7, low, "o", "output gate:\nhow much is shown", ORANGE)
    ax.plot([6.7, 6.7], [road, 2.62], color=INK, linewidth=1.6)
    ax.text(6.7, 2.43, "tanh", ha="center", va="center", fontsize=11)
    arrow((6.7, 2.25), (6.7, 2.0))
    knot(6.7, 1.73, "×", ORANGE)
    arrow((6.7, low + 0.31), (6.7, 1.46), ORANGE)
    arrow((6.97, 1.73), (9.0, 1.73), INK, 2)
    ax.text(8.5, 1.93, "h[t+1]", fontsize=12)
    ax.plot([0.9, 7.0], [-0.28, -0.28], color=GREY, linewidth=1.2)
    for x in (1.6, 3.1, 4.9, 6.7):
        ax.plot([x, x], [-0.28, -0.14], color=GREY, linewidth=1.2)
    ax.text(0.8, -0.28, "x[t], h[t]", ha="right", va="center", fontsize=11, color=GREY)
    ax.set(xlim=(-0.3, 9.3), ylim=(-0.55, 3.75), title=title, aspect="equal")
    ax.axis("off")
    return fig


def gates_in_time(values, gates: dict, cell, shown, *, title=""):
    """Draw what a cell is offered, its gates, and its sum, step by step.

    - values: what the candidate offers, (T,);  cell: the sum after each step, (T,)
    - gates: {name: how far it is open, from 0 to 1, (T,)};  shown: h after each step
    Returns the figure.
    """
    T, steps = len(values), np.arange(len(values))
    fig, axes = plt.subplots(3, 1, figsize=(7.8, 4.7), sharex=True, dpi=DPI,
                             height_ratios=[1, 1.1, 1.6])
    axes[0].bar(steps, values, color=INK, width=0.5)
    axes[0].axhline(0, color=INK, linewidth=0.8)
    axes[0].set(ylabel="offered: g", ylim=(-1.15, 1.15), title=title)
    for row, opening in enumerate(gates.values()):
        colour = (GREEN, RED, ORANGE)[row % 3]
        for t, part in enumerate(opening):
            axes[1].barh(-row, 0.9, left=t - 0.45, height=0.72, facecolor=PAPER,
                         edgecolor=colour, linewidth=0.8)
            axes[1].barh(-row, 0.9 * part, left=t - 0.45, height=0.72, color=colour)
    axes[1].set_yticks(-np.arange(len(gates)), [*gates])
    axes[1].grid(False)
    axes[1].set(ylabel="gates", ylim=(0.55 - len(gates), 0.55))
    axes[2].step(np.arange(T + 1) - 0.5, [*cell, cell[-1]], where="post", color=BLUE,
                 linewidth=2.4, label="the sum c")
    axes[2].plot(steps, shown, "o", color=ORANGE, label="what is shown, h")
    axes[2].axhline(0, color=INK, linewidth=0.8)
    axes[2].set(ylabel="c and h", xlabel="step", xlim=(-0.6, T - 0.4))
    axes[2].legend(loc="upper left", bbox_to_anchor=(0, -0.35), ncols=2, fontsize=10)
    axes[2].set_xticks(steps)
    return fig


def reach_lines(lags, lines: dict, *, title="", ylim=(1e-20, 10)):
    """Draw how the size of a gradient changes on its way back, a line for each network.

    - lags: steps back, (n,);  lines: {name: sizes, as shares of the first, (n,)}
    Returns the figure.
    """
    fig, ax = plt.subplots(figsize=(7.6, 4.2), dpi=DPI)
    looks = [(INK, ":"), (GREY, (0, (1, 1))), (PINK, "-."), (GREEN, "-"), (BLUE, "-"),
             (RED, "-")]
    heights = {}  # of the names, at least 1.1 powers of ten apart
    for name, sizes in sorted(lines.items(), key=lambda line: line[1][-1]):
        heights[name] = max(np.log10(sizes[-1]), *(h + 1.1 for h in heights.values()),
                            np.log10(ylim[0]))
    for (colour, style), (name, sizes) in zip(looks, lines.items(), strict=False):
        ax.plot(lags, sizes, color=colour, linestyle=style)
        ax.annotate(f"  {name}", (lags[-1], 10 ** heights[name]), va="center",
                    fontsize=10, color=colour, annotation_clip=False)
    ax.set(title=title, yscale="log", ylim=ylim, xlim=(0, lags[-1]),
           xlabel="steps back", ylabel="size of the gradient,\nas a share of the first")
    low, high = np.log10(ylim)
    ax.set_yticks(10.0 ** np.arange(low, high + 0.1, 5))
    return fig


def adding_runs(groups: dict, *, mark, title=""):
    """Draw the error of several runs of each kind against the steps.

    - groups: {name: (steps (n,), errors (n_runs, n))};  mark: (height, name)
    Returns the figure.
    """
    fig, ax = plt.subplots(figsize=(7.6, 3.9), dpi=DPI)
    for (colour, style), (name, (steps, runs)) in zip(
            [(GREY, (0, (4, 1.5))), (BLUE, "-")], groups.items(), strict=False):
        for i, errors in enumerate(runs):
            ax.plot(steps, errors, color=colour, linestyle=style, linewidth=1.4,
                    label="_" if i else name)
    height, name = mark
    ax.axhline(height, color=RED, linewidth=1.2)
    ax.annotate(name, (steps[-1], height), (0, 4), textcoords="offset points",
                ha="right", color=RED, fontsize=9.5)
    ax.set(title=title, yscale="log", xlabel="training steps (32 sequences each)",
           ylabel="mean squared error\non new sequences of 100")
    ax.legend(loc="upper left", bbox_to_anchor=(0, -0.19), ncols=2, fontsize=10)
    return fig


def two_marks(numbers, marked, units, *, title=""):
    """Draw a sequence of the adding problem, and what it puts into some cells.

    - numbers: (T,);  marked: the steps of the two marks
    - units: {name: what is in a cell after each step, (T,)}
    Returns the figure.
    """
    T, steps = len(numbers), np.arange(len(numbers))
    fig, (top, low) = plt.subplots(2, 1, figsize=(7.8, 4.4), sharex=True, dpi=DPI,
                                   height_ratios=[1, 2])
    top.vlines(steps, 0, numbers, color=GREY, linewidth=1.4)
    top.plot(marked, numbers[marked], "v", color=RED, markersize=8)
    top.vlines(marked, 0, numbers[marked], color=RED, linewidth=2.4)
    for t in marked:
        top.annotate(f"{numbers[t]:.2f}", (t, numbers[t]), (7, 2), color=RED,
                     textcoords="offset points", fontsize=10,
                     bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 1})
    top.set(ylabel="number", ylim=(0, 1.35), title=title, yticks=[0, 0.5, 1])
    looks = [(BLUE, "-"), (GREEN, "--"), (ORANGE, "-."), (PINK, ":")]
    for (colour, style), (name, sums) in zip(looks, units.items(), strict=False):
        low.plot(steps, sums, color=colour, linestyle=style, label=name)
    for t in marked:
        low.axvline(t, color=RED, linewidth=1, alpha=0.6)
    low.set(xlabel="step", ylabel="c minus c without marks", xlim=(-1, T))
    low.legend(loc="upper left", bbox_to_anchor=(0, -0.24), ncols=4, fontsize=10)
    return fig


def latch(runs: dict, *, title=""):
    """Draw the state of one unit in time, once for each kind of input.

    - runs: {name: states, (T + 1,)}
    Returns the figure.
    """
    fig, axes = plt.subplots(1, len(runs), figsize=(8.2, 2.9), sharey=True, dpi=DPI,
                             squeeze=False)
    for ax, (name, states) in zip(axes[0], runs.items(), strict=True):
        ax.axhline(0, color=INK, linewidth=0.8)
        ax.plot(states, color=BLUE, linewidth=1.3)
        ax.plot(0, states[0], "o", color=RED)
        ax.set(title=name, xlabel="step", ylim=(-1.1, 1.1))
    axes[0, 0].set_ylabel("state h")
    fig.suptitle(title, x=0.01, ha="left", fontsize=12)
    return fig
