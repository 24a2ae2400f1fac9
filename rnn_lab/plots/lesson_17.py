"""Pictures of lesson 17."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import FancyArrowPatch, Rectangle

from .base import BLUE, GREEN, INK, ORANGE, PAPER, RED

GATES = {"o": ORANGE, "i": GREEN, "f": RED, "g": BLUE}


def moved_gates(*, title=""):
    """Draw how the four blocks of an LSTM's Whh move to PyTorch's weight_hh_l0.

    Returns the figure.
    """
    fig, ax = plt.subplots(figsize=(7.6, 3.7))
    left, right, size = 0.0, 7.4, 1.0
    for x, y, gate in [*((left + k * size, 1.5, g) for k, g in enumerate("oifg")),
                       *((right, 3 - k * size, g) for k, g in enumerate("ifgo"))]:
        ax.add_patch(Rectangle((x, y), size, size, facecolor=PAPER, linewidth=2,
                               edgecolor=GATES[gate]))
        turned = x == right
        ax.text(x + 0.5, y + 0.5, f"W$_{{h{gate}}}${'$^T$' * turned}", ha="center",
                va="center", fontsize=13, color=GATES[gate])
    ends = {"o": 0.5, "i": 3.5, "f": 2.5, "g": 1.5}
    for k, gate in enumerate("oifg"):
        up = gate in "if"
        ax.add_patch(FancyArrowPatch(
            (left + k + 0.5, 2.5 if up else 1.5), (right, ends[gate]), shrinkB=3,
            connectionstyle=f"arc3,rad={-0.28 if up else 0.28}", linewidth=1.5,
            arrowstyle="-|>", mutation_scale=14, color=GATES[gate]))
    ax.text(left, 0.1, "ours: Whh, (H, 4H)\nfour blocks of columns", va="top")
    ax.text(right + 0.5, -0.15, "PyTorch: weight_hh_l0, (4H, H)\nfour blocks of rows",
            va="top", ha="center")
    ax.set(xlim=(-0.2, 9.9), ylim=(-1.0, 4.4), aspect="equal")
    ax.set_title(title)
    ax.axis("off")
    return fig


def looked_up(weights, symbols, marked, *, title=""):
    """Draw where each step looks: a row for each look-up, a column for each step.

    - weights: of shape (T, T), rows sum to 1
    - symbols: T characters;  marked: whether each is marked, (T,)
    Returns the figure.
    """
    T = len(weights)
    fig, ax = plt.subplots(figsize=(6.6, 5.4))
    future = np.ma.masked_array(np.ones((T, T)), np.tri(T, dtype=bool))
    ax.imshow(weights, cmap="Blues", vmin=0, vmax=1)
    ax.imshow(future, cmap="Greys", vmin=0, vmax=7)
    ax.grid(False)
    for t in range(T):
        frame = {"boxstyle": "circle,pad=0.25", "facecolor": "none",
                 "edgecolor": RED if marked[t] else "none", "linewidth": 1.8}
        ax.text(t, -1.1, symbols[t], ha="center", va="center", fontsize=12, bbox=frame,
                color=RED if marked[t] else INK)
        answer = symbols[int(weights[t].argmax())]
        ax.text(T - 0.1, t, answer, va="center", fontsize=12, color=RED)
    ax.text(T + 0.15, -1.1, "answer", ha="center", va="center", fontsize=10)
    ax.text((T - 1) * 0.72, (T - 1) * 0.22, "not known yet", ha="center", color=INK)
    ax.set_xticks(range(T), range(T))
    ax.set_yticks(range(T), range(T))
    ax.tick_params(length=0)
    ax.set(xlabel="step that is looked at", ylabel="step that asks")
    ax.set_title(title, pad=34)
    return fig
