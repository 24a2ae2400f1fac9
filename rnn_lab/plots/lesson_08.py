"""Pictures of lesson 8."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import LinearSegmentedColormap

from .base import BLUE, GREEN, GREY, INK, ORANGE, PAPER, PINK, RED, SKY

# colour, line and marker of each of up to five optimisers
STYLES = [(SKY, "-", "o"), (RED, (0, (5, 1.2)), "s"), (GREEN, (0, (1, 1)), "^"),
          (ORANGE, (0, (5, 1, 1, 1)), "D"), (PINK, (0, (9, 2)), "v")]


def five_paths(x, y, loss, paths: dict, *, title=""):
    """Draw a valley from above, dark where it is low, and walks on it.

    - x, y: places along both axes, (n,) and (m,);  loss: of shape (m, n), above 0
    - paths: {name: places of shape (n_steps + 1, 2)}, up to five
    Returns the figure.
    """
    fig, ax = plt.subplots(figsize=(6.7, 6.1))
    shades = LinearSegmentedColormap.from_list(
        "night", ["#0b1220", "#1d2b44", "#3c4d6b", "#6f7f99"])
    height = np.log10(np.maximum(loss, 0.1))
    ax.contourf(x, y, height, 14, cmap=shades, antialiased=False)
    for (name, path), (colour, line, mark) in zip(paths.items(), STYLES, strict=False):
        ax.plot(*np.transpose(path), color=colour, linestyle=line, marker=mark,
                markersize=4.5, linewidth=1.4, markeredgecolor="#0b1220",
                markeredgewidth=0.5, label=f"{name}, {len(path) - 1} steps",
                zorder=2 + 1 / len(path))  # the fewer steps, the higher it lies
    start = next(iter(paths.values()))[0]
    row, column = np.unravel_index(np.argmin(loss), np.shape(loss))
    ax.plot(*start, "o", color="white", markersize=8, zorder=5)
    ax.annotate("start", start, (9, 3), textcoords="offset points", color="white",
                fontweight="bold")
    ax.plot(x[column], y[row], "*", color="white", markersize=17, zorder=6,
            markeredgecolor="#0b1220")
    ax.grid(False)
    ax.set(title=title, xlabel="first number", ylabel="second number", aspect="equal",
           xlim=(x[0], x[-1]), ylim=(y[0], y[-1]))
    ax.legend(loc="upper left", bbox_to_anchor=(-0.02, -0.1), ncols=3, fontsize=9.5,
              handlelength=2.6, columnspacing=1)
    return fig


def rate_sweep(rates, losses: dict, *, nothing, good, title="", ylabel=""):
    """Draw final losses against learning rates, and below which rates are any good.

    - rates: of shape (n,);  losses: {name: (n, n_seeds)}, inf where a run ran away
    - nothing: the loss of knowing nothing;  good: a loss that counts as learnt
    A line joins the medians, a dot is one seed. Returns the figure.
    """
    fig, (above, below) = plt.subplots(
        2, 1, figsize=(6.8, 5.3), sharex=True, height_ratios=[3.1, 1.3])
    least = min(np.min(values) for values in losses.values())
    room = nothing - least
    above.axhspan(least - room, good, color=GREEN, alpha=0.1, linewidth=0)
    above.axhline(nothing, color=GREY, linestyle="--", linewidth=1.2)
    above.annotate("knows nothing", (rates[-1], nothing), (0, 3), color=INK, ha="right",
                   textcoords="offset points", fontsize=9.5)
    above.annotate("good", (rates[0], good), (0, -4), color=INK, va="top",
                   textcoords="offset points", fontsize=9.5)
    for i, ((name, values), (colour, line, mark)) in enumerate(
            zip(losses.items(), STYLES, strict=False)):
        colour = BLUE if colour == SKY else colour
        middle = np.median(values, axis=1)
        shown = np.where(middle > nothing + 0.3 * room, np.nan, middle)
        above.plot(rates, shown, color=colour, linestyle=line, marker=mark,
                   markersize=5.5, label=name)
        for seed in np.transpose(values):
            above.plot(rates, np.where(np.isfinite(seed), seed, np.nan), ".",
                       color=colour, markersize=4)
        away, fine = middle > 1.05 * nothing, middle <= good
        below.plot(rates[fine], np.full(fine.sum(), i), mark, color=colour,
                   markersize=9)
        below.plot(rates[away], np.full(away.sum(), i), "x", color=INK, markersize=6)
        rest = ~(fine | away)
        below.plot(rates[rest], np.full(rest.sum(), i), ".", color=GREY, markersize=4)
    above.set(ylim=(least - 0.08 * room, nothing + 0.3 * room), title=title,
              ylabel=ylabel, xscale="log")
    fig.legend(*above.get_legend_handles_labels(), loc="outside lower center", ncols=5,
               fontsize=10, handlelength=2.6, columnspacing=1.1)
    below.set(ylim=(len(losses) - 0.4, -0.6), xlabel="learning rate")
    below.set_yticks(range(len(losses)), losses)
    below.tick_params(axis="y", length=0)
    below.grid(axis="y", visible=False)
    below.set_title("large mark: good  ·  dot: too slow or too rough  ·  cross: worse "
                    "than knowing nothing", fontsize=9.5)
    return fig


def letter_steps(steps, panels: dict, *, title="", ylabel=""):
    """Draw how far one unit of gradient moves the weights of some letters.

    - steps: of shape (n,);  panels: {title: {name: lengths of shape (n,)}}
    Returns the figure.
    """
    fig, axes = plt.subplots(1, len(panels), figsize=(7.6, 3.5))
    for ax, (name, lines) in zip(axes, panels.items(), strict=True):
        for (letter, lengths), colour, line in zip(
                lines.items(), [BLUE, RED, GREEN], ["-", (0, (4, 1)), ":"],
                strict=False):
            ax.plot(steps, lengths, linestyle=line, color=colour, label=letter,
                    linewidth=1.2)
        ax.set(xscale="log", yscale="log", xlabel="training step")
        ax.set_title(name, fontsize=11)
        ax.xaxis.set_major_formatter("{x:,.0f}")
    axes[0].set_ylabel(ylabel)
    axes[0].legend(loc="lower left", fontsize=10, facecolor=PAPER)
    fig.suptitle(title, x=0.02, ha="left", fontsize=12)
    return fig
