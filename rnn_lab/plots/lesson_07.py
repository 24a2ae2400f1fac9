"""Pictures of lesson 7."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import ListedColormap
from matplotlib.patches import Circle, Rectangle

from .base import BLUE, GREEN, GREY, INK, ORANGE, PAPER, PINK, RED

COLOURS = [BLUE, GREEN, ORANGE, RED, PINK]
DPI = 92  # six pictures a lesson: keeps the file small
STYLES = ["-", (0, (6, 2)), (0, (3, 1, 1, 1)), (0, (1.5, 1)), (0, (9, 2, 2, 2))]


def reach(panels: dict, lags, *, title="", label="{}", ylim=(1e-20, 1e20)):
    """Draw how the size of a gradient changes on its way back, a panel for each kind.

    - panels: {title: {key: sizes as shares of the first, of shape (n,)}}, with the same
      keys in every panel;  lags: steps back, of shape (n,)
    - label: how to write a key;  ylim: the range of the logarithmic axis
    Returns the figure.
    """
    fig, axes = plt.subplots(1, len(panels), figsize=(8.2, 3.9), sharey=True,
                             squeeze=False, dpi=DPI)
    for ax, (name, lines) in zip(axes[0], panels.items(), strict=True):
        ax.axhline(1, color=INK, linewidth=0.8)
        for i, (key, sizes) in enumerate(lines.items()):
            ax.plot(lags, sizes, color=COLOURS[i], linestyle=STYLES[i],
                    label=label.format(key))
        ax.set(title=name, xlabel="steps back", yscale="log", ylim=ylim,
               xlim=(0, lags[-1]))
    low, high = np.log10(ylim)
    axes[0, 0].set_yticks(10.0 ** np.arange(low, high + 1, (high - low) / 4))
    axes[0, 0].set_ylabel("size of the gradient,\nas a share of where it began")
    handles, names = axes[0, 0].get_legend_handles_labels()
    fig.legend(handles, names, loc="outside lower center", ncols=len(names),
               fontsize=10)
    fig.suptitle(title, x=0.01, ha="left", fontsize=12)
    return fig


def cliff(w, b, loss, paths: dict, *, xlim, ylim, title=""):
    """Draw a loss with a cliff twice: as a landscape, and as a map with paths on it.

    - w, b, loss: of shape (n, m), places and the loss there; the grid may be slanted
    - paths: {name: steps of shape (n_steps, 2)}; a step that leaves the map is an arrow
    - xlim, ylim: of the map, within the grid
    Returns the figure.
    """
    fig = plt.figure(figsize=(8.4, 4.3), dpi=DPI)
    left, right = fig.add_gridspec(1, 2, width_ratios=[1.15, 1])
    land = fig.add_subplot(left, projection="3d")
    land.plot_surface(w, b, loss, cmap=plt.get_cmap("cividis", 24), rcount=75,
                      ccount=30, linewidth=0.1, edgecolor="#00000050")
    land.view_init(30, 62)
    land.set(xlabel="weight w", ylabel="bias b")
    land.text2D(0.02, 0.84, "loss", transform=land.transAxes)
    land.set_box_aspect((1, 1.1, 0.7), zoom=0.98)
    land.tick_params(labelsize=8, pad=0)
    for axis in (land.xaxis, land.yaxis, land.zaxis):
        axis.set_pane_color(PAPER)
        axis.set_major_locator(plt.MaxNLocator(4))

    ax = fig.add_subplot(right)
    shades = ax.contourf(w, b, loss, 24, cmap="cividis")
    ax.grid(False)
    low, high = np.array([xlim, ylim]).T
    looks = [("o-", "white", 4.5, 4), ("s-", ORANGE, 2.8, 3)]  # the first above
    for (mark, colour, size, order), (name, path) in zip(
            looks, paths.items(), strict=False):
        path = np.asarray(path)
        inside = ((path >= low) & (path <= high)).all(axis=1)
        n = len(path) if inside.all() else int(inside.argmin())
        ax.plot(*path[:n].T, mark, color=colour, markersize=size, linewidth=1,
                markeredgecolor=INK, markeredgewidth=0.4, label=name, zorder=order)
        if n < len(path):
            way = path[n] - path[n - 1]
            tip = path[n - 1] + 0.98 * way * np.min(
                (np.where(way > 0, high, low) - path[n - 1]) / way)
            ax.annotate("", tip, path[n - 1], arrowprops={
                "arrowstyle": "-|>", "color": colour, "linewidth": 1.8})
            ax.annotate("to w = {:.0f},\nb = {:.0f}".format(*path[n]), tip, (7, -22),
                        textcoords="offset points", color=colour, fontsize=10)
    start = np.asarray(next(iter(paths.values())))[0]
    ax.annotate("start", start, (7, 2), textcoords="offset points", color="white",
                fontsize=10)
    ax.set(xlim=xlim, ylim=ylim, xlabel="weight w", ylabel="bias b")
    ax.legend(loc="lower left", fontsize=9.5, frameon=True, facecolor="#8a8a8a",
              labelcolor="white", framealpha=0.55, edgecolor="none")
    fig.colorbar(shades, ax=ax, label="loss", shrink=0.8, pad=0.02,
                 ticks=plt.MaxNLocator(5))
    fig.suptitle(title, x=0.01, ha="left", fontsize=12)
    return fig


def two_clips(gradients, limit):
    """Draw what both ways of clipping do to gradients of two numbers.

    - gradients: of shape (n, 2);  limit: half the side of the square, and the radius
    Returns the figure.
    """
    gradients = np.asarray(gradients, float)
    fig, axes = plt.subplots(1, 2, figsize=(8.0, 3.9), sharex=True, sharey=True,
                             dpi=DPI)
    lengths = np.hypot(*gradients.T)[:, None]
    kinds = {
        "by value: into a square": (
            np.clip(gradients, -limit, limit),
            Rectangle((-limit, -limit), 2 * limit, 2 * limit)),
        "by norm: into a circle": (
            gradients * np.minimum(1, limit / lengths), Circle((0, 0), limit)),
    }
    edge_of = 1.3 * np.abs(gradients).max()
    for ax, (name, (clipped, shape)) in zip(axes, kinds.items(), strict=True):
        shape.set(facecolor="#0072b222", edgecolor=BLUE, linewidth=1.2)
        ax.add_patch(shape)
        for g, c in zip(gradients, clipped, strict=True):
            ax.annotate("", g, (0, 0), arrowprops={
                "arrowstyle": "-|>", "color": GREY, "linewidth": 1.2,
                "linestyle": (0, (4, 2)), "shrinkA": 0, "shrinkB": 0})
            ax.annotate("", c, (0, 0), arrowprops={
                "arrowstyle": "-|>", "color": RED, "linewidth": 2.4, "shrinkA": 0,
                "shrinkB": 0})
            cosine = g @ c / np.linalg.norm(g) / np.linalg.norm(c)
            angle = np.degrees(np.arccos(min(cosine, 1.0)))
            up = g[1] >= 0
            edge = g if up else (g[0], min(g[1], -limit))  # below the square
            ax.annotate(f"turned by {angle:.0f}°", edge, (0, 7 if up else -7),
                        textcoords="offset points", fontsize=9.5, ha="center",
                        va="bottom" if up else "top")
        ax.set(title=name, xlim=(-edge_of, edge_of), ylim=(-edge_of, edge_of),
               xlabel="first number of the gradient", aspect="equal")
        ax.locator_params(nbins=8, steps=[1, 2, 5])
    axes[0].set_ylabel("second number")
    axes[1].plot([], [], color=GREY, linestyle="--", label="gradient")
    axes[1].plot([], [], color=RED, linewidth=2.4, label="clipped")
    axes[1].legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), fontsize=10)
    return fig


def clipped_steps(norms, counts, *, title="", n_entries=0):
    """Draw the gradient's norm at every training step, and what a clip cuts off.

    - norms: before the clip, of shape (n,);  counts: entries that were cut, (n,)
    - n_entries: how many there are
    Returns the figure.
    """
    steps, cut = np.arange(1, len(norms) + 1), np.asarray(counts) > 0
    fig, (above, below) = plt.subplots(2, 1, figsize=(7.6, 4.6), sharex=True, dpi=DPI)
    above.plot(steps[~cut], norms[~cut], ".", color=BLUE, markersize=2.5,
               label="nothing cut")
    above.plot(steps[cut], norms[cut], "^", color=RED, markersize=4.5,
               label="some entries cut")
    above.set(xscale="log", yscale="log", ylabel="norm of the gradient", title=title)
    above.legend(loc="upper left", bbox_to_anchor=(0.55, 1.2), ncols=2, fontsize=10,
                 handletextpad=0.1, columnspacing=0.8)
    below.vlines(steps[cut], 0.7, counts[cut], color=RED, linewidth=1)
    below.plot(steps[cut], counts[cut], "^", color=RED, markersize=4)
    below.set(yscale="log", ylim=(0.7, None), xlabel="training step",
              ylabel=f"entries cut,\nof {n_entries:,}")
    below.xaxis.set_major_formatter("{x:,.0f}")
    return fig


def lag_map(shares, lags, windows, *, title=""):
    """Draw which lags are learnt with which window, one square for each.

    - shares: of right answers, from 0.5 to 1, of shape (n_windows, n_lags)
    - lags: steps;  windows: steps that blame can travel, or 0 if it does not travel
    A red staircase parts the lags inside the window from those outside it.
    Returns the figure.
    """
    shares = np.asarray(shares)
    fig, ax = plt.subplots(figsize=(8.2, 0.55 * len(windows) + 1.35), dpi=DPI)
    shades = plt.get_cmap("cividis")(np.linspace(0, 1, 11))
    image = ax.imshow(shares, cmap=ListedColormap(shades), vmin=0.475, vmax=1.025,
                      aspect="auto")
    for (i, j), share in np.ndenumerate(shares):
        ax.text(j, i, f"{100 * share:.0f}", ha="center", va="center", fontsize=9,
                color=INK if share > 0.72 else "white")
    for i, window in enumerate(windows):
        edge = np.searchsorted(lags, window) - 0.5  # the first lag that is too long
        ax.plot([edge, edge], [i - 0.5, i + 0.5], color=RED, linewidth=3)
        if i + 1 < len(windows):
            after = np.searchsorted(lags, windows[i + 1]) - 0.5
            ax.plot([edge, after], [i + 0.5, i + 0.5], color=RED, linewidth=3)
    ax.set_xticks(range(len(lags)), lags)
    ax.set_yticks(range(len(windows)), [w or "none" for w in windows])
    ax.tick_params(length=0)
    ax.grid(False)
    ax.spines[:].set_visible(False)
    ax.set(title=title, xlabel="lag: how many steps ago the bit was shown",
           ylabel="window in training")
    fig.colorbar(image, ax=ax, label="share right", pad=0.02,
                 ticks=[0.5, 0.6, 0.7, 0.8, 0.9, 1])
    return fig
