"""Pictures of lesson 11."""

import matplotlib.pyplot as plt
import numpy as np

from .base import BLUE, GREEN, GREY, INK, ORANGE, PAPER, RED, SKY


def raw_and_smooth(losses, smooth_losses, *, levels=None):
    """Draw the loss of every step as a dot, and the smooth loss as a line through them.

    - losses, smooth_losses: of shape (n,)
    - levels: {name: height} of marks to compare with
    Returns the figure.
    """
    fig, ax = plt.subplots(figsize=(7.2, 3.8))
    steps = np.arange(1, len(losses) + 1)
    every = max(1, len(losses) // 2500)
    ax.plot(steps[::every], losses[::every], ".", color=SKY, markersize=2.5, alpha=0.6)
    ax.plot(steps[::every], smooth_losses[::every], color=RED)
    for name, height in (levels or {}).items():
        ax.axhline(height, color=GREY, linestyle="--", linewidth=1.2)
        ax.text(1.02 * steps[-1], height, name, color=INK, va="bottom", fontsize=9.5)
    place = len(losses) // 5
    ax.annotate("smooth loss", (steps[place], smooth_losses[place]), (38, 46),
                textcoords="offset points", color=RED,
                arrowprops={"arrowstyle": "-", "color": RED})
    ax.text(0.42, 0.07, "each dot: the loss of one window", color=BLUE,
            transform=ax.transAxes, ha="center")
    ax.xaxis.set_major_formatter("{x:,.0f}")
    ax.set(title="One window tells little, a thousand tell much",
           xlabel="training steps", ylabel="loss of 25 characters, nats",
           ylim=(0, 125), xlim=(-0.02 * len(losses), 1.24 * len(losses)))
    return fig


def one_change(bits: dict):
    """Draw where each change of a recipe ends, beside the recipe itself.

    - bits: {what was changed: bits per character}, the recipe itself first
    Returns the figure.
    """
    names, values = [*bits], np.array([*bits.values()])
    fig, ax = plt.subplots(figsize=(7.2, 0.9 + 0.42 * len(names)))
    rows = np.arange(len(names))
    ax.axvline(values[0], color=GREEN, linewidth=1.4)
    ax.hlines(rows[1:], values[0], values[1:], color=GREY, linewidth=2.4)
    ax.plot(values[1:], rows[1:], "o", color=RED, markersize=9)
    ax.plot(values[0], 0, "D", color=GREEN, markersize=9)
    for row, value in zip(rows, values, strict=True):
        gap = value - values[0]
        ax.annotate(f"{value:.2f}" + (f"  ({gap:+.2f})" if row else ""), (value, row),
                    (10, 0), textcoords="offset points", va="center")
    ax.set_yticks(rows, names)
    ax.invert_yaxis()
    ax.grid(axis="y", visible=False)
    low, high = values.min(), values.max()
    ax.set(title="One change at a time, in the same time",
           xlabel="held-out bits per character (less is better)",
           xlim=(low - 0.1 * (high - low), high + 0.3 * (high - low)))
    return fig


def marks_and_curves(counting, runs: dict, *, uniform):
    """Draw counting models as bars, and beside them networks as they read and learn.

    - counting: bits per character with 0, 1, 2, ... characters of context, (n,)
    - runs: {name: (characters read, bits per character)}, both of shape (m,)
    - uniform: what an even guess pays
    Returns the figure.
    """
    fig, (left, right) = plt.subplots(
        1, 2, figsize=(8.4, 4.6), sharey=True, width_ratios=(1, 2))
    best = int(np.argmin(counting))
    top = max([uniform, *(max(bits) for _, bits in runs.values())])
    colours = [ORANGE if k == best else SKY for k in range(len(counting))]
    bars = left.bar(range(len(counting)), counting, color=colours, width=0.78)
    left.bar_label(bars, [f"{b:.2f}" for b in counting], padding=2, fontsize=9.5)
    left.set(title="Counting", xlabel="characters of context",
             ylabel="held-out bits per character", ylim=(0, 0.3 + top))
    left.set_xticks(range(len(counting)))
    left.grid(axis="x", visible=False)
    for k, height in enumerate(counting[: best + 1]):
        right.axhline(height, color=ORANGE if k == best else SKY, linewidth=1.2)
    right.axhline(uniform, color=GREY, linestyle="--", linewidth=1.2)
    styles = zip(("--", "-", ":"), (BLUE, RED, INK), strict=True)
    for name, (read, bits) in runs.items():
        style, colour = next(styles)
        right.plot(read, bits, style, color=colour, label=name)
        right.plot(read[-1], bits[-1], "o", color=colour)
        right.annotate(f"{bits[-1]:.2f}", (read[-1], bits[-1]), (8, 0), color=colour,
                       textcoords="offset points", va="center", fontweight="bold",
                       bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 1})
    last = max(read[-1] for read, _ in runs.values())
    right.text(3.3 * last, uniform + 0.08, "an even guess", color=GREY, ha="right",
               fontsize=9.5)
    right.set(title="Networks, as they read", xscale="log",
              xlabel="characters read (each text counted as often as it is read)")
    right.set_xlim(right=3.6 * last)
    right.xaxis.set_major_formatter("{x:,.0f}")
    right.legend(loc="lower left", fontsize=10)
    return fig


def learnt_by_heart(ages, seen, unseen, *, mark, mark_name):
    """Draw bits on the text that is trained on and on text never seen, as they part.

    - ages: training steps, (n,);  seen, unseen: bits per character, (n,)
    - mark, mark_name: a height to compare with, and what it is
    Returns the figure.
    """
    fig, ax = plt.subplots(figsize=(7.2, 4.0))
    best = int(np.argmin(unseen))
    ax.fill_between(ages, seen, unseen, color=ORANGE, alpha=0.2, linewidth=0)
    ax.plot(ages, unseen, "-", color=BLUE)
    ax.plot(ages, seen, "--", color=RED)
    ax.plot(ages[best], unseen[best], "o", color=BLUE, markersize=10, fillstyle="none",
            markeredgewidth=2)
    ax.annotate("stop here: keep these weights", (ages[best], unseen[best]), (10, 32),
                textcoords="offset points", color=BLUE,
                arrowprops={"arrowstyle": "-", "color": BLUE})
    ax.axhline(mark, color=GREY, linestyle=":", linewidth=1.5)
    ax.text(ages[-1], mark + 0.05, mark_name, color=GREY, ha="right", fontsize=9.5)
    ax.text(ages[-1], unseen[-1], " on text it has\n never seen", color=BLUE,
            va="center")
    ax.text(ages[-1], seen[-1], " on the text\n it learns", color=RED, va="center")
    ax.text(0.62 * ages[-1], 0.5 * (mark + np.interp(0.62 * ages[-1], ages, seen)),
            "learnt by heart", ha="center", va="center")
    ax.set(title="It goes on learning, and knows less and less",
           xlabel="training steps", ylabel="bits per character",
           xlim=(0, 1.25 * ages[-1]), ylim=(0, 1.22 * max(unseen)))
    return fig
