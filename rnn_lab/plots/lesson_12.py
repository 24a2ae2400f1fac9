"""Pictures of lesson 12."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import LinearSegmentedColormap

from .base import BLUE, GREEN, GREY, INK, ORANGE, PAPER, RED, visible

PALE = LinearSegmentedColormap.from_list("pale", ["#d09a4e", "#ffffff", "#3fa79b"])


def painted_text(text: str, units: dict):
    """Paint the activity of hidden units over a passage, once for each unit.

    - text: n characters, with its line breaks
    - units: {title: (activity from -1, brown, over 0, white, to 1, green, (n,); whether
      to underline each character, (n,))}
    Returns the figure.
    """
    lines = text.split("\n")
    longest = max(map(len, lines)) + 1
    places = np.array([(row, column) for row, line in enumerate(lines)
                       for column in range(len(line) + 1)][: len(text)])
    fig, axes = plt.subplots(len(units), 1, squeeze=False,
                             figsize=(8.2, len(units) * (0.225 * len(lines) + 0.42)))
    for ax, (title, (activity, lined)) in zip(axes[:, 0], units.items(), strict=True):
        page = np.full((len(lines), longest), np.nan)
        page[*places.T] = activity
        image = ax.imshow(np.ma.masked_invalid(page), cmap=PALE, vmin=-1, vmax=1,
                          aspect="auto", interpolation="nearest")
        for (row, column), symbol in zip(places, text, strict=True):
            ax.text(column, row, "\u21b5" if symbol == "\n" else symbol, ha="center",
                    va="center_baseline", fontsize=8, family="monospace")
        rows, columns = places[np.asarray(lined)].T
        ax.hlines(rows + 0.43, columns - 0.5, columns + 0.5, color=INK, linewidth=1.7)
        ax.grid(False)
        ax.spines[:].set_visible(False)
        ax.set(xticks=[], yticks=[])
        ax.set_title(title, fontsize=10.5)
    bar = fig.colorbar(image, ax=axes, fraction=0.02, pad=0.01, aspect=50)
    bar.set_label("what the unit says", fontsize=9.5)
    return fig


def guesses(text: str, symbols: str, odds, n_best: int = 4):
    """Draw what each character of a text costs, and what was expected in its place.

    - text: n characters;  symbols: all m characters that the model knows
    - odds: probability of each *before* the character came, of shape (n, m)
    A frame marks the character that came. Returns the figure.
    """
    odds = np.asarray(odds)
    came = np.array([symbols.index(symbol) for symbol in text])
    bits = -np.log2(odds[np.arange(len(text)), came])
    best = np.argsort(-odds, axis=1)[:, :n_best]
    shades = np.take_along_axis(odds, best, axis=1).T
    fig, (top, ax) = plt.subplots(2, 1, figsize=(8.2, 3.5), sharex=True,
                                  height_ratios=[1.1, 1])
    top.bar(range(len(text)), bits, color=RED, width=0.8)
    top.set(ylabel="bits it cost", title="What came, what it cost, and what was "
            "expected instead")
    top.grid(axis="x", visible=False)
    top.tick_params(axis="x", length=0, labelbottom=True)
    image = ax.imshow(shades, cmap="Blues", vmin=0, vmax=1, aspect="auto")
    for (row, column), shade in np.ndenumerate(shades):
        ax.text(column, row, visible(symbols[best[column, row]]), ha="center",
                va="center", color=PAPER if shade > 0.55 else INK, family="monospace",
                fontsize=9.5)
        if best[column, row] == came[column]:
            ax.add_patch(plt.Rectangle((column - 0.46, row - 0.46), 0.92, 0.92,
                                       fill=False, edgecolor=RED, linewidth=1.6))
    ax.set_xticks(range(len(text)), [visible(symbol) for symbol in text],
                  family="monospace")
    ax.set_yticks(range(n_best), [f"{rank}." for rank in range(1, n_best + 1)])
    ax.tick_params(axis="both", length=0, labelbottom=False)
    ax.grid(False)
    ax.spines[:].set_visible(False)
    ax.set(ylabel="guess")
    fig.colorbar(image, ax=ax, label="probability", fraction=0.04, pad=0.01)
    return fig


def who_tells(names, scores: dict):
    """Draw how well each property is told by several readers, one row a property.

    - names: the n properties
    - scores: {reader: AUC of shape (n,)}; readers whose name begins with "all" are
      drawn as squares, the others as circles, those not trained hollow, noise as x
    Returns the figure.
    """
    fig, ax = plt.subplots(figsize=(8.2, 0.62 * len(names) + 1.9))
    rows = np.arange(len(names))[::-1]
    offsets = np.linspace(-0.3, 0.3, len(scores))
    for offset, (reader, values) in zip(offsets, scores.items(), strict=True):
        noise, untrained = "noise" in reader, "untrained" in reader
        many = reader.startswith("all")
        colour = GREY if noise else ORANGE if untrained else BLUE
        ax.plot(values, rows + offset, "x" if noise else "s" if many else "o",
                color=colour, markersize=8, label=reader,
                markerfacecolor=PAPER if untrained else colour, markeredgewidth=2,
                clip_on=False)
    ax.hlines(rows[:-1] - 0.5, 0.42, 1.02, color=GREY, linewidth=0.5)
    ax.axvline(0.5, color=INK, linestyle="--", linewidth=1.2)
    ax.set_yticks(rows, names)
    ax.grid(axis="y", visible=False)
    ax.tick_params(axis="y", length=0)
    ax.set(title="What the writer tells, and what tells as much without learning",
           xlim=(0.45, 1.01), ylim=(-0.5, len(names) - 0.5),
           xlabel="AUC on held-out text (0.5: a coin, 1: perfect)")
    ax.legend(loc="upper center", bbox_to_anchor=(0.36, -0.13),
              ncols=2, fontsize=10)
    return fig


def cut_costs(kinds: dict, *, title="", xlabel="", ylabel="",
              marks: dict | None = None):
    """Draw what cuts cost in two places against each other, with the line of equals.

    - kinds: {name: (costs elsewhere, costs there), both of shape (n,)}, up to four
    - marks: {words to write: (cost elsewhere, cost there)}
    Returns the figure.
    """
    fig, ax = plt.subplots(figsize=(7.2, 4.6))
    looks = ("o", GREY, 5), ("^", ORANGE, 6), ("D", BLUE, 9), ("s", GREEN, 8)
    for (name, (x, y)), (marker, colour, size) in zip(kinds.items(), looks,
                                                      strict=False):
        ax.plot(x, y, marker, color=colour, markersize=size, label=name, alpha=0.8,
                markeredgewidth=0)
    most = max(np.max(x) for x, _ in kinds.values())
    ax.plot([0, most], [0, most], color=INK, linestyle="--", linewidth=1.2,
            label="as dear there as elsewhere")
    for words, (x, y) in (marks or {}).items():
        ax.plot(x, y, "o", color=INK, markersize=9, fillstyle="none", zorder=3)
        ax.annotate(words, (x, y), xytext=(40, -42), textcoords="offset points",
                    va="center", arrowprops={"arrowstyle": "-", "color": INK})
    ax.set_ylim(bottom=ax.get_ylim()[0] - 0.25)
    ax.set(title=title, xlabel=xlabel, ylabel=ylabel)
    ax.legend(loc="upper left", bbox_to_anchor=(0, -0.14), ncols=2, fontsize=10)
    return fig
