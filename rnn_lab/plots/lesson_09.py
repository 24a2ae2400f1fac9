"""Pictures of lesson 9."""

import matplotlib.pyplot as plt
import numpy as np

from .base import BLUE, GREY, INK, ORANGE, RED, SKY, visible


def seen_and_unseen(lengths, seen, unseen, *, uniform, human=(0.6, 1.3), marks=()):
    """Draw what counting models pay on the text they counted and on held-out text.

    - lengths: characters of context, (n,);  seen, unseen: bits per character, (n,)
    - uniform: what an even guess pays;  human: a band to compare with, from and to
    - marks: the lengths whose held-out figures are written out
    Returns the figure.
    """
    fig, ax = plt.subplots(figsize=(7.2, 4.6))
    ax.axhspan(*human, color=SKY, alpha=0.3, linewidth=0)
    ax.text(lengths[0], np.mean(human), "people, guessing English (Shannon, 1951)",
            va="center", fontsize=9.5)
    ax.axhline(uniform, color=GREY, linestyle="--", linewidth=1.2)
    ax.text(lengths[-1], uniform + 0.1, f"an even guess: {uniform:.2f} bits",
            color=GREY, ha="right", fontsize=9.5)
    ax.fill_between(lengths, seen, unseen, color=ORANGE, alpha=0.22, linewidth=0)
    ax.plot(lengths, unseen, "o-", color=BLUE)
    ax.plot(lengths, seen, "s--", color=RED, markersize=5)
    ax.text(lengths[-1] + 0.15, unseen[-1], "on text it\nhas never\nseen", color=BLUE,
            va="center")
    ax.text(lengths[-1] + 0.15, seen[-1], "on the text\nit counted", color=RED,
            va="center")
    middle = len(lengths) - 2
    ax.text(lengths[middle], 0.42 * seen[middle] + 0.58 * unseen[middle],
            "learnt by heart,\nof no use", ha="center", va="center", fontsize=9.5)
    for mark in marks:
        height = unseen[list(lengths).index(mark)]
        ax.annotate(f"{height:.2f}", (mark, height), (2, 8), ha="left", color=BLUE,
                    textcoords="offset points", fontweight="bold")
    best = lengths[int(np.argmin(unseen))]
    ax.set(title=f"{lengths[-1]} characters look best; {best} are best",
           xlabel="characters of context", ylabel="bits per character",
           ylim=(0, uniform + 0.45), xlim=(lengths[0] - 0.3, lengths[-1] + 1.6))
    ax.set_xticks(lengths)
    return fig


def odds_bars(odds: dict, names):
    """Draw several sets of odds for the same symbols, one above the other.

    - odds: {title: probabilities of shape (n,)};  names: n symbols to write
    Returns the figure.
    """
    fig, axes = plt.subplots(len(odds), 1, figsize=(7.2, 1.45 * len(odds) + 0.5),
                             sharex=True, sharey=True)
    for ax, (title, p) in zip(axes, odds.items(), strict=True):
        bars = ax.bar(range(len(p)), p, color=BLUE, width=0.72)
        labels = [f"{share:.0%}" if share >= 0.005 else "" for share in p]
        ax.bar_label(bars, labels, fontsize=9, padding=1)
        ax.text(0.98, 0.72, title, ha="right", va="top", transform=ax.transAxes)
        ax.margins(y=0.22)
        ax.grid(axis="x", visible=False)
    axes[len(axes) // 2].set_ylabel("probability")
    axes[-1].set_xticks(range(len(p)), [visible(name) for name in names],
                        family="monospace")
    axes[-1].tick_params(axis="x", length=0)
    axes[-1].set_xlabel("next character")
    return fig


def surprise_lines(text: str, surprise, expected, *, width=56):
    """Draw under each character of a text what it cost, as lines of a page.

    - text: n characters;  surprise: the bits that each cost, of shape (n,)
    - expected: the bits that the model expected to pay there, of shape (n,)
    - width: characters a line at most, broken at spaces
    The first letter of a word has another colour and a bold letter. Returns the figure.
    """
    starts = [0]
    while len(text) - starts[-1] > width:
        starts.append(text.rfind(" ", 0, starts[-1] + width) + 1)
    stops = [*starts[1:], len(text)]
    longest = max(b - a for a, b in zip(starts, stops, strict=True))
    fig, axes = plt.subplots(len(starts), 1, figsize=(8.2, 1.75 * len(starts) + 0.5),
                             sharey=True, squeeze=False)
    for ax, a, b in zip(axes[:, 0], starts, stops, strict=True):
        first = [text[i].isalpha() and not text[i - 1 : i].isalpha()
                 for i in range(a, b)]
        colours = [RED if f else SKY for f in first]
        x = np.arange(b - a)
        ax.bar(x, surprise[a:b], color=colours, width=0.86)
        ax.hlines(expected[a:b], x - 0.43, x + 0.43, color=INK, linewidth=1.3)
        ax.set_xticks(x, [visible(c) for c in text[a:b]], family="monospace")
        for label, f in zip(ax.get_xticklabels(), first, strict=True):
            label.set(color=RED if f else INK, fontweight="bold" if f else "normal")
        ax.tick_params(axis="x", length=0)
        ax.grid(axis="x", visible=False)
        ax.set(xlim=(-0.8, longest - 0.2), ylabel="bits")
    axes[0, 0].set_title("What each letter costs (bar), and what the model expected "
                         "to pay (line)", fontsize=11.5)
    return fig
