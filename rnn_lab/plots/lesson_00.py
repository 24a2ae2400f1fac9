"""Pictures of lesson 0."""

import matplotlib.pyplot as plt
import numpy as np

from .base import BLUE, GREEN, GREY, INK, ORANGE, PAPER, PINK, RED, SKY

# Each part's name, its colour, and its lessons in rows of the map, each with what
# it gives; a "*" stands before the lessons where a network is finished.
PARTS = [
    ("", GREY, [[("Start here", "a map, the letters,\na working set-up")]]),
    ("I   A network that adds", BLUE, [
        [("Sigmoid", "a soft switch\nand its slope"),
         ("Learning", "gradient descent,\nand how to check it"),
         ("Memory", "the carry; weights\nset by hand")],
        [("Backprop through time", "how blame travels\nback in time"),
         ("*Binary adder", "it learns to carry:\nevery sum is right"),
         ("Inside the adder", "the carry, found;\nsums of 1,000 bits")]]),
    ("II   Making it train", GREEN, [
        [("Vanishing and exploding", "how far back it can learn,\nand clipping"),
         ("Optimisers", "five ways to step,\nin one race")]]),
    ("III   A network that writes", RED, [
        [("Text as numbers", "good guesses by\ncounting"),
         ("Min-char-RNN", "the smallest network\nthat writes"),
         ("*Training the writer", "text that grows readable,\nthen your own"),
         ("Inside the writer", "what its units\nhave noticed")]]),
    ("IV   Beyond", PINK, [
        [("Sequences of numbers", "the next number,\nand a wave"),
         ("LSTM", "gates, and memory\nthat lasts"),
         ("GRU and friends", "more from the\nsame parts"),
         ("Bug zoo", "wrong programs,\ncaught by you"),
         ("Where next", "PyTorch, and\nyour own projects")]]),
]
ROW_HEIGHT, WIDTH, LEFT, RIGHT = 1.5, 8.4, 1.05, 7.35


def course_map():
    """Draw the 18 lessons of the course as stations of one winding road.

    Returns the figure.
    """
    rows = [[] for _ in range(5)]  # of (part, name, what it gives)
    places = [(0,), (0, 1), (2,), (3,), (4,)]  # the rows of each part
    for part, row_numbers in enumerate(places):
        for i, stations in zip(row_numbers, PARTS[part][2], strict=True):
            rows[i] += [(part, *station) for station in stations]
    fig, ax = plt.subplots(figsize=(WIDTH, ROW_HEIGHT * len(rows) + 0.15))
    ax.set(xlim=(0, WIDTH), ylim=(-ROW_HEIGHT * len(rows) + 0.55, 0.7), aspect="equal")
    ax.axis("off")
    number, last = 0, None
    for i, stations in enumerate(rows):
        n, y = len(stations), -ROW_HEIGHT * i
        x = np.linspace(LEFT, RIGHT, n) if n > 2 else [2.4, 6.0]
        x = x if i % 2 == 0 else x[::-1]
        for (part, name, gives), at in zip(stations, x, strict=True):
            title, colour, _ = PARTS[part]
            _road(ax, last, (at, y), colour)
            if last and last[2] != part:
                towards = 1 if i % 2 == 0 else -1  # where the road goes from here
                ax.text(at - 0.24 * towards, y + 0.42, title, va="center",
                        ha="left" if towards == 1 else "right", fontsize=11.5,
                        fontweight="bold")
            _station(ax, at, y, number, colour, name, gives)
            last, number = (at, y, part), number + 1
    ax.annotate("", (WIDTH - 0.05, last[1]), (last[0], last[1]), zorder=1,
                arrowprops={"arrowstyle": "-|>,head_width=0.5,head_length=0.8",
                            "color": PINK, "linewidth": 5, "alpha": 0.5})
    return fig


def _road(ax, last, here, colour):
    """Draw the road from the last station to this one, round a bend if need be."""
    if last is None:
        return
    (x, y, _), (x_2, y_2) = last, here
    points = [(x, y), (x_2, y_2)]
    if y != y_2:  # out to the side, down, and back
        side, r = (0.2, 1) if x < WIDTH / 2 else (WIDTH - 0.2, -1), 0.35
        edge, way = side
        turn = np.linspace(0, np.pi / 2, 12)
        first = [(edge + way * r * (1 - np.sin(a)), y - r * (1 - np.cos(a)))
                 for a in turn]
        second = [(edge + way * r * (1 - np.cos(a)), y_2 + r * (1 - np.sin(a)))
                  for a in turn]
        points = [(x, y), *first, *second, (x_2, y_2)]
    ax.plot(*zip(*points, strict=True), color=colour, linewidth=9, alpha=0.35,
            solid_capstyle="butt", solid_joinstyle="round", zorder=1)


def _station(ax, x, y, number, colour, name, gives):
    """Draw one lesson: its number in a ring, its name and what it gives."""
    done = name.startswith("*")
    ax.add_patch(plt.Circle((x, y), 0.25 if done else 0.21, zorder=3, linewidth=3.2,
                            facecolor=colour if done else PAPER, edgecolor=colour))
    ax.text(x, y - 0.01, f"{number:02}", ha="center", va="center_baseline",
            color=PAPER if done else INK, fontsize=11.5, fontweight="bold", zorder=4)
    ax.text(x, y - 0.43, name.lstrip("*"), ha="center", va="baseline", fontsize=10,
            fontweight="bold")
    for i, line in enumerate(gives.splitlines()):
        ax.text(x, y - 0.62 - 0.155 * i, line, ha="center", va="baseline", fontsize=9)


def shapes_of_a_step(n_batch: int, n_in: int, n_hidden: int):
    """Draw the matrices of one recurrent step as boxes, one square a number.

    - n_batch, n_in, n_hidden: B, the numbers in one input, the hidden units
    Each row of the batch keeps its colour from x and h on the left to the new h.
    Returns the figure.
    """
    B = n_batch
    boxes = [("h[t+1]", B, n_hidden, True, "="), ("x[t]", B, n_in, True, "@"),
             ("Wxh", n_in, n_hidden, False, "+"), ("h[t]", B, n_hidden, True, "@"),
             ("Whh", n_hidden, n_hidden, False, "+"), ("bh", 1, n_hidden, False, "")]
    gap, start, tall = 1.7, 0.0, n_hidden / 2
    starts = []
    for i, (_, _, columns, _, _) in enumerate(boxes):
        start += 1.3 if i == 1 else 0  # room for "f("
        starts.append(start)
        start += columns + gap
    width = start - gap + 0.9
    fig, ax = plt.subplots(figsize=(8.4, 8.4 * (n_hidden + 3.6) / (width + 1.2)))
    ax.set(xlim=(-0.6, width + 0.6), ylim=(-tall - 1.9, tall + 1.7), aspect="equal")
    ax.axis("off")
    shades = [SKY, ORANGE, GREEN, PINK]
    for (name, n_rows, columns, in_batch, sign), x in zip(boxes, starts, strict=True):
        for row in range(n_rows):
            colour = shades[row % 4] if in_batch else "#e4e1d6"
            for column in range(columns):
                ax.add_patch(plt.Rectangle(
                    (x + column, n_rows / 2 - row - 1), 1, 1, facecolor=colour,
                    edgecolor=PAPER, linewidth=1.6))
        ax.text(x + columns / 2, tall + 1.0, name, ha="center", va="center",
                family="monospace", fontsize=12, fontweight="bold")
        size = (columns,) if name == "bh" else (n_rows, columns)
        ax.text(x + columns / 2, -tall - 1.0, f"{size}", ha="center", va="center",
                fontsize=10)
        ax.text(x + columns + gap / 2, 0, sign, ha="center", va="center", fontsize=15)
    ax.text(starts[1] - 0.85, 0, "f (", ha="center", va="center", fontsize=15)
    ax.text(starts[-1] + n_hidden + 0.5, 0, ")", ha="center", va="center", fontsize=15)
    return fig
