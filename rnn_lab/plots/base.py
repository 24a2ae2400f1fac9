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


def visible(symbol: str) -> str:
    return {" ": "\u2423", "\n": "\u21b5"}.get(symbol, symbol)
