"""Pictures of lesson 10."""

import matplotlib.pyplot as plt
import numpy as np

from .base import INK, PAPER, RED, visible


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
        ax.text(column, row, visible(symbol), ha="center", va="center",
                color=PAPER if shade > 0.55 else INK, family="monospace")
        if symbol == text[column + 1 : column + 2]:
            frame = plt.Rectangle((column - 0.46, row - 0.46), 0.92, 0.92, fill=False,
                                  edgecolor=RED, linewidth=1.8)
            ax.add_patch(frame)
    ax.set_xticks(range(len(text)), [visible(c) for c in text], family="monospace")
    ax.set_yticks(range(n_best), [f"{rank}." for rank in range(1, n_best + 1)])
    ax.tick_params(length=0)
    ax.grid(False)
    ax.spines[:].set_visible(False)
    ax.set(xlabel="read so far, up to this character", ylabel="guess")
    fig.colorbar(image, ax=ax, label="probability", fraction=0.04, pad=0.02)
    return fig
