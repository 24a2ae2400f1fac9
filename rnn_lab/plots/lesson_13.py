"""Pictures of lesson 13."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import Circle, FancyBboxPatch

from .base import BLUE, GREEN, GREY, INK, ORANGE, PAPER, PINK, RED

DPI = 92  # six pictures a lesson: keeps the file small
LOOKS = [("o", BLUE), ("^", RED), ("s", GREEN), ("D", ORANGE), ("v", PINK)]


def three_arrangements():
    """Draw the three ways in which the networks of this lesson are asked.

    Returns the figure.
    """
    fig, axes = plt.subplots(1, 3, figsize=(8.2, 2.9), dpi=DPI)
    kinds = {"many to one": [3], "many to many": [0, 1, 2, 3],
             "fed with its own outputs": [1, 2, 3]}
    for ax, (name, outputs) in zip(axes, kinds.items(), strict=True):
        own = name.startswith("fed")
        for t in range(4):
            ax.add_patch(FancyBboxPatch(
                (t - 0.28, -0.28), 0.56, 0.56, facecolor=PAPER, edgecolor=INK,
                boxstyle="round,pad=0,rounding_size=0.1"))
            ax.text(t, 0, f"h[{t + 1}]", ha="center", va="center", fontsize=9.5)
            if t < 3:
                point(ax, (t + 0.28, 0), (t + 0.72, 0), INK)
            if t <= 1 or not own:
                ax.add_patch(Circle((t, -1.1), 0.2, facecolor=BLUE, edgecolor="none"))
                ax.text(t, -1.1, "x", color="white", ha="center", va="center")
                point(ax, (t, -0.9), (t, -0.28), BLUE)
            if t in outputs:
                point(ax, (t, 0.28), (t, 0.87), RED)
                ax.add_patch(plt.Rectangle((t - 0.19, 0.88), 0.38, 0.38, facecolor=RED))
                ax.text(t, 1.07, "y", color="white", ha="center", va="center")
            if own and t >= 2:  # up from the last output, over, and in from below
                way = [(t - 0.81, 1.07), (t - 0.5, 1.07), (t - 0.5, -0.75),
                       (t, -0.75), (t, -0.6)]
                ax.plot(*np.transpose(way), color=RED, linestyle="--", linewidth=1.5)
                point(ax, (t, -0.6), (t, -0.28), RED)
        ax.set(title=name, xlim=(-0.5, 3.5), ylim=(-1.4, 1.4), aspect="equal")
        ax.title.set(ha="center", position=(0.5, 1))
        ax.set_title(name, loc="center", fontsize=11.5)
        ax.set_title("", loc="left")
        ax.axis("off")
    axes[1].text(1.5, -1.62, "time goes to the right", ha="center", fontsize=10,
                 color=GREY)
    return fig


def point(ax, start, end, colour):
    """Draw a small arrow."""
    ax.annotate("", end, start, arrowprops={
        "arrowstyle": "-|>", "color": colour, "linewidth": 1.5, "shrinkA": 0,
        "shrinkB": 0})


def errors_in_and_out(rows: dict, *, title="", marks: dict | None = None):
    """Draw errors inside and beyond the range of training, a row for each network.

    - rows: {name: (errors inside, errors beyond), both of shape (n_seeds,)}
    - marks: {name: error} of vertical lines to compare with
    Returns the figure.
    """
    fig, ax = plt.subplots(figsize=(8.0, 1.3 + 0.5 * len(rows)), dpi=DPI)
    for i, (inside, beyond) in enumerate(rows.values()):
        ax.plot(inside, np.full(len(inside), i - 0.14), "o", color=BLUE, alpha=0.75,
                label="" if i else "starts 0 to 99", markeredgewidth=0)
        ax.plot(beyond, np.full(len(beyond), i + 0.14), "^", color=RED, alpha=0.75,
                label="" if i else "starts 120 to 129", markeredgewidth=0)
    for name, place in (marks or {}).items():
        ax.axvline(place, color=INK, linestyle="--", linewidth=1.2)
        ax.annotate(name, (place, -0.62), (4, 0), textcoords="offset points",
                    fontsize=9.5, va="center")
    ax.set_yticks(range(len(rows)), rows)
    ax.set(xscale="log", title=title, xlabel="furthest answer off by",
           ylim=(len(rows) - 0.5, -0.9))
    ax.xaxis.set_major_formatter("{x:g}")
    ax.grid(axis="y", visible=False)
    ax.legend(loc="upper left", bbox_to_anchor=(0.2, -0.22), ncols=2, fontsize=10,
              handletextpad=0.1)
    return fig


def beyond_the_range(starts, lines: dict, right, known, *, ceiling, title=""):
    """Draw what networks answer inside and beyond the range they were trained on.

    - starts: of shape (n,);  lines: {name: answers of shape (n_seeds, n)}
    - right: right answers, (n,);  known: (first, last start of training)
    - ceiling: {name: the most that one network can say}
    Returns the figure.
    """
    fig, ax = plt.subplots(figsize=(8.0, 4.3), dpi=DPI)
    ax.axvspan(*known, color=GREY, alpha=0.22, linewidth=0)
    ax.text(np.mean(known), right[-1] * 0.97, "trained\nhere", ha="center", va="top",
            fontsize=10)
    ax.plot(starts, right, color=INK, linewidth=5, alpha=0.25)
    ax.text(starts[-1], right[-1], " right", va="center", fontsize=11)
    for (name, answers), (_, colour), style in zip(lines.items(), LOOKS, ("-", "--"),
                                                   strict=False):
        for answer in answers:
            ax.plot(starts, answer, color=colour, linestyle=style, linewidth=1.2)
        middle = np.median(answers[:, -1])
        ax.text(starts[-1], min(middle, right[-1] - 34), f" {name}", color=colour,
                va="center")
    for name, height in ceiling.items():
        ax.axhline(height, color=RED, linewidth=1, linestyle=":")
        ax.text(starts[0], height, name, color=RED, fontsize=9.5, va="bottom")
    ax.set(title=title, xlabel="the run starts at", ylabel="the network's next number",
           xlim=(starts[0], starts[-1]))
    return fig


def carried_on(steps, seen, clean, lines: dict, *, title=""):
    """Draw a noisy wave, and how several ways carry it on after it ends.

    - steps: of shape (n,);  clean: the wave without noise, (n,)
    - seen: its noisy beginning, (m,);  lines: {name: (n - m,)}, what comes after
    Returns the figure.
    """
    fig, ax = plt.subplots(figsize=(8.2, 3.6), dpi=DPI)
    m = len(seen)
    ax.plot(steps, clean, color=INK, linewidth=5, alpha=0.2, label="without noise")
    ax.plot(steps[:m], seen, ".", color=GREY, markersize=5, label="seen")
    for (name, line), (_, colour), style in zip(
            lines.items(), LOOKS, ("-", (0, (2, 1)), "-."), strict=False):
        ax.plot(steps[m:], line, color=colour, linestyle=style, linewidth=1.6,
                label=name)
    ax.axvline(steps[m] - 0.5, color=INK, linewidth=1)
    ax.annotate("from here on alone ", (steps[m] - 0.5, 1.36), ha="right", va="center",
                fontsize=10)
    ax.set(title=title, xlabel="step", ylabel="value", ylim=(-1.3, 1.55))
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.17), ncols=4, fontsize=10,
              handlelength=1.6, columnspacing=1.2)
    return fig


def rings(panels: dict, delay, *, title=""):
    """Draw each value against the one of some steps ago: a wave becomes a ring.

    - panels: {title: {name: waves carried on, of shape (n,)}}, the same names
    - delay: steps, about a quarter of the period
    Returns the figure.
    """
    fig, axes = plt.subplots(1, len(panels), figsize=(8.2, 4.5), sharex=True,
                             sharey=True, dpi=DPI)
    for ax, (name, waves) in zip(axes, panels.items(), strict=True):
        for (label, wave), (mark, colour) in zip(waves.items(), LOOKS, strict=False):
            now, ago = wave[delay:], wave[:-delay]
            ax.plot(now, ago, color=colour, linewidth=0.9, alpha=0.8)
            ax.plot(now[:1], ago[:1], mark, color=colour, markersize=9,
                    markeredgecolor=INK, label=label, zorder=3)
        ax.set(title=name, aspect="equal", xlabel="value now")
    axes[0].set_ylabel(f"value {delay} steps ago")
    handles, names = axes[0].get_legend_handles_labels()
    fig.legend(handles, names, loc="outside lower center", ncols=len(names),
               fontsize=10)
    fig.suptitle(title, x=0.01, ha="left", fontsize=12)
    return fig
