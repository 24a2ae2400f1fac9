"""The panel of lesson 5: a network that learns to add, before your eyes."""

from collections import deque
from collections.abc import Iterator
from itertools import islice
from math import log
from time import process_time

import numpy as np

from rnn_core import (
    GRU,
    LSTM,
    RNN,
    SGD,
    Adagrad,
    Adam,
    Momentum,
    RMSprop,
    binary_addition,
    bits_to_int,
    sigmoid_cross_entropy,
    sigmoid_squared_error,
    train,
)

from .base import SPEEDS, Knob, TrainingPanel
from .drawing import BLUE, GREEN, INK, RAISED, RED, Curve, bars, chart, number

OPTIMISERS = {"SGD": SGD, "momentum": Momentum, "Adagrad": Adagrad,
              "RMSprop": RMSprop, "Adam": lambda lr: Adam(lr, 0.9, 0.99)}
KINDS = {"plain RNN": RNN, "LSTM": LSTM, "GRU": GRU}
# name: (the loss, what a column costs of which nothing is known)
LOSSES = {"squared error": (sigmoid_squared_error, 1 / 8),
          "cross entropy": (sigmoid_cross_entropy, log(2))}
N_SHOWN = 5
WRONG = ' role="img" aria-label="wrong"'
EVERY = 8  # up to so many bits every sum is tested


class AdderPanel(TrainingPanel):
    """A network learns to add: its loss, what it has right, the last additions.

    At first the knobs are set as in the classic program, number for number.
    `model` is the network, `optimizer` what moves it, `shares` what it has right: the
    share of every column, the least significant first, and of whole sums.
    """

    KNOBS = (Knob("network", "choice", "plain RNN", (*KINDS,), at_once=False),
             Knob("hidden units", "choice", 16, (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 64),
                  at_once=False),
             Knob("bits", "slider", 8, (2, 16, 1), at_once=False),
             Knob("optimiser", "choice", "SGD", (*OPTIMISERS,), at_once=False),
             Knob("loss", "choice", "squared error", (*LOSSES,), at_once=False),
             Knob("sums a step", "choice", 1, (1, 4, 16, 64, 256), at_once=False),
             Knob("seed", "number", 0, (0, 9999), at_once=False),
             Knob("learning rate", "log slider", 0.1, (0.001, 100.0)))
    SPEED = "1,000 steps a second"

    def begin(self, settings: dict) -> Iterator:
        n_hidden, n_bits, batch = (settings[name] for name in
                                   ("hidden units", "bits", "sums a step"))
        draws = np.random.RandomState(settings["seed"])
        self.n_bits, self.last = n_bits, deque(maxlen=N_SHOWN)
        kind = KINDS[settings["network"]]
        self.model = (uniform_network(draws, n_hidden) if kind is RNN else
                      kind(2, n_hidden, 1, dtype="float32", rng=settings["seed"]))
        self.optimizer = OPTIMISERS[settings["optimiser"]](settings["learning rate"])
        self.loss, blind = LOSSES[settings["loss"]]
        self.blind_loss = blind * n_bits  # of a network that says one half to all
        self.right, self._test_at = Curve(), 0.0
        self.right.add(0, self._test())
        batches = endless_sums(draws, n_bits, batch, self.last)
        return train(self.model, batches, self.loss, self.optimizer)

    def tune(self, settings: dict) -> None:
        self.optimizer.lr = settings["learning rate"]

    def news(self) -> str:
        if self.shares[-1] == 1 and self.step_now:
            return f"All {self.tested} are right."
        recent = self.losses.y[-20:]
        if len(recent) == 20 and sum(recent) / 20 > 1.4 * self.blind_loss:
            return ("It does worse than a network that knows nothing: the steps are "
                    "too long. Try a learning rate below "
                    f"{number(self.optimizer.lr)}, and Reset.")
        return ""

    def _test(self) -> float:
        """Test what the network has right, and say when to test again."""
        began = process_time()
        self.shares, n = check_sums(self.model, self.n_bits)
        self.tested = f"{n:,} sums" if self.n_bits <= EVERY else f"{n:,} random sums"
        # It may take a hundred and twentieth of the time, and more where some is left.
        pause = 25 if SPEEDS[self.settings["speed"]] else 120
        self._test_at = self.clock() + min(pause * (process_time() - began), 2)
        return self.shares[-1]

    def draw(self) -> dict[str, str]:
        step = self.step_now
        if step and (not self.running or self.clock() >= self._test_at):
            self.right.add(step, self._test())
        end = max(step, 10)
        loss = self.losses.y[-1] if self.losses.y else self.blind_loss
        worth = [f"{2**t}" if self.n_bits <= 8 else "2" + str(t).translate(RAISED)
                 for t in range(self.n_bits)]
        percents = [str(int(100 * share)) for share in self.shares]  # 100: all of them
        tall = 1.15 * max([1.3 * self.blind_loss, *self.losses.y])
        return {
            "loss": chart(
                "Loss", f"The loss over {step:,} steps; now it is {loss:.3g}. "
                f"A network that knows nothing has {self.blind_loss:.3g}.",
                [("loss", self.losses.x, self.losses.y, BLUE, ""),
                 ("knows nothing", [0, end], [self.blind_loss] * 2, RED, "6 3")],
                x=(0, end), y=(0, tall), xlabel="steps",
                dots=[(step, loss, BLUE)] if step == 1 else ()),
            "right": chart(
                f"Right, of {self.tested}", f"The share of right sums over {step:,} "
                f"steps; now {percents[-1]} percent.",
                [("", self.right.x, self.right.y, GREEN, "")], x=(0, end),
                y=(0, 1.04), yticks=(0, 0.25, 0.5, 0.75, 1), xlabel="steps"),
            "columns": bars(
                "Right in each column, and in all: percent",
                "Percent right in the columns from the left, and in all of them: "
                + ", ".join(percents[-2::-1] + percents[-1:]),
                [*worth[::-1], "all"], [*self.shares[-2::-1], self.shares[-1]],
                [BLUE] * self.n_bits + [GREEN]),
            "additions": self._additions(),
        }

    def _additions(self) -> str:
        """Write the last sums it learnt from as a table: what it says of them now."""
        rows = []
        if self.last:
            pairs = np.array(self.last).T
            x, target = binary_addition(*pairs, self.n_bits)
            said = self.model.forward(x)[0] > 0  # (n_bits, N_SHOWN, 1)
            right = said == target
            answers = bits_to_int(said)
            for i in range(len(self.last))[::-1]:
                a, b = self.last[i]
                bits = "".join(_bit(said[t, i, 0], right[t, i, 0])
                               for t in reversed(range(self.n_bits)))
                verdict = f"{'✓' if right[:, i].all() else '✗'} {answers[i]}"
                rows.append(f'<tr><td style="padding-right: 0.5em">{a} + {b} = {a + b}'
                            f'</td><td style="padding-right: 0.5em">{bits}</td>'
                            f'<td style="text-align: left">{verdict}</td></tr>')
        heads = "".join(f'<th scope="col" style="font-weight: normal; opacity: 0.8; '
                        f'padding-right: 0.5em; text-align: {side}">{head}</th>'
                        for head, side in (("sum", "right"), ("its bits", "center"),
                                           ("it says", "left")))
        return (f'<div style="color: {INK}; line-height: 1.8; font-size: 12px; '
                'min-height: 13em; width: 0; min-width: 100%; overflow-x: auto">'
                "<b>The last additions</b> (a wrong bit stands in a box)"
                '<table style="white-space: nowrap; border-spacing: 0; text-align: '
                "right; font-size: 11px; font-family: "
                'var(--jp-code-font-family, monospace)">'
                f'<tr>{heads}</tr>{"".join(rows)}</table></div>')

    def still(self, fig) -> None:
        draws, steps, losses, shares = np.random.RandomState(0), [], [], []
        model = uniform_network(draws, 16)
        batches = endless_sums(draws, 8, 64, deque(maxlen=1))
        for progress in islice(train(model, batches, sigmoid_cross_entropy,
                                     Adam(0.1, 0.9, 0.99)), 240):
            losses.append(progress.loss)
            if progress.step % 12 == 0:
                steps.append(progress.step)
                shares.append(check_sums(model, 8)[0])
        top, low = fig.subplots(2, 1, sharex=True)
        top.plot(range(1, 241), losses, color=BLUE)
        top.set(title="A run with Adam, cross entropy and 64 sums a step",
                ylabel="loss")
        low.plot(steps, np.array(shares)[:, :-1], color=BLUE, linewidth=0.8)
        low.plot(steps, np.array(shares)[:, -1], color=GREEN, linewidth=2.5)
        low.set(xlabel="steps", ylabel="share right")
        low.set_title("Right: each column (thin), and all sums (thick)")


def uniform_network(draws, n_hidden: int) -> RNN:
    """Make an adder as the classic program does: weights between -1 and 1, no biases.
    """
    model = RNN(2, n_hidden, 1, activation="sigmoid", bias=False)
    for name in ("Wxh", "Why", "Whh"):
        shape = model.params[name].shape
        model.params[name][:] = 2 * draws.random_sample(shape) - 1
    return model


def endless_sums(draws, n_bits: int, size: int, last: deque) -> Iterator[tuple]:
    """Yield batches of random sums for ever; put the newest pairs into `last`."""
    while True:
        pairs = draws.randint(2 ** (n_bits - 1), size=(2, size))
        last.extend(pairs.T[: last.maxlen].tolist())
        yield binary_addition(*pairs, n_bits)


def check_sums(model: RNN, n_bits: int) -> tuple[list[float], int]:
    """Test an adder, on every sum up to 8 bits, else on 4,096 random ones.

    Returns the share right in each column and of whole sums, n_bits + 1 numbers, and
    how many sums there were. Sums that begin alike are walked together as far as they
    do: all those of 8 bits then take a quarter of the time.
    """
    if n_bits > EVERY:
        pairs = np.random.RandomState(1).randint(2 ** (n_bits - 1), size=(2, 4096))
        x, target = binary_addition(*pairs, n_bits)
        right = (model.forward(x)[0] > 0) == target
        return [*right.mean(axis=(1, 2)), right.all(axis=(0, 2)).mean()], 4096
    ways = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    parts = []
    for first in ways[:, None]:  # one first column after the other: less memory
        state, carry, good, shares = None, np.zeros(1), True, []
        for column in [first, *[ways] * (n_bits - 2), ways[:1]]:
            n = len(column)  # in so many ways each beginning goes on
            x = np.tile(column, (len(carry), 1))
            if state is not None:
                state = np.repeat(state, n, axis=-2)
            y, trace = model.forward(x[None], state)
            total = np.repeat(carry, n) + x.sum(axis=1)
            right = (y[0, :, 0] > 0) == total % 2
            good = np.repeat(good, n) & right
            state, carry = trace.state, total // 2
            shares.append(right.mean())
        parts.append([*shares, good.mean()])
    return np.mean(parts, axis=0).tolist(), 4 ** (n_bits - 1)


def _bit(bit: bool, right: bool) -> str:
    """Write a bit; a wrong one stands in a box."""
    frame = ("" if right else f"outline: 2px solid {RED}; outline-offset: -2px; "
             "font-weight: 700")
    return (f'<span style="display: inline-block; width: 1.15em; text-align: center; '
            f'{frame}"{"" if right else WRONG}>{int(bit)}</span>')
