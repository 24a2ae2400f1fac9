"""The panel of lesson 11: a network that learns to write, before your eyes."""

import html
import math
import os
import textwrap
from collections import deque
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain, count
from pathlib import Path
from time import process_time
from unicodedata import east_asian_width

import numpy as np

from rnn_core import (
    DATA,
    GRU,
    LSTM,
    PUBLIC_TEXTS,
    RNN,
    SGD,
    Adagrad,
    Adam,
    Momentum,
    RMSprop,
    Vocabulary,
    bits_per_character,
    clip_by_norm,
    clip_by_value,
    load_text,
    sample,
    save,
    softmax_cross_entropy,
    split_text,
    text_batches,
    train,
)

from ..counting import CountingModel
from ..plots.base import visible
from . import drawing
from .base import Knob, TrainingPanel
from .drawing import BLUE, GREY, HEIGHT, HIGH, INK, LEFT, RED, TOP, WIDE, Curve

KINDS = {"RNN": RNN, "LSTM": LSTM, "GRU": GRU}
OPTIMISERS = {"Adam": Adam, "RMSprop": RMSprop, "Adagrad": Adagrad,
              "momentum": Momentum, "SGD": SGD}
CLIPS = {"norm 1": lambda grads: clip_by_norm(grads, 1),
         "norm 5": lambda grads: clip_by_norm(grads, 5),
         "values 5": lambda grads: clip_by_value(grads, 5), "none": None}
FERRY, NAMES, OWN, GIVEN = "the_night_ferry", "dinosaurs", "my own", "the one given"
MOST_READ, MOST_TESTED, LEAST = 1_200_000, 15_000, 500  # characters of a text
WORK = 1_600_000_000  # of a test at most: its characters, times the weights
MEMORY = 25_000  # characters that the smooth loss looks back, as in the classic program
DASH = "\u2013"
N_MARKS, N_WRITTEN, N_UNITS, N_COLUMNS = 5, 240, 60, 32
MONO = "font-family: var(--jp-code-font-family, monospace); white-space: pre"


class WriterPanel(TrainingPanel):
    """A network learns to write: its bits beside counting models', and what it writes.

    - text: what to learn from: a text, its name or its file's; None for the book
    At first the knobs are set to the recipe of the lesson. `model` is the network,
    `vocabulary` its symbols, `optimizer` what moves it; `save` writes them to a file.
    `scores` is a `Curve` of bits on the held-out end of the text, where counting models
    pay `marks`; `before` is that of the run before the last Reset.
    """

    KNOBS = (Knob("text", "choice", FERRY, (FERRY, NAMES, OWN), at_once=False),
             Knob(OWN, "passage", "", at_once=False),
             Knob("network", "choice", "RNN", (*KINDS,), at_once=False),
             Knob("hidden units", "choice", 128, (16, 32, 64, 100, 128, 192, 256),
                  at_once=False),
             Knob("window", "choice", 25, (5, 10, 25, 50, 100), at_once=False),
             Knob("readers", "choice", 32, (1, 4, 8, 16, 32), at_once=False),
             Knob("optimiser", "choice", "Adam", (*OPTIMISERS,), at_once=False),
             Knob("clip", "choice", "norm 1", (*CLIPS,), at_once=False),
             Knob("rate over time", "choice", "rise and fall",
                  ("rise and fall", "constant"), at_once=False),
             Knob("steps", "choice", 3000, (300, 1000, 3000, 10_000, 30_000),
                  at_once=False),
             Knob("seed", "number", 0, (0, 9999), at_once=False),
             Knob("learning rate", "log slider", 0.015, (0.00015, 1.5)),
             Knob("temperature", "slider", 0.8, (0.0, 2.0, 0.1)))

    def __init__(self, text: str | None = None):
        self._given, self._mean, self.before = text, None, Curve()
        if text is not None:
            first, *others = self.KNOBS
            span = GIVEN, *first.span
            self.KNOBS = first._replace(value=GIVEN, span=span), *others
        super().__init__()
        self.knobs[OWN].placeholder = "a file's name, or a text pasted here"

    # ------------------------------------------------------------- what it learns
    def begin(self, settings: dict) -> Iterator:
        ran, book = self._mean is not None, getattr(self, "book", None)
        self._open(settings)
        if ran:  # bits on another text say nothing of those on this one
            self.before = self.scores if self.book is book else Curve()
        n_symbols, window = len(self.book.vocabulary), settings["window"]
        readers = min(settings["readers"], (len(self.book.ids) - 1) // window)
        if readers < settings["readers"]:
            self.note = f"The text is too short for more than {readers} readers. "
        self.vocabulary, self.pace = self.book.vocabulary, readers * window
        self.even = math.log2(n_symbols)  # bits of a guess that knows nothing
        self.model = KINDS[settings["network"]](
            n_symbols, settings["hidden units"], n_symbols, dtype=np.float32,
            rng=settings["seed"])
        self.unseen = self.book.unseen[: WORK // self.model.params.flat.size]
        self.marks = self.book.marks.setdefault(len(self.unseen), [])
        self._goal = self.STEPS = settings["steps"]
        self._course = (rise_and_fall if settings["rate over time"] == "rise and fall"
                        else lambda share: 1)
        self._top = settings["learning rate"]
        self.optimizer = OPTIMISERS[settings["optimiser"]](self._top * self._course(0))
        self.scores, self.smooth, self._mean = Curve(), Curve(), None
        self._window = self.book.ids[:window, None], None
        self._tested_at = self._wrote_at = None  # the step, and how
        self._used = self._top  # the rate of the last step
        self._test_next = self._write_next = -math.inf
        self._n_tests = 0
        self._ticks, self.saved = deque(maxlen=8), "no"
        windows = self._watched(text_batches(self.book.ids, window, readers))
        return map(self._noted, train(self.model, windows, mean_cross_entropy,
                                      self.optimizer, CLIPS[settings["clip"]]))

    def _open(self, settings: dict) -> None:
        """Open the text that is wished for, or the book, and note why."""
        words = {GIVEN: self._given, OWN: settings[OWN]}.get(settings["text"],
                                                             settings["text"])
        try:
            self.note, self.book = "", open_book(find_text(words))
        except (ValueError, OSError) as error:
            self.book = open_book(load_text(FERRY))
            self.note = f"{str(error).rstrip('.')}. Until then it reads {FERRY}. "

    def tune(self, settings: dict) -> None:
        self._top = settings["learning rate"]

    def _watched(self, windows: Iterator) -> Iterator:
        """Pass windows on; before each, set the rate and keep what the first reads."""
        for x, target, carry in windows:
            self._used = self._top
            step, state = (self.progress.step, self.progress.state
                           ) if self.progress else (0, None)
            self.optimizer.lr = self._top * self._course(step % self.STEPS / self.STEPS)
            self._window = x[:, :1], state[..., :1, :] if carry else None
            yield x, target, carry

    def _noted(self, progress):
        """Take a step's loss into the mean over the last 25,000 characters."""
        bits, new = progress.loss / math.log(2), min(1, self.pace / MEMORY)
        self._mean = bits if self._mean is None else (
            (1 - new) * self._mean + new * bits)
        self.smooth.add(progress.step, self._mean)
        return progress

    def save(self, path="writer") -> Path:
        """Write the network, and all it takes to train on, to a .npz file.

        Nothing is overwritten: if the name is taken, a number is added. Returns the
        path. `rnn_core.load` reads it.
        """
        path = os.fspath(path).removesuffix(".npz")
        names = chain([path], (f"{path}-{i}" for i in count(2)))
        free = next(name for name in names if not os.path.exists(f"{name}.npz"))
        saved = save(free, self.model, self.vocabulary, self.optimizer, self.progress)
        self.saved = f"step {self.step_now:,}, as {saved.name}"
        self._stale = True
        self._ask()
        return saved

    # ------------------------------------------------------------ what it shows
    def sound(self) -> bool:
        """Tell whether the weights are numbers of a sensible size."""
        return bool(abs(self.model.params.flat).max() < 1e6)

    def draw(self) -> dict[str, str]:
        now, rests = self.clock(), not self.running
        step, warmth = self.step_now, self.settings["temperature"]
        if self.book.count_on(self.unseen):
            self._stale = True  # there are more marks to come
        if step != self._tested_at and (rests or process_time() >= self._test_next):
            self._test(step)
        if (step, warmth) != self._wrote_at and (rests or now >= self._write_next):
            self._write(step, warmth)
        if rests:
            self._ticks.clear()
        else:
            self._ticks.append((now, self.step_now))
        return {"bits": self._bits(), "page": self._page(),
                "states": self._states(), "numbers": self._numbers()}

    def _test(self, step: int) -> None:
        """Measure the bits on text never seen, and say when to measure again."""
        began = process_time()
        if self.sound():
            self.scores.add(step, bits_per_character(self.model, self.unseen))
        # At first much is new; later it may take an eightieth of the time.
        self._tested_at, now = step, process_time()
        self._test_next = now + min(80, 10 * 2**self._n_tests) * (now - began)
        self._n_tests += 1

    def _write(self, step: int, temperature: float) -> None:
        """Let it write; the draws depend on the step alone, so that a paused network
        shows what the temperature does."""
        if self.sound():
            self.written = sample(self.model, self.vocabulary, self.book.prime,
                                  N_WRITTEN, temperature, rng=step)
        self._wrote_at, self._write_next = (step, temperature), self.clock() + 1

    def _bits(self) -> str:
        marks, smooth, scores = self.marks, self.smooth, self.scores
        high = 0.4 + max([marks[0] if marks else self.even,
                          *(min(y, 1.3 * self.even) for y in smooth.y[-1:])])
        least = min([*marks, *smooth.y, *scores.y, high])
        low = max(0.0, math.floor(2 * least - 0.2) / 2)
        return drawing.chart(
            "Bits", f"Bits a character over {self.step_now:,} steps. "
            f"{self.verdict()} Counting with 0 and more characters pays "
            f"{', '.join(f'{mark:.2f}' for mark in marks)}.",
            [("reads", smooth.x, smooth.y, BLUE, ""),
             ("held out", scores.x, scores.y, RED, "6 3"),
             *([("before", self.before.x, self.before.y, GREY, "2 3")]
               if self.before.x else [])],
            x=(0, self._goal), y=(low, high),
            xlabel="steps (grey: counting with 0 to 4 characters)",
            dots=[*zip(scores.x[-1:], scores.y[-1:], [RED], strict=False)],
            marks={str(k): mark for k, mark in enumerate(marks)})

    def _page(self) -> str:
        """Write what the network wrote, in lines that fit."""
        title = f"It writes, at temperature {self.settings['temperature']:g}"
        parts = [drawing.heading(title), *(
            drawing.text(LEFT - 34, 32 + 14.5 * i, line, "start", MONO)
            for i, line in enumerate(in_lines(self.written)[:12]))]
        return drawing.svg(f"{title}: {printable(self.written)}", "".join(parts))

    def _states(self) -> str:
        """Paint the hidden states over the last window of the first reader."""
        x, state = self._window
        with np.errstate(over="ignore", invalid="ignore"):
            _, trace = self.model.forward(x, state)
        h = np.nan_to_num(trace.h[1:, 0].T[:N_UNITS, -N_COLUMNS:])
        words = printable(self.vocabulary.decode(x[-N_COLUMNS:, 0]))
        title = f"Hidden states, {len(h)} of {self.model.n_hidden} units"
        parts = [drawing.heading(title), drawing.heat(h, LEFT, TOP, WIDE, HIGH),
                 drawing.text(LEFT + WIDE / 2, HEIGHT - 6,
                              "the end of the first reader's last window")]
        parts += [drawing.text(LEFT + (i + 0.5) * WIDE / len(words), TOP + HIGH + 13,
                               visible(symbol), style=MONO)
                  for i, symbol in enumerate(words)]
        parts += [drawing.text(LEFT - 6, TOP + (i + 0.5) * HIGH / len(h) + 4,
                               str(i + 1), "end") for i in (0, len(h) - 1)]
        for at, colour, name in ((-56, RED, "\u22121"), (-22, BLUE, "1")):
            at += LEFT + WIDE
            square = {"x": at, "y": 4, "width": 10, "height": 10}
            parts += [drawing.shape("rect", **square, fill=colour),
                      drawing.text(at + 14, 13, name, "start")]
        return drawing.svg(
            f"{title}, as colours over {len(words)} characters. The mean size is "
            f"{abs(h).mean():.2f}", "".join(parts))

    def _numbers(self) -> str:
        """Write the figures as a table."""
        book, n_read, rate = self.book, self.step_now * self.pace, self._rate()
        part = ("" if len(self.unseen) == book.n_unseen
                else f" of {book.n_unseen:,}")
        left = (self._goal - self.step_now) * self.pace / rate if rate else None
        rows = {
            "characters": f"{len(book.ids):,}, of {len(self.vocabulary)} kinds",
            "held out": f"{len(self.unseen):,}{part}",
            "bits, as it reads": f"{self._mean:.2f}" if self._mean else DASH,
            "bits, held out": f"{self.scores.y[-1]:.2f}" if self.scores.y else DASH,
            f"counting, 0 to {N_MARKS - 1}": " ".join(
                f"{mark:.2f}" for mark in self.marks),
            "has read": f"{n_read:,}, {n_read / len(book.ids):.1f} times all",
            "reads a second": f"{rate:,.0f}" if rate else DASH,
            "time left": DASH if left is None else (
                f"{left:.0f} s" if left < 100 else f"{left / 60:.0f} minutes"),
            "rate now": drawing.number(self.optimizer.lr),
            "saved": self.saved}
        cells = "".join(
            '<tr><th scope="row" style="font-weight: normal; opacity: 0.8; text-align: '
            f'left; padding-right: 1em; white-space: nowrap">{name}</th><td>'
            f'{html.escape(value)}</td></tr>' for name, value in rows.items())
        return (f'<div style="color: {INK}; line-height: 1.55; font-size: 12px; '
                'min-height: 19em"><b>In numbers</b><table style="border-spacing: 0; '
                'font-size: 12px; font-variant-numeric: tabular-nums; text-align: '
                f'left">{cells}</table></div>')

    def _rate(self) -> float:
        """Tell the characters a second over the last redraws, or 0 at rest."""
        if len(self._ticks) < 2:
            return 0.0
        (before, first), (now, last) = self._ticks[0], self._ticks[-1]
        return float(f"{(last - first) * self.pace / max(now - before, 1e-6):.2g}")

    def verdict(self) -> str:
        """Say where the network stands among the counting models."""
        if not self.scores.y:
            return ""
        bits, marks = self.scores.y[-1], self.marks
        unbeaten = [mark for mark in marks if mark <= bits]
        said = f"On text that it has never seen it pays {bits:.2f} bits a character"
        if bits > self.even:
            return f"{said}, more than an even guess, {self.even:.2f}."
        if not unbeaten:
            return f"{said}, less than all counting models."
        k = marks.index(max(unbeaten))
        return f"{said}; the next mark, counting with {k}, is {marks[k]:.2f}."

    def news(self) -> str:
        said = self.note + self.verdict()
        if not self.sound():
            return (f"{self.note}The weights have grown beyond all measure. Try a "
                    "learning rate below "
                    f"{drawing.number(self._used)}, or a clip, and Reset.")
        if not self.scores.y or not self.step_now:
            return said
        bits, best = self.scores.y[-1], min(self.scores.y)
        if bits > self.even and (self.scores.x[-1] > 100 or bits > 2 * self.even):
            said += (" The steps are too long. Try a learning rate below "
                     f"{drawing.number(self._used)}, and Reset.")
        elif self.step_now * self.pace > 10 * MEMORY and self.marks and (
                min(bits, self._mean) > self.marks[0] - 0.05):
            said += (" It knows how often each character occurs, and no more. Try a "
                     f"{'smaller' if self._used > 0.015 else 'larger'} learning rate, "
                     "and Reset.")
        elif bits > best + 0.1 and self._mean < best:
            said += (f" At step {self.scores.x[self.scores.y.index(best)]:,} it was "
                     f"{best:.2f}: since then it learns by heart.")
        return said

    def still(self, fig) -> None:
        book = open_book(load_text(FERRY))
        while book.count_on(book.unseen):
            pass
        marks = book.marks[len(book.unseen)]
        bits, scores, pages = [], {}, ""
        model, steps = small_writer(book, [step / 241 for step in range(1, 241)])
        for step, loss, *_ in steps:
            bits.append(loss / math.log(2))
            if step in (1, 15, 30, 60, 120, 240):
                scores[step] = bits_per_character(model, book.unseen)
            if step in (1, 30, 240):
                page = sample(model, book.vocabulary, book.prime, 70, 0.8, rng=1)
                pages += f"step {step:>3}  {printable(page)}\n"
        places = fig.add_gridspec(2, 2, height_ratios=(3, 1), width_ratios=(1.3, 1))
        ax, right, low = map(fig.add_subplot, (places[0], places[1], places[1, :]))
        ax.plot(range(1, 241), bits, color=BLUE, label="as it reads")
        ax.plot([*scores], [*scores.values()], "--o", color=RED, label="held out")
        for k, (mark, at) in enumerate(
                zip(marks, drawing.apart(marks, 0.25), strict=True)):
            ax.axhline(mark, color=GREY, linewidth=0.8)
            ax.annotate(str(k), (1.02, at), xycoords=ax.get_yaxis_transform(),
                        color=GREY, va="center", fontsize=9)
        ax.legend(fontsize=9)
        ax.set(title="Bits a character", ylim=(1.5, 6.2), xlim=(0, 240),
               xlabel="steps (grey: counting with 0 to 4 characters)")
        x = book.ids[:25]
        h = model.forward(x[:, None])[1].h[1:, 0].T[:N_UNITS]
        right.imshow(drawing.shades(h), aspect="auto", interpolation="nearest")
        right.set_xticks(range(25), map(visible, book.vocabulary.decode(x)),
                         family="monospace", fontsize=8)
        right.tick_params(axis="x", length=0)
        right.grid(False)
        right.set(title="Hidden states: orange −1, blue 1", ylabel="unit")
        low.axis("off")
        low.text(0, 0.3, "What it writes\n" + pages, family="monospace", fontsize=9,
                 va="center", transform=low.transAxes, in_layout=False)


# ------------------------------------------------------------- the recipe's parts
def mean_cross_entropy(y, target):
    """Cross entropy in nats, the mean over the window."""
    loss, dy = softmax_cross_entropy(y, target)
    return loss / len(y), dy / len(y)


def rise_and_fall(share):
    """The part of the top rate to use when a share of the steps is done."""
    return min(1, 0.01 + 15 * share) * (1 + math.cos(math.pi * share)) / 2


def small_writer(book: "Book", shares) -> tuple[RNN, Iterator]:
    """Make a small writer, and an iterator over the `Progress` of a quick training.

    - shares: where in `rise_and_fall` each of its steps stands
    """
    n = len(book.vocabulary)
    model, adam = RNN(n, 64, n, dtype=np.float32, rng=0), Adam(0.015)

    def windows():
        for share, window in zip(shares, text_batches(book.ids, 25, 32), strict=False):
            adam.lr = 0.015 * rise_and_fall(share)
            yield window

    return model, train(model, windows(), mean_cross_entropy, adam, CLIPS["norm 1"])


# --------------------------------------------------------------------- the text
class Book:
    """A text to learn from, `ids`, and its last tenth, `unseen`.

    `marks` holds what counting models with 0, 1, ... characters pay on the first n of
    `unseen`, in bits a character: {n: [bits]}.
    """

    def __init__(self, words: str):
        if len(words) < LEAST:
            raise ValueError(f"The text has {len(words):,} characters: {LEAST} or more "
                             "can be learnt from, and 100,000 are a good start")
        self.vocabulary = Vocabulary.from_text(words[:MOST_READ])
        ids = self.vocabulary.encode(words[:MOST_READ])
        self.ids, unseen = split_text(ids)
        self.unseen, self.n_unseen, self.marks = unseen[:MOST_TESTED], len(unseen), {}
        self.prime = next((mark for mark in "\n " if mark in self.vocabulary.symbols),
                          words[0])

    def count_on(self, unseen) -> bool:
        """Measure the next marks, for a tenth of a second; say if any are left."""
        end, n = process_time() + 0.1, len(self.vocabulary)
        marks = self.marks.setdefault(len(unseen), [])
        most = min(N_MARKS, int(62 / math.log2(n)))  # beyond, its tables overflow
        while len(marks) < most and process_time() < end:
            counting = CountingModel(self.ids, n, len(marks))
            marks.append(counting.bits_per_character(unseen))
        return len(marks) < most


open_book = lru_cache(maxsize=4)(Book)


def find_text(words: str) -> str:
    """Give the text that words are, or name. ValueError says in plain words why not.
    """
    name = str(words).strip()
    if not name:
        raise ValueError(f"Put a file's name or a whole text into \"{OWN}\", and Reset")
    if "\n" in name or len(name) > 250:
        return str(words)
    if name in PUBLIC_TEXTS and not (DATA / f"{name}.txt").exists():
        raise ValueError(f"{name} has to be fetched first. In a cell: "
                         f"WriterPanel(load_text(\"{name}\"))")
    if not (os.path.isfile(name) or (DATA / f"{name}.txt").exists()):
        raise ValueError(f"There is no file {name!r:.60} beside this notebook")
    return load_text(name)


# ----------------------------------------------------------------- small drawings
def printable(words: str) -> str:
    """Show line ends, and what cannot be shown as a question mark."""
    return "".join(symbol if symbol.isprintable() else "\u21b5" if symbol == "\n"
                   else "\ufffd" for symbol in words)


def in_lines(words: str) -> list[str]:
    """Break a text at its line ends, and where a line gets too long for a view."""
    wide = any(east_asian_width(symbol) in "WF" for symbol in words)
    return [part for line in words.split("\n") for part in textwrap.wrap(
        printable(line), 25 if wide else 50, drop_whitespace=False) or [""]]
