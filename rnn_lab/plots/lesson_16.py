"""Pictures of lesson 16."""

import matplotlib.pyplot as plt
import numpy as np

from .base import BLUE, GREEN, GREY, INK, RED


def sick_and_healthy(runs: dict, *, healthy: str, named, title="", every=10):
    """Draw the losses of many programs, each as a share of its first loss.

    - runs: {name: losses of shape (n,)};  healthy: the name of the one to stand out
    - named: names of the runs to label at their end;  every: steps in a mean
    Returns the figure.
    """
    fig, ax = plt.subplots(figsize=(7.2, 4.2))
    ends = {}
    for name, losses in runs.items():
        means = np.reshape(losses[: len(losses) // every * every], (-1, every))
        share = means.mean(axis=1) / losses[0]
        steps = every * (np.arange(len(share)) + 0.5)
        style = {"color": BLUE, "lw": 3, "zorder": 3} if name == healthy else {
            "color": RED if name in named else GREY, "lw": 1.2, "alpha": 0.8}
        ax.plot(steps, share, **style)
        if name in named or name == healthy:
            ends[name] = share[-1]
    height = -np.inf
    for name in sorted(ends, key=ends.get):  # from below, none on another
        height = max(ends[name], height + 0.055)
        ax.annotate(name, (1.015, height), xycoords=("axes fraction", "data"),
                    va="center", color=BLUE if name == healthy else RED, fontsize=10,
                    fontweight="bold" if name == healthy else None,
                    annotation_clip=False)
    ax.set(title=title, xlabel="training steps", ylim=(0, 1.05),
           ylabel="loss, as a share of the first", xlim=(0, every * len(share)))
    return fig


def who_sees_what(table: dict, tools, *, title=""):
    """Draw which tool sees which specimen: a filled square where it does.

    - table: {specimen: names of the tools that see it};  tools: names, in order
    Returns the figure.
    """
    names = list(table)
    fig, ax = plt.subplots(figsize=(7.6, 1.5 + 0.31 * len(names)))
    for row, name in enumerate(names):
        for column, tool in enumerate(tools):
            if tool in table[name]:
                ax.add_patch(plt.Rectangle((column - 0.46, row - 0.42), 0.92, 0.84,
                                           color=GREEN, linewidth=0))
                ax.text(column, row, "sees", ha="center", va="center", fontsize=8.5,
                        color="white", fontweight="bold")
            else:
                ax.plot(column, row, ".", color=GREY, markersize=3)
    ax.set_xticks(range(len(tools)), [tool.replace(" ", "\n") for tool in tools],
                  fontsize=8.5)
    ax.set_yticks(range(len(names)), names, fontsize=9.5)
    ax.xaxis.tick_top()
    ax.tick_params(length=0)
    ax.grid(False)
    ax.spines[:].set_visible(False)
    for row in np.arange(0.5, len(names) - 1):
        ax.axhline(row, color=INK, linewidth=0.3, alpha=0.3)
    ax.set(xlim=(-0.6, len(tools) - 0.4), ylim=(len(names) - 0.5, -0.5), title=title)
    return fig
