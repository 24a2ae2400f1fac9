"""The panel of lesson 9: odds at a temperature, and what is written with them."""

import html
import re
from functools import cache, lru_cache

import numpy as np

from rnn_core import Vocabulary, load_text, softmax, split_text

from ..counting import CountingModel
from ..plots.base import visible
from .base import Knob, Panel, page
from .drawing import BLUE, GREY, INK, RED, bars, chart

TEMPERATURES = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.2, 1.5, 2, 3, 5,
                10, 100)
LONGEST = 5  # characters of context
N_WRITTEN, N_BARS = 400, 12
WORD = re.compile(r"\w+(?:'\w+)*")


class TemperaturePanel(Panel):
    """The odds after some words at a temperature, their entropy, and what they write.

    `odds` are those of every symbol of `vocabulary`, `entropy` is theirs in bits, and
    `written` what a counting model writes with such odds. `words` are the whole words
    in it, and `copied` is the length of its longest stretch that the book has, too.
    """

    KNOBS = (Knob("temperature", "stops", 1, TEMPERATURES),
             Knob("context", "slider", 4, (0, LONGEST, 1)),
             Knob("begin with", "text", "he said "),
             Knob("sample", "number", 1, (0, 9999)))
    REDRAWS = 10

    def __init__(self):
        self._sample = page()
        super().__init__()

    def parts(self) -> list:
        return [*super().parts(), self._sample]

    def draw(self) -> dict[str, str]:
        T, k, prime, seed = self.settings.values()
        book, self.vocabulary, *_ = counted()
        symbols = self.vocabulary.symbols
        self.unknown = [c for c in dict.fromkeys(prime) if c not in symbols]
        known = re.split("[^" + re.escape(symbols) + "]", prime)[-1]
        before = self.vocabulary.encode(known).tolist()
        self.odds = odds_after(before, k, T)
        self.entropy = entropy(self.odds)
        self.written = self.vocabulary.decode(write_tokens(before, k, T, seed))
        # A word at an edge may be a part of one.
        self._found = [found for found in WORD.finditer(self.written)
                       if 0 < found.start() and found.end() < N_WRITTEN]
        self.words = [found[0] for found in self._found]
        self.copied = longest_copy(self.written, book)
        self._sample.value = self._write(prime)

        own = odds_after(before, k, 1)  # the order is that of temperature 1
        self.best = np.argsort(-own, kind="stable")[:N_BARS]
        names = [visible(symbols[i]) for i in self.best]
        shares = [*self.odds[self.best], max(1 - self.odds[self.best].sum(), 0)]
        context = "".join(map(visible, known[len(known) - k:] if k else ""))
        lengths = range(LONGEST + 1)
        now, at_1 = ([entropy(odds_after(before, n, t)) for n in lengths]
                     for t in (T, 1))
        even = np.log2(len(symbols))
        told = ", ".join(f"{name} {int(100 * share)}"
                         for name, share in zip([*names, "the rest"], shares,
                                                strict=True))
        return {
            "odds": bars(
                f"Odds after {context}: percent" if context else "Odds: percent",
                f"Percent of the next characters: {told}", [*names, "rest"], shares,
                [BLUE] * N_BARS + [GREY]),
            "entropy": chart(
                "Entropy, bits",
                f"The entropy with 0 to {LONGEST} characters of context, in bits: "
                + ", ".join(f"{bits:.2f}" for bits in now),
                [(f"T = {T:g}", lengths, now, BLUE, ""),
                 *([("T = 1", lengths, at_1, RED, "6 3")] if T != 1 else []),
                 ("even", lengths, [even] * len(lengths), GREY, "1 4")],
                x=(0, LONGEST), y=(0, 1.06 * even), dots=[(k, self.entropy, BLUE)],
                xlabel="characters of context"),
        }

    def _write(self, prime: str) -> str:
        """Show what was written; words that the book does not have are underlined."""
        words = counted()[3]
        parts, end = [], 0
        for found in self._found:
            if found[0].lower() not in words:
                parts += [_readable(self.written[end:found.start()]),
                          f'<u style="text-decoration: underline {RED} 2px; '
                          'text-underline-offset: 3px; text-decoration-skip-ink: none">'
                          f"{html.escape(found[0])}</u>"]
                end = found.end()
        parts.append(_readable(self.written[end:]))
        return (f'<div style="color: {INK}; line-height: 1.4; padding-top: 4px">'
                "<b>What it writes</b> (underlined: no word of the book)"
                '<div tabindex="0" role="group" aria-label="what it writes" '
                'style="height: 11.5em; overflow-y: auto; margin-top: 2px; '
                "white-space: pre-wrap; overflow-wrap: anywhere; line-height: 1.6; "
                'font-size: 12px; font-family: var(--jp-code-font-family, monospace)">'
                f'<b>{_readable(("…" if len(prime) > 60 else "") + prime[-60:])}</b>'
                f'{"".join(parts)}</div></div>')

    def tell(self) -> str:
        words = counted()[3]
        best, said = self.best[0], []
        if self.unknown:
            shown = " ".join(_name(symbol) for symbol in self.unknown[:8])
            more = " ..." if len(self.unknown) > 8 else ""
            said.append(f"The book has no {shown}{more}: only what follows counts.")
        elif not self.settings["begin with"]:
            said.append("With nothing before it, it knows only how common each "
                        "character is.")
        said.append(f"The likeliest is {visible(self.vocabulary.symbols[best])} with "
                    f"{int(100 * self.odds[best])} %, the entropy "
                    f"{self.entropy:.2f} bits.")
        real = [word.lower() for word in self.words if word.lower() in words]
        if self.words:
            said.append(
                f"Of {len(self.words)} words that it wrote, {len(real)} stand in the "
                f"book ({len({*real})} different ones), and so does a stretch of "
                f"{self.copied} characters.")
        else:
            said.append("It wrote no whole word.")
        return " ".join(said)

    def still(self, fig) -> None:
        _, vocabulary, *_ = counted()
        before = vocabulary.encode("he said ").tolist()
        (left, right), below = fig.subplots(2, 2, height_ratios=[1, 0.6])
        below[0].remove()
        below[1].remove()
        p = odds_after(before, 4, 1)
        best = np.argsort(-p, kind="stable")[:N_BARS]
        left.bar(range(N_BARS), 100 * p[best], color=BLUE)
        left.set_xticks(range(N_BARS), [visible(vocabulary.symbols[i]) for i in best],
                        family="monospace")
        left.set(title="The next character after “aid␣”", ylabel="percent")
        left.grid(axis="x", visible=False)
        for T, line in ((2, "--"), (1, "-"), (0.3, ":")):
            bits = [entropy(odds_after(before, k, T)) for k in range(6)]
            right.plot(range(6), bits, line, color=RED if T == 2 else BLUE,
                       marker="o", markersize=4)
            right.annotate(f" T = {T}", (5, bits[-1]), va="center", fontsize=9.5)
        right.set(title="Entropy of the odds", xlabel="characters of context",
                  ylabel="bits", ylim=(0, None), xlim=(-0.2, 6.1))
        right.set_xticks(range(6))
        lines = []
        for T in (0.3, 1, 2):
            text = vocabulary.decode(write_tokens(before, 4, T, 1))
            text = text.replace("\n", " ")
            lines += [f"temperature {T}:", f"  he said {text[:80]}"]
        fig.text(0.02, 0.02, "\n".join(lines), family="monospace", fontsize=8.2,
                 va="bottom", linespacing=1.35, parse_math=False)


def odds_after(before: list, k: int, T: float) -> np.ndarray:
    """Give the odds after the last k of some tokens, at a temperature, (n_symbols,).
    """
    return softmax(logits(tuple(before[max(len(before) - k, 0):])) / T)


@lru_cache(maxsize=5000)
def logits(context: tuple) -> np.ndarray:
    """Give the logarithms of the model's odds, which are never 0, after some tokens."""
    return np.log(counted()[2].odds(context))


def entropy(p) -> float:
    """Give the entropy of odds in bits; what is impossible adds nothing."""
    p = p[p > 0]
    return float(-(p * np.log2(p)).sum()) + 0.0


def write_tokens(before: list, k: int, T: float, seed: int) -> list:
    """Draw the tokens that come after others, one after the other, as in the lesson."""
    tokens = before[-LONGEST:]
    for u in np.random.default_rng(seed).random(N_WRITTEN):
        stick = odds_after(tokens, k, T).cumsum()  # where the pieces end
        tokens.append(int(stick.searchsorted(u * stick[-1], "right")))
    return tokens[-N_WRITTEN:]


def longest_copy(written: str, book: str) -> int:
    """Count the characters of the longest stretch that stands in the book, too."""
    longest = 0
    for i in range(len(written)):
        while written[i:i + longest + 1] in book and i + longest < len(written):
            longest += 1
    return longest


@cache
def counted() -> tuple:
    """Count what the lesson counts: nine tenths of the book.

    Returns them, the vocabulary, the model, which serves all shorter contexts, too,
    and the set of words.
    """
    text = load_text("the_night_ferry")
    reading, _ = split_text(text)
    vocabulary = Vocabulary.from_text(text)
    model = CountingModel(vocabulary.encode(reading), len(vocabulary), LONGEST)
    return reading, vocabulary, model, {word.lower() for word in WORD.findall(reading)}


def _readable(text: str) -> str:
    """Escape a text; what would not be seen is shown: line ends, spaces in a row."""
    text = re.sub(" {2,}", lambda run: visible(" ") * len(run[0]), text)
    text = text.replace("\n", visible("\n") + "\u200b")  # a line may end here
    return html.escape("".join(c if c.isprintable() or c == "\u200b" else "\ufffd"
                               for c in text))


def _name(symbol: str) -> str:
    """Write a symbol, or its number if it cannot be seen."""
    return symbol if symbol.isprintable() else f"U+{ord(symbol):04X}"
