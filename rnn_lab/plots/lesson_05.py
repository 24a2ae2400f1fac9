"""Pictures of lesson 5."""

import matplotlib.pyplot as plt
import numpy as np

from .base import INK, SKY


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
    fig, (top, low) = plt.subplots(2, 1, figsize=(6.6, 4.3), sharex=True,
                                   height_ratios=[1, 1.35])
    top.plot(steps, loss, color=SKY, linewidth=0.9, label="of one sum")
    top.plot(steps, smooth, color=INK, label="smooth")
    top.set(title=title, ylabel="loss", ylim=(0, None))
    top.legend(loc="lower left")
    half = (steps[1] - steps[0]) / 2
    image = low.imshow(shares, cmap="cividis", vmin=0.4, vmax=1, aspect="auto",
                       origin="lower", interpolation="nearest",
                       extent=(steps[0] - half, steps[-1] + half, -0.5,
                               len(shares) - 0.5))
    low.set_yticks(range(len(shares)), rows)
    low.set(xlabel="steps (one sum each)", ylabel="column, by its worth")
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
        2, 1, figsize=(6.2, 5.2), sharex=True,
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
    low.set(xlabel="column   (read from right to left  ←)",
            ylabel="hidden unit")
    for ax in (top, low):
        ax.grid(False)
        ax.tick_params(length=0)
    top.spines[["left", "bottom"]].set_visible(False)
    top.set_title(title)
    fig.colorbar(image, ax=[top, low], label="activity", fraction=0.04,
                 pad=0.02)
    return fig


def many_seeds(runs: dict, *, xlabels):
    """Draw how a recipe learns from many seeds: a row for each seed, the quickest on
    top, white where all is right; several recipes side by side.

    - runs: {title: (steps of shape (n,), shares 0 to 1 of shape (n, n_seeds))}
    - xlabels: one for each recipe
    Returns the figure.
    """
    fig, axes = plt.subplots(1, len(runs), figsize=(7.0, 3.5))
    colours = plt.get_cmap("cividis").with_extremes(over="white")
    for ax, (title, (steps, shares)), xlabel in zip(axes, runs.items(), xlabels,
                                                    strict=True):
        seeds = np.argsort(shares.mean(axis=0), kind="stable")[::-1]
        half = (steps[1] - steps[0]) / 2
        image = ax.imshow(shares.T[seeds], cmap=colours, vmin=0, vmax=1 - 1e-9,
                          aspect="auto", interpolation="nearest",
                          extent=(steps[0] - half, steps[-1] + half,
                                  len(seeds) - 0.5, -0.5))
        ax.set_yticks([np.argmin(seeds)], ["seed 0"], fontsize=9, rotation=90,
                      va="center")
        ax.tick_params(axis="y", length=0)
        ax.set(title=title, xlabel=xlabel)
        ax.xaxis.set_major_locator(plt.MaxNLocator(4))
        ax.xaxis.set_major_formatter("{x:,.0f}")
        ax.spines[["top", "right"]].set_visible(True)
        ax.grid(False)
    axes[0].set_ylabel("seeds, the quickest on top")
    fig.colorbar(image, ax=axes, label="share right (white: all)",
                 fraction=0.04, pad=0.02)
    return fig
