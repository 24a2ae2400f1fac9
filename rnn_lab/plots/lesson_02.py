"""Pictures of lesson 2."""

import matplotlib.pyplot as plt
import numpy as np

from .base import BLUE, GREY, INK, ORANGE, PAPER, RED, SKY


def chain(values: dict, slopes: list, blames: list, *, title=""):
    """Draw quantities that follow from one another, and the blame on its way back.

    - values: {name: number}, each made from the one before
    - slopes: n - 1 texts, what is multiplied by on the way back, from the left
    - blames: n texts, d loss / d quantity, from the left
    Returns the figure.
    """
    fig, ax = plt.subplots(figsize=(7.2, 2.9))
    for i, ((name, value), blame) in enumerate(zip(values.items(), blames,
                                                   strict=True)):
        box = plt.Rectangle((i - 0.25, -0.3), 0.5, 0.6, facecolor=PAPER,
                            edgecolor=INK, linewidth=1.4)
        ax.add_patch(box)
        ax.text(i, 0.08, name, ha="center", va="center", fontsize=15, style="italic")
        ax.text(i, -0.17, f"{value:.3f}", ha="center", va="center", fontsize=10)
        ax.text(i, -0.98, blame, ha="center", va="center", color=RED, fontsize=10.5)
    for i, slope in enumerate(slopes):
        ax.annotate("", (i + 0.73, 0.12), (i + 0.27, 0.12),
                    arrowprops={"arrowstyle": "-|>", "color": BLUE, "linewidth": 2})
        ax.annotate("", (i + 0.3, -0.72), (i + 0.7, -0.72),
                    arrowprops={"arrowstyle": "-|>", "color": RED, "linewidth": 2})
        ax.text(i + 0.5, -0.5, slope, ha="center", va="center", color=RED,
                fontsize=10.5)
    ax.text(-0.27, 0.52, "forward: each number from the one before  →", color=BLUE)
    ax.text(len(slopes) + 0.27, -1.36, "←  backward: multiply by each slope on the way",
            color=RED, ha="right")
    ax.set(xlim=(-0.45, len(slopes) + 0.45), ylim=(-1.5, 0.75), title=title)
    ax.axis("off")
    return fig


def two_losses(y, losses: dict, *, title=""):
    """Draw losses of one output and their slopes against the logit, the target being 1.

    - y: logits of shape (n,), from below
    - losses: {name: (loss, dy)}, both of shape (n,)
    Returns the figure.
    """
    fig, axes = plt.subplots(1, 2, figsize=(7.4, 3.6))
    for (name, parts), style in zip(losses.items(), ["-", "--"], strict=True):
        for ax, part in zip(axes, parts, strict=True):
            ax.plot(y, part, style, label=name)
    for ax, label in zip(axes, ["loss", "d loss / d logit"], strict=True):
        ax.axvspan(y[0], -4, color=GREY, alpha=0.13, linewidth=0)
        ax.set(xlabel="logit y", ylabel=label, xlim=(y[0], y[-1]))
    axes[0].legend(loc="upper right")
    axes[0].text(y[0] + 0.4, 0.9, "sure and\nwrong", fontsize=9.5, color=INK,
                 va="bottom")
    axes[0].set_title(title)
    return fig


def step_sizes(h, errors: dict, *, title=""):
    """Draw the errors of several derivatives against the step size, both on log axes.

    - h: step sizes of shape (n,);  errors: {name: relative errors of shape (n,)}
    An error of 0 is drawn at 1e-17. Returns the figure.
    """
    fig, ax = plt.subplots(figsize=(7.2, 4.4))
    for (name, error), mark in zip(errors.items(), "ovs", strict=True):
        ax.loglog(h, np.maximum(error, 1e-17), marker=mark, markersize=4.5,
                  linewidth=1.2, label=name)
    ax.invert_xaxis()
    ax.set(title=title, xlabel="step h   (smaller to the right  →)",
           ylabel="relative error of the slope\n(0 is drawn at $10^{-17}$)",
           ylim=(3e-18, 30))
    ax.text(10**-3.3, 10**-1.3, "truncation:\nthe step is too long", fontsize=10,
            ha="center", va="bottom")
    ax.text(10**-12.6, 10**-1.3, "rounding: the digits\nhave cancelled",
            fontsize=10, ha="center", va="bottom")
    ax.legend(loc="center right", bbox_to_anchor=(1, 0.32))
    return fig


def descent(w, b, loss, paths: dict, *, title="", xlabel="", ylabel=""):
    """Draw a loss over two weights, dark where it is low, and walks on it.

    - w, b: of shape (n,), (m,), the places;  loss: of shape (m, n), [b, w]
    - paths: {name: (places of shape (n_steps, 2), w before b)}, two or three
    Returns the figure.
    """
    fig, ax = plt.subplots(figsize=(6.6, 5.0))
    height = np.log10(loss - loss.min() + 0.01)
    levels = np.linspace(height.min(), height.max(), 22)
    ax.contourf(w, b, height, levels, cmap="cividis")
    row, column = np.unravel_index(loss.argmin(), loss.shape)
    styles = [(RED, "s", 4), (ORANGE, "o", 4.5), ("white", "^", 5)]
    for (name, path), (colour, mark, size) in zip(paths.items(), styles, strict=False):
        ax.plot(*np.transpose(path), marker=mark, markersize=size, color=colour,
                linewidth=1.3, markeredgecolor=INK, markeredgewidth=0.5, label=name)
    start = next(iter(paths.values()))[0]
    ax.plot(*start, "o", color=INK, markersize=8)
    ax.annotate("start", start, (8, 5), textcoords="offset points", fontweight="bold")
    ax.plot(w[column], b[row], "*", color=PAPER, markersize=15, markeredgecolor=INK)
    ax.grid(False)
    ax.set(title=title, xlabel=xlabel, ylabel=ylabel, xlim=(w[0], w[-1]),
           ylim=(b[0], b[-1]))
    legend = ax.legend(loc="lower left", frameon=True, title="learning rate")
    legend.get_frame().set(facecolor="#8d8b83", edgecolor=INK)
    return fig


def answers_on_the_plane(axis, answers: dict, target, *, title=""):
    """Draw what networks with two inputs answer all over the plane, side by side.

    - axis: places along both inputs, of shape (n,)
    - answers: {title: p from 0 to 1, of shape (n, n), [x1, x2]}
    - target: the right answers at (0, 0), (0, 1), (1, 0), (1, 1), of shape (4,)
    The line is where the answer is one half. Returns the figure.
    """
    fig, axes = plt.subplots(1, len(answers), figsize=(7.4, 3.1), sharey=True,
                             squeeze=False)
    for ax, (name, p) in zip(axes.flat, answers.items(), strict=True):
        image = _answers(ax, axis, p)
        _points(ax, np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), target)
        ax.set_title(name, fontsize=10.5)
        ax.set(xlabel="$x_1$", aspect="equal", xticks=[0, 1], yticks=[0, 1])
    axes[0, 0].set_ylabel("$x_2$")
    fig.suptitle(title, x=0.02, ha="left", fontsize=12)
    fig.colorbar(image, ax=axes, label="answer p", fraction=0.03, pad=0.02,
                 ticks=[0, 0.5, 1])
    return fig


def bent_plane(sides: dict, points, target, *, title=""):
    """Draw a square of inputs, and where a hidden layer of two units takes it.

    - sides: {title: (axis, p, grid, spots)}, four of them, the inputs' plane first: the
      answers p all over the square of places on an axis, (n, n), and on it where each
      place of a grid has gone, (m, m, 2), and the points, (4, 2)
    - points: the inputs that are learnt, (4, 2);  target: the right answers, (4,)
    The line is where the answer is one half. Returns the figure.
    """
    fig, axes = plt.subplots(2, 2, figsize=(6.5, 6.1))
    beside = [(-14, -15), (-18, -4), (20, 7), (17, 6)]
    for k, (ax, (name, (axis, p, grid, spots))) in enumerate(
            zip(axes.flat, sides.items(), strict=True)):
        image = _answers(ax, axis, p)
        for lines in (grid, grid.swapaxes(0, 1)):
            for line in lines:
                ax.plot(*line.T, color=INK, linewidth=0.6, alpha=0.7)
        _points(ax, spots, target)
        for spot, point, offset in zip(
                spots, points, beside if k else [(0, 17)] * 4, strict=True):
            ax.annotate(f"{point[0]:.0f} {point[1]:.0f}", spot, offset,
                        textcoords="offset points", fontsize=10, ha="center",
                        va="center", fontweight="bold", zorder=6,
                        bbox={"facecolor": PAPER, "alpha": 0.85, "linewidth": 0,
                              "pad": 1})
        ax.set_title(name, fontsize=10.5)
        ax.set(xlabel=f"${'hx'[not k]}_1$", ylabel=f"${'hx'[not k]}_2$",
               aspect="equal", xlim=(axis[0], axis[-1]), ylim=(axis[0], axis[-1]),
               xticks=[0, 0.5, 1], yticks=[0, 0.5, 1])
    fig.suptitle(title, x=0.02, ha="left", fontsize=12)
    fig.colorbar(image, ax=axes, label="answer p", fraction=0.025, pad=0.02,
                 ticks=[0, 0.5, 1])
    return fig


def _answers(ax, axis, p):
    """Colour the plane by the answers, with a line where they are one half."""
    image = ax.contourf(axis, axis, p.T, np.linspace(0, 1, 22), cmap="BrBG")
    if p.min() < 0.45 and p.max() > 0.55:
        ax.contour(axis, axis, p.T, [0.5], colors=RED, linewidths=1.8)
    ax.grid(False)
    return image


def _points(ax, spots, target):
    """Mark points: a filled square where 1 is right, an open circle where 0 is."""
    for (a, b), right in zip(spots, target, strict=True):
        ax.plot(a, b, "s" if right else "o", markersize=10, markeredgecolor=INK,
                markeredgewidth=1.6, color=SKY if right else PAPER, clip_on=False,
                zorder=5)
