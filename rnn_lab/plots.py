"""Pictures for the lessons: arrays in, a matplotlib figure out.

Every picture brings its own light background, so it reads the same on a light and on
a dark page. Colours are those of Okabe and Ito (2008), which colour-blind readers can
tell apart; what matters is told by shape or text as well.
"""

import matplotlib.pyplot as plt
import numpy as np

INK, PAPER, GRID = "#222222", "#fdfcf8", "#dddad0"
BLUE, ORANGE, GREEN, PINK = "#0072b2", "#e69f00", "#009e73", "#cc79a7"
RED, SKY, GREY = "#d55e00", "#56b4e9", "#7a7a7a"

plt.rcParams.update({
    "figure.figsize": (7.2, 3.4), "figure.dpi": 110, "figure.facecolor": PAPER,
    "figure.constrained_layout.use": True, "savefig.facecolor": PAPER,
    "axes.facecolor": PAPER, "axes.edgecolor": INK, "axes.labelcolor": INK,
    "axes.titlelocation": "left", "axes.titlesize": 12, "axes.labelsize": 11,
    "axes.spines.top": False, "axes.spines.right": False, "axes.axisbelow": True,
    "axes.grid": True, "grid.color": GRID, "grid.linewidth": 0.7,
    "axes.prop_cycle": plt.cycler(color=[BLUE, RED, GREEN, ORANGE, PINK, SKY, GREY]),
    "font.size": 11, "legend.frameon": False, "lines.linewidth": 1.8,
    "text.color": INK, "xtick.color": INK, "ytick.color": INK,
})


def curves(x, lines: dict, *, title="", xlabel="", ylabel="", marks: dict | None = None,
           **axes_settings):
    """Draw lines over a common axis, each named at its right end.

    - x: of shape (n,);  lines: {name: values of shape (n,)}
    - marks: {name: height} of horizontal lines to compare with
    - axes_settings: for `Axes.set`, such as yscale="log" or ylim=(0, 1)
    Returns the figure.
    """
    fig, ax = plt.subplots()
    for name, values in lines.items():
        (line,) = ax.plot(x, values)
        ax.annotate(f" {name}", (x[-1], values[-1]), color=line.get_color(),
                    va="center", annotation_clip=False)
    for name, height in (marks or {}).items():
        ax.axhline(height, color=GREY, linestyle="--", linewidth=1.2)
        ax.annotate(name, (x[-1], height), color=GREY, va="bottom", ha="right",
                    fontsize=9.5)
    if x[-1] >= 10_000:
        ax.xaxis.set_major_formatter("{x:,.0f}")
    ax.set(title=title, xlabel=xlabel, ylabel=ylabel, **axes_settings)
    return fig


def heat_map(values, *, columns=None, rows=None, title="", xlabel="", ylabel="",
             limit=1.0, label="", height=None):
    """Draw a matrix as colours from -limit (brown) over 0 (white) to limit (green).

    - values: of shape (n_rows, n_columns);  columns, rows: names to write, or None
    Returns the figure.
    """
    n_rows, n_columns = np.shape(values)
    fig, ax = plt.subplots(figsize=(7.2, height or 1.2 + 0.18 * n_rows))
    image = ax.imshow(values, cmap="BrBG", vmin=-limit, vmax=limit, aspect="auto",
                      interpolation="nearest")
    ax.grid(False)
    if columns is not None:
        ax.set_xticks(range(n_columns), columns, fontsize=8.5 if n_columns > 30 else 10)
        ax.tick_params(axis="x", length=0)
    ax.set_yticks(*([[]] if rows is None else [range(n_rows), rows]))
    ax.set(title=title, xlabel=xlabel, ylabel=ylabel)
    fig.colorbar(image, ax=ax, label=label, fraction=0.05, pad=0.02)
    return fig


def next_characters(text: str, symbols: str, odds, n_best: int = 4):
    """Draw what a model expects after each character of a text, likeliest on top.

    - text: n characters;  symbols: all m characters that the model knows
    - odds: probability of each as the next character, of shape (n, m)
    A frame marks the character that really came. Returns the figure.
    """
    best = np.argsort(-np.asarray(odds), axis=1)[:, :n_best]
    shades = np.take_along_axis(np.asarray(odds), best, axis=1).T
    fig, ax = plt.subplots(figsize=(7.2, 0.9 + 0.32 * n_best))
    image = ax.imshow(shades, cmap="Blues", vmin=0, vmax=1, aspect="auto")
    for (row, column), shade in np.ndenumerate(shades):
        symbol = symbols[best[column, row]]
        ax.text(column, row, _visible(symbol), ha="center", va="center",
                color=PAPER if shade > 0.55 else INK, family="monospace")
        if symbol == text[column + 1 : column + 2]:
            frame = plt.Rectangle((column - 0.46, row - 0.46), 0.92, 0.92, fill=False,
                                  edgecolor=RED, linewidth=1.8)
            ax.add_patch(frame)
    ax.set_xticks(range(len(text)), [_visible(c) for c in text], family="monospace")
    ax.set_yticks(range(n_best), [f"{rank}." for rank in range(1, n_best + 1)])
    ax.tick_params(length=0)
    ax.grid(False)
    ax.spines[:].set_visible(False)
    ax.set(xlabel="read so far, up to this character", ylabel="guess")
    fig.colorbar(image, ax=ax, label="probability", fraction=0.04, pad=0.02)
    return fig


def _visible(symbol: str) -> str:
    return {" ": "\u2423", "\n": "\u21b5"}.get(symbol, symbol)


# ------------------------------------------------------------- the adder, lesson 05
def sum_maps(maps: dict):
    """Draw one square a map, with a point for each sum a + b: the darker, the more of
    its columns are wrong. What is right stays white.

    - maps: {title: numbers of wrong columns, of shape (n, n), [a, b]}
    Returns the figure.
    """
    n_rows = -(-len(maps) // 3)
    fig, axes = plt.subplots(n_rows, 3, figsize=(7.6, 2.3 * n_rows + 0.3), sharex=True,
                             sharey=True, squeeze=False)
    most = max(int(wrong.max()) for wrong in maps.values())
    colours = plt.get_cmap("gist_heat_r", most + 1)  # from white over red to black
    for ax, (title, wrong) in zip(axes.flat, maps.items(), strict=False):
        image = ax.imshow(wrong.T, cmap=colours, vmin=-0.5, vmax=most + 0.5,
                          origin="lower", interpolation="nearest")
        ax.set_title(title, fontsize=10.5)
        ax.set_xticks([0, 32, 64, 96, 127])
        ax.set_yticks([0, 32, 64, 96, 127])
        ax.tick_params(labelsize=9)
        ax.spines[["top", "right"]].set_visible(True)
        ax.grid(False)
    for ax in axes[-1]:
        ax.set_xlabel("first number a")
    for ax in axes[:, 0]:
        ax.set_ylabel("second number b")
    fig.colorbar(image, ax=axes, label="wrong columns in the sum", fraction=0.03,
                 pad=0.02, ticks=range(most + 1))
    return fig


def columns_learnt(steps, loss, smooth, shares, *, rows, title=""):
    """Draw a loss over training above the share of right answers of every column.

    - steps: of shape (n,);  loss, smooth: the loss at these steps, of shape (n,)
    - shares: 0 to 1, of shape (n_columns, n);  rows: names of the columns, from below
    Returns the figure.
    """
    fig, (top, low) = plt.subplots(2, 1, figsize=(7.4, 5.6), sharex=True,
                                   height_ratios=[1, 1.35])
    top.plot(steps, loss, color=SKY, linewidth=0.9, label="loss of one sum")
    top.plot(steps, smooth, color=INK, label="smooth loss")
    top.set(title=title, ylabel="loss of one sum", ylim=(0, None))
    top.legend(loc="lower left")
    half = (steps[1] - steps[0]) / 2
    image = low.imshow(shares, cmap="cividis", vmin=0.4, vmax=1, aspect="auto",
                       origin="lower", interpolation="nearest",
                       extent=(steps[0] - half, steps[-1] + half, -0.5,
                               len(shares) - 0.5))
    low.set_yticks(range(len(shares)), rows)
    low.set(xlabel="steps (one sum each)", ylabel="column of the sum, by its worth")
    low.xaxis.set_major_formatter("{x:,.0f}")
    low.grid(False)
    fig.colorbar(image, ax=low, label="share right", pad=0.02,
                 ticks=[0.4, 0.6, 0.8, 1])
    return fig


def addition_states(bits: dict, h, *, columns, units, title=""):
    """Draw the bits of an addition, as on paper, above the hidden states it leaves.

    - bits: {name: zeros and ones of shape (T,)}, least significant first
    - h: hidden states from 0 to 1, of shape (T, n_hidden), after each column
    - columns: T names, least significant first, which is drawn on the right
    - units: n_hidden names, from above
    Returns the figure.
    """
    rows = np.array([*bits.values()])[:, ::-1]
    fig, (top, low) = plt.subplots(
        2, 1, figsize=(7.2, 6.2), sharex=True,
        height_ratios=[len(bits), 0.62 * h.shape[1]])
    top.imshow(rows, cmap="Blues", aspect="auto", vmin=0, vmax=3)
    for (row, column), bit in np.ndenumerate(rows):
        top.text(column, row, int(bit), ha="center", va="center",
                 fontweight="bold" if bit else "normal")
    top.set_yticks(range(len(bits)), bits)
    image = low.imshow(h.T[:, ::-1], cmap="cividis", vmin=0, vmax=1, aspect="auto",
                       interpolation="nearest")
    low.set_yticks(range(h.shape[1]), units, fontsize=9)
    low.set_xticks(range(len(columns)), columns[::-1])
    low.set(xlabel="column   (the network reads from right to left  ←)",
            ylabel="hidden unit")
    for ax in (top, low):
        ax.grid(False)
        ax.tick_params(length=0)
    top.spines[["left", "bottom"]].set_visible(False)
    top.set_title(title)
    fig.colorbar(image, ax=[top, low], label="activity of the unit", fraction=0.04,
                 pad=0.02)
    return fig


def race(runs: dict, *, title="", xlabel="", ylabel="", dots=True, **axes_settings):
    """Draw runs of different lengths in one picture, each with its own line style.

    - runs: {name: (x, y)}, both of shape (n,), of a length of their own
    - dots: whether to mark where each run ends
    - axes_settings: for `Axes.set`, such as xscale="log"
    Returns the figure.
    """
    fig, ax = plt.subplots(figsize=(7.2, 3.9))
    styles = ["-", "--", ":", "-.", (0, (3, 1, 1, 1, 1, 1)), (0, (9, 1))]
    for i, (name, (x, y)) in enumerate(runs.items()):
        (line,) = ax.plot(x, y, linestyle=styles[i % len(styles)], label=name)
        if dots:
            ax.plot(x[-1:], y[-1:], "o", color=line.get_color())
    ax.set(title=title, xlabel=xlabel, ylabel=ylabel, **axes_settings)
    if axes_settings.get("xscale") == "log":
        ax.xaxis.set_major_formatter("{x:,.0f}")
    ax.legend(loc="upper left", bbox_to_anchor=(0, -0.19), ncols=2, fontsize=10)
    return fig
