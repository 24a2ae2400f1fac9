"""The panel of lesson 12: what the units of a writer say to a passage of yours."""

import html
import math
from functools import cache

import numpy as np

from rnn_core import RNN, Recurrent, Vocabulary, load_text, softmax, split_text

from ..plots.base import visible
from .base import Knob, Panel, grid
from .drawing import BLUE, GREEN, GREY, INK, RED, bars, chart, number, shades
from .lesson_11 import FERRY, open_book, printable, small_writer

MOST = 300  # characters of a passage
N_GUESSES = 8
LEVELS = 10  # of a colour
TALLEST, DEAREST = 14, 10  # a bar of so many pixels stands for so many bits or more
CELLS = 18  # characters that may stand together when lines are broken


class ReaderPanel(Panel):
    """A passage, painted by what one unit says, and the odds of what comes next.

    - model, vocabulary: a writer and its symbols, or None for one that is trained at
      once, in a fraction of a second
    At first it looks at the unit that swings most. `h`, (n, n_hidden), holds the states
    after each character, `odds`, (n, n_symbols), those of the next one, `bits`, (n,),
    what each one cost; nan where nothing is known.
    """

    def __init__(self, model: Recurrent | None = None,
                 vocabulary: Vocabulary | None = None):
        if (model is None) != (vocabulary is None):
            raise ValueError("give both a model and its vocabulary, or neither")
        self.quick = model is None
        if self.quick:
            model, vocabulary = quick_writer()
        if not model.n_in == model.n_out == len(vocabulary):
            raise ValueError(f"the model has {model.n_in} inputs and {model.n_out} "
                             f"outputs, but the vocabulary {len(vocabulary)} symbols")
        self.model, self.vocabulary, self.passage = model, vocabulary, ""
        first = example()
        swing = np.nan_to_num(self.read(first)[0]).std(axis=0)
        self._first = int(swing.argmax()), first.index("?"), first
        unit, place, _ = self._first
        self.KNOBS = (Knob("unit", "slider", unit, (0, max(1, model.n_hidden - 1), 1)),
                      Knob("look at", "slider", place, (0, len(first) - 1, 1)),
                      Knob("passage", "passage", first))
        super().__init__()

    def parts(self) -> list:
        unit, place, passage = self.knobs.values()
        return [passage, grid([unit, place]), self._status, self._canvas]

    def read(self, passage: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Read a passage from an empty memory; what is not known is passed over.

        Returns the states, the odds and the bits, as in `h`, `odds` and `bits`.
        """
        n = len(passage)
        known = [i for i in range(n) if passage[i] in self.vocabulary.symbols]
        h, bits = np.full((n, self.model.n_hidden), np.nan), np.full(n, np.nan)
        odds = np.full((n, len(self.vocabulary)), np.nan)
        if known:
            ids = self.vocabulary.encode("".join(passage[i] for i in known))
            with np.errstate(over="ignore", invalid="ignore"):
                y, trace = self.model.forward(ids[:, None])
                h[known], odds[known] = trace.h[1:, 0], softmax(y[:, 0].astype(float))
                before = odds[known[:-1], ids[1:]]
            bits[known[1:]] = -np.log2(np.maximum(before, 1e-300))
        return h, odds, bits

    def draw(self) -> dict[str, str]:
        self._open(self.settings["passage"].replace("\r\n", "\n")[:MOST])
        self.unit = min(self.settings["unit"], self.model.n_hidden - 1)
        said = self.h[:, self.unit]
        n, at = len(self.passage), self.place
        places = np.arange(n)
        finite = said[np.isfinite(said)]
        size = max(1.0, abs(finite).max(initial=0.0))
        return {
            "page": self._page(said / size),
            "unit": chart(
                f"What unit {self.unit} says", f"What unit {self.unit} says after each "
                f"of {n} characters, from {finite.min(initial=size):.2f} to "
                f"{finite.max(initial=-size):.2f}",
                [("", places, said, BLUE, "")], x=(0, max(n - 1, 1)),
                y=(-1.08 * size, 1.08 * size), xlabel="character",
                dots=[(at, said[at], RED)] if n else []),
            "odds": self._odds(),
        }

    def _open(self, passage: str) -> None:
        """Take a passage in, and see to it that a place in it is looked at.

        Who looks at the last character goes on to look at the last one.
        """
        slider, last = self.knobs["look at"], len(self.passage) - 1
        if passage != self.passage:
            self.passage = passage
            ends = 0 <= last <= slider.value
            slider.max = max(1, len(passage) - 1)
            if ends:
                slider.value = slider.max
        self.h, self.odds, self.bits = self.read(passage)
        self.place = max(0, min(slider.value, len(passage) - 1))

    def guess(self) -> tuple[np.ndarray | None, int | None]:
        """Tell the odds at the place looked at, and the token that comes, if known."""
        before = np.nonzero(np.isfinite(self.odds[: self.place + 1, 0]))[0]
        following = self.passage[self.place + 1 : self.place + 2]
        came = self.vocabulary.symbols.find(following) if following else -1
        return (self.odds[before[-1]] if before.size else None,
                came if came >= 0 else None)

    def _odds(self) -> str:
        odds, came = self.guess()
        title = "What may come next, in percent"
        if odds is None:
            return bars(title, "There is nothing to guess from yet.", ["?"], [0],
                        [BLUE])
        best = np.argsort(-odds, kind="stable")[:N_GUESSES]
        names = [visible(printable(self.vocabulary.symbols[i])) for i in best]
        told = ", ".join(f"{self.name(i)} {int(100 * odds[i])}" for i in best)
        return bars(f"{title} (✓: what comes)", f"The likeliest, in percent: {told}",
                    [f"{name} ✓" if i == came else name
                     for name, i in zip(names, best, strict=True)],
                    odds[best].tolist(),
                    [GREEN if i == came else BLUE for i in best])

    def _page(self, said) -> str:
        """Paint the passage: `said`, (n,), between -1 and 1."""
        cells, together = [], ""
        for i, symbol in enumerate(self.passage):
            together += _cell(symbol, said[i], self.bits[i], i == self.place)
            if symbol in " \n" or together.count("<b") == CELLS:
                cells.append(f'<span class="w">{together}</span>'
                             + "<br/>" * (symbol == "\n"))
                together = ""
        cells.append(f'<span class="w">{together}</span>' if together else "")
        legend = " &#160; ".join(f"{_cell('a', value)} {name}" for value, name in (
            (-1.0, "−1, dotted line"), (0.0, "0"), (1.0, "1, solid line.")))
        return (f'<div class="rnn-reader" style="grid-column: 1 / -1; color: {INK}">'
                f"{STYLE}<b>The passage, painted by unit {self.unit}</b>"
                f'<div class="p" role="img" aria-label="The passage: '
                f'{html.escape(printable(self.passage))}">{"".join(cells)}</div>'
                f'<div>{legend} <span>Grey bars: bits that a character cost. '
                "In the frame: where we look.</span></div></div>")

    def name(self, token: int) -> str:
        """Name a symbol in words."""
        symbol = self.vocabulary.symbols[token]
        return {" ": "a space", "\n": "a line break"}.get(symbol, printable(symbol))

    def tell(self) -> str:
        strange = sorted({*self.passage} - {*self.vocabulary.symbols})
        notes = [f"It does not know {' '.join(map(printable, strange[:9]))} and reads "
                 "on without." if strange else "",
                 f"Only the first {MOST} characters are read."
                 if len(self.settings["passage"]) > MOST else "",
                 "This writer has had a moment of training: ReaderPanel(writer, "
                 "vocabulary) looks into yours." if self.quick else ""]
        odds, came = self.guess()
        if odds is None:
            return " ".join(filter(None, [
                "Write a passage with characters that it knows, such as "
                f"{printable(self.vocabulary.symbols[-9:])}.", *notes]))
        top = int(odds.argmax())
        value = self.h[self.place, self.unit]
        said = (f"Here unit {self.unit} says {number(round(float(value), 2))}. "
                if np.isfinite(value) else "")
        said += f"It expects {self.name(top)}, {int(100 * odds[top])} %"
        if came is None:
            said += "."
        elif came == top:
            said += f", and is right: {-math.log2(odds[came]):.1f} bits."
        else:
            share = 100 * odds[came]
            said += (f", but {self.name(came)} comes, "
                     f"{'less than 0.1' if share < 0.1 else f'{share:.2g}'} %: "
                     f"{-math.log2(max(odds[came], 1e-300)):.1f} bits.")
        if np.isfinite(self.bits).any():
            said += f" The passage costs {np.nanmean(self.bits):.2f} bits a character."
        return " ".join(filter(None, [said, *notes]))

    def still(self, fig) -> None:
        unit, place, passage = self._first
        h, odds, _ = self.read(passage)
        said, lines = h[:, unit], passage.split("\n")
        spots = np.array([(row, column) for row, line in enumerate(lines)
                          for column in range(len(line) + 1)][: len(passage)])
        painted = np.zeros((len(lines), max(map(len, lines)) + 1, 4), np.uint8)
        painted[*spots.T] = shades(np.nan_to_num(said))
        painted[..., 3] //= 2  # so that letters can be read on it
        areas = fig.add_gridspec(2, 2, height_ratios=(1.1, 1))
        top, left, right = map(fig.add_subplot, (areas[0, :], areas[2], areas[3]))
        top.imshow(painted, aspect="auto", interpolation="nearest")
        for (row, column), symbol in zip(spots, passage, strict=True):
            top.text(column, row, printable(symbol), ha="center", va="center_baseline",
                     family="monospace", fontsize=8)
        top.set(xticks=[], yticks=[], title=f"A passage, painted by unit {unit}: "
                "orange −1, white 0, blue 1")
        top.grid(False)
        top.spines[:].set_visible(False)
        row, column = spots[place]
        across, down = np.array([[-1, 1, 1, -1, -1], [-1, -1, 1, 1, -1]]) * 0.48
        top.plot(column + across, row + down, color="black")
        left.plot(said, color=BLUE, linewidth=1)
        left.plot(place, said[place], "o", color=RED)
        left.set(title=f"What unit {unit} says", xlabel="character")
        best = np.argsort(-odds[place], kind="stable")[:N_GUESSES]
        right.bar(range(len(best)), 100 * odds[place, best], color=BLUE)
        right.set_xticks(range(len(best)), [
            visible(printable(self.vocabulary.symbols[i])) for i in best],
            family="monospace")
        right.set(title=f"Next after “{passage[place - 7 : place + 1]}”, percent")


@cache
def quick_writer() -> tuple[RNN, Vocabulary]:
    """Train a small writer for a moment, by the recipe of lesson 11."""
    book = open_book(load_text(FERRY))
    model, steps = small_writer(book, [step / 160 for step in range(160)])
    for _ in steps:
        pass
    return model, book.vocabulary


@cache
def example() -> str:
    """Give a passage of the held-out part of the book."""
    held_out = split_text(load_text(FERRY))[1]
    start = held_out.index("Mrs. Hale gave him a\npeppermint")
    return held_out[start : held_out.index("said Obed.", start) + 10]


def _cell(symbol: str, said: float, bits=math.nan, here=False) -> str:
    """Paint a character by what a unit says, with a bar of the bits that it cost."""
    colour = f"v{round(LEVELS * said)}" if math.isfinite(said) else "x"
    bar = min(TALLEST, round(TALLEST * bits / DEAREST)) if math.isfinite(bits) else 0
    shown = "&#160;" if symbol == " " else html.escape(printable(symbol))
    return (f'<b class="s{bar}"><i class="{colour}{" h" * here}">{shown}</i></b>')


def _style() -> str:
    """Write the looks of all cells, in few words for each: they are drawn often."""
    rules = [
        ".rnn-reader {line-height: 1.5; font-size: 12px}",
        ".rnn-reader .p {padding: 4px 0 6px}",
        ".rnn-reader .w {white-space: nowrap; display: inline-block}",
        ".rnn-reader i {font: 13px/1.35 var(--jp-code-font-family, monospace); "
        "display: block; min-width: 0.62em; border-bottom: 2px solid transparent}",
        ".rnn-reader div b {font-weight: normal}",
        f".rnn-reader i.x {{text-decoration: line-through 2px {GREY}}}",
        ".rnn-reader i.h {outline: 2px solid currentColor}",
        f".rnn-reader [class^=s] {{display: inline-block; text-align: center; "
        f"padding-top: {TALLEST + 1}px; background: linear-gradient({GREY}, {GREY}) "
        "no-repeat center 0 / 5px 0}"]
    for tall in range(1, TALLEST + 1):
        rules.append(f".rnn-reader .s{tall} {{background-position: center "
                     f"{TALLEST - tall}px; background-size: 5px {tall}px}}")
    for level in range(-LEVELS, LEVELS + 1):
        colour, line = (BLUE, "solid") if level > 0 else (RED, "dotted")
        under = f"; border-bottom: 2px {line} {colour}" * (abs(level) > LEVELS // 3)
        rules.append(f".rnn-reader .v{level} {{background: {colour}"
                     f"{140 * abs(level) // LEVELS:02x}{under}}}")
    return f"<style>{' '.join(rules)}</style>"


STYLE = _style()
