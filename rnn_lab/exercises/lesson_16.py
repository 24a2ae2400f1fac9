"""Exercises of lesson 16: tests that catch a network which is wrong and learns."""

import numpy as np

from rnn_core import GRU, LSTM, RNN, softmax_cross_entropy

from .checking import exercise, need


# ----------------------------------------------------------------------- states_kept
def walks():
    """Make cases: the inputs' part of every step, the start, the weights."""
    rng = np.random.default_rng(0)
    cases = [(np.array([[[1.0]], [[0.0]], [[0.0]]]), np.array([[0.5]]),
              np.array([[2.0]]))]
    for T, B, n in [(1, 1, 3), (4, 2, 3), (6, 3, 5)]:
        cases.append((rng.standard_normal((T, B, n)), rng.standard_normal((B, n)),
                      rng.standard_normal((n, n))))
    return cases


def every_state_is_its_own(answer):
    """the start state stands first, and no two states are the same array"""
    a, h, Whh = walks()[2]
    start = h.copy()
    states = np.asarray(answer(a, h, Whh))
    need(np.array_equal(states[0], start), "the first state should be the start state")
    need(np.ptp(states, axis=0) > 1e-6, "all your states are the same")


def one_array(a, h, Whh):
    """Keep the same array again and again: the broken form of the lesson."""
    states = [h]
    for a_t in a:
        np.tanh(a_t + h @ Whh, out=h)
        states.append(h)
    return np.array(states)


def one_copy(a, h, Whh):
    """Copy before the loop only."""
    return one_array(a, h.copy(), Whh)


def overwritten_first(a, h, Whh):
    """Keep copies, but the start state itself."""
    states = [h]
    for a_t in a:
        np.tanh(a_t + h @ Whh, out=h)
        states.append(h.copy())
    return np.array(states)


def always_from_the_start(a, h, Whh):
    """Never go on from the last state."""
    return np.array([h, *np.tanh(a + h @ Whh)])


def in_the_inputs(a, h, Whh):
    """Keep the states in the caller's a."""
    states = [h]
    for a_t in a:
        a_t += states[-1] @ Whh
        states.append(np.tanh(a_t, out=a_t))
    return np.array(states)


def overwritten_caller(a, h, Whh):
    """Keep copies, and leave the last state in the caller's h."""
    states = [h.copy()]
    for a_t in a:
        np.tanh(a_t + h @ Whh, out=h)
        states.append(h.copy())
    return np.array(states)


def kept(back=lambda W: W, squash=np.tanh, first=0):
    """Make a walk that keeps its states, right or with a fault."""
    def walk(a, h, Whh):
        states = [h]
        for a_t in a:
            states.append(squash(a_t + states[-1] @ back(Whh)))
        return np.array(states[first:])
    return walk


@exercise(
    cases=walks,
    properties=[every_state_is_its_own],
    mistakes=[
        (one_array, "`out=h` writes into one and the same array at every step, and the "
         "list holds that array T + 1 times. Make a new array each time."),
        (one_copy, "The copy before the loop saves the caller's h. But all the steps "
         "still write into this one copy: the list needs a new array at every step."),
        (overwritten_caller, "The list is right now. But `out=h` still writes into the "
         "start state, which belongs to the caller."),
        (overwritten_first, "The steps are copies now. But the first state in the list "
         "is still the array that `out=h` writes into: it ends as the last state."),
        (always_from_the_start, "Every step begins from the start state. It must go on "
         "from the state before it."),
        (in_the_inputs, "The states are right, and a is spoilt: `a_t` is a piece of a, "
         "and `+=` writes into it."),
        (kept(first=1), "The start state belongs to the result: T + 1 states."),
        (kept(back=np.transpose), "Forward goes through Whh, without .T."),
        (kept(squash=lambda z: z), "The tanh is missing."),
    ],
    hints=[
        "How many different arrays does the list hold at the end? "
        "`[id(s) for s in states]` would tell.",
        "`np.tanh(...)` without `out=` makes a new array.",
    ],
)
def states_kept(a, h, Whh):
    """All states of a walk, (T + 1, B, n_hidden), and nothing is overwritten."""
    states = [h]
    for a_t in a:
        h = np.tanh(a_t + h @ Whh)  # a new array, which now bears the name h
        states.append(h)
    return np.array(states)


# ----------------------------------------------------------------- honest_first_loss
def one_hot(y, target):
    """Write the targets as rows with a single 1."""
    return np.eye(y.shape[2])[target]


def spoilt_loss(name, axis=-1, share=lambda y: y.shape[1], log=np.log, last=None):
    """Make a cross entropy with one fault, under a name that tells it."""
    def loss(y, target):
        e = np.exp(y - y.max())
        p, right = e / e.sum(axis=axis, keepdims=True), one_hot(y, target)
        costs = -log((p * right).sum(axis=2))[:last]
        return costs.sum().item() / share(y), (p - right) / share(y)
    loss.__name__ = name
    return loss


FAIR = spoilt_loss("cross_entropy_of_another_form")
OVER_TIME = spoilt_loss("softmax_over_time", axis=0)
OVER_THE_BATCH = spoilt_loss("softmax_over_the_batch", axis=1)
OVER_ALL = spoilt_loss("softmax_over_everything", axis=None)
SUMMED = spoilt_loss("summed_over_the_batch", share=lambda y: 1)
MEAN = spoilt_loss("mean_over_time", share=lambda y: y[:, :, 0].size)
OF_THE_WRONG_LENGTH = spoilt_loss("divided_by_T", share=len)
BITS = spoilt_loss("in_bits", log=np.log2)
SHORT = spoilt_loss("last_step_left_out", last=-1)


def losses_to_judge():
    """Make cases: a loss and a number of symbols; right ones and broken ones mixed."""
    losses = [softmax_cross_entropy, SUMMED, FAIR, OVER_TIME, MEAN, OVER_THE_BATCH,
              OF_THE_WRONG_LENGTH, BITS, OVER_ALL, SHORT]
    return [(loss, n) for n in (7, 5, 2) for loss in losses]


def charged(loss, n, T, B):
    """Tell what a loss charges for even guesses."""
    return loss(np.zeros((T, B, n)), np.zeros((T, B), int))[0]


def judged(T=6, B=3, fair=lambda T, B, n: T * np.log(n)):
    """Make a test of losses, right or careless."""
    def test(loss, n_symbols):
        T_, B_ = (n_symbols if size == "n" else size for size in (T, B))
        value = charged(loss, n_symbols, T_, B_)
        return bool(np.isclose(value, fair(T_, B_, n_symbols)))
    return test


CLASH = ("Here n_symbols is as large as your T or your B, and then a fault can hide. "
         "Make T and B from n_symbols, so that all three differ.")


@exercise(
    cases=losses_to_judge,
    mistakes=[
        (judged(B=1), "In a batch of one, the sum over the batch and the mean are "
         "the same. Use two or more."),
        (judged(T=1), "With a single step, the sum over time and the mean are the "
         "same. Use several steps."),
        (judged(T="n"), "If there are as many steps as symbols, ln T and ln n are the "
         "same. Use sizes that all differ."),
        *[(judged(**size), CLASH) for k in (7, 5, 2)
          for size in ({"T": k}, {"B": k}, {"T": k, "B": 2})],
        (judged(B="n"), "If the batch is as large as the number of symbols, ln B and "
         "ln n are the same. Use sizes that all differ."),
        (judged(T=4, B=4), "If T and B are the same, nobody can tell which of the two "
         "a sum was divided by. Use sizes that all differ."),
        (judged(fair=lambda T, B, n: T * np.log2(n)), "The loss is in nats: np.log."),
        (judged(fair=lambda T, B, n: np.log(n)), "The loss is the sum over time: T "
         "characters cost T ln n_symbols."),
        (judged(fair=lambda T, B, n: T * B * np.log(n)), "The loss is the mean over "
         "the batch: a larger batch costs no more."),
        (lambda loss, n_symbols:
         charged(loss, n_symbols, 6, 3) == 6 * np.log(n_symbols),
         "Two ways to compute a number may differ in the last digit: compare with "
         "np.isclose, not with ==."),
        (lambda loss, n_symbols: False, "Your test finds fault with every loss, the "
         "right ones as well. Are your guesses even: is every logit the same number?"),
        (lambda loss, n_symbols: charged(loss, n_symbols, 6, 3) > 0,
         "Every loss here is above zero. Compare with the one number that is right."),
    ],
    hints=[
        "Make even outputs, `np.zeros((T, B, n_symbols))`, and any targets. Ask the "
        "loss what they cost, and compare with T ln n_symbols.",
        "Which T and B? If two sizes are the same, or one of them is 1, some fault "
        "cannot be seen.",
        "T = 6 and B = 4, say, where neither is n_symbols; or several pairs.",
    ],
)
def honest_first_loss(loss, n_symbols):
    """Whether a loss charges T ln n_symbols for even guesses."""
    T, B = n_symbols + 1, n_symbols + 2  # sizes that all differ
    y = np.zeros((T, B, n_symbols))      # even guesses
    value, _ = loss(y, np.zeros((T, B), int))
    return np.isclose(value, T * np.log(n_symbols))


# -------------------------------------------------------------- blind_to_the_future
class BothWays(RNN):
    """Reads from both ends."""

    def forward(self, x, state=None, out=None):
        y, trace = super().forward(x, state)
        return y + super().forward(x[::-1])[0][::-1], trace


class MinusTheMean(RNN):
    """Takes the mean of the whole sequence off, future and all."""

    def forward(self, x, state=None, out=None):
        return super().forward(x - x.mean(axis=0), state)


class OneStepEarly(RNN):
    """Sees the next input one step early."""

    def forward(self, x, state=None, out=None):
        return super().forward(x + 0.5 * np.concatenate([x[1:], x[-1:]]), state)


class LeaksTheEnd(RNN):
    """Lets the last input into the first output."""

    def forward(self, x, state=None, out=None):
        y, trace = super().forward(x, state)
        y = y.copy()
        y[0] += 0.1 * x[-1].sum(axis=-1, keepdims=True)
        return y, trace


class LeaksTheMiddle(RNN):
    """Lets the second input into the first output."""

    def forward(self, x, state=None, out=None):
        y, trace = super().forward(x, state)
        y = y.copy()
        y[0] += 0.1 * x[1:2].sum(axis=(0, 2))[:, None]
        return y, trace


class LeaksLate(RNN):
    """Lets the last input into the output just before it, and into no other."""

    def forward(self, x, state=None, out=None):
        y, trace = super().forward(x, state)
        y = y.copy()
        y[-2:-1] += 0.1 * x[-1].sum(axis=-1, keepdims=True)
        return y, trace


class OneStreamEarly(RNN):
    """Sees the next input early in the last row of the batch alone."""

    def forward(self, x, state=None, out=None):
        x = x.copy()
        x[:-1, -1] += 0.5 * x[1:, -1]
        return super().forward(x, state)


def networks_to_judge():
    """Make cases: a network and inputs; right ones and broken ones mixed."""
    rng = np.random.default_rng(3)
    kinds = [RNN, BothWays, MinusTheMean, LSTM, OneStepEarly, LeaksTheEnd, GRU,
             OneStreamEarly, LeaksTheMiddle, LeaksLate]
    return [(kind(2, 4, 3, rng=1), rng.standard_normal((T, B, 2)))
            for T, B in ((5, 3), (2, 1)) for kind in kinds]


def cut_off(start=1, stop=None, same=np.allclose):
    """Make a test that compares the outputs of the beginnings with those of all."""
    def test(model, x):
        y, _ = model.forward(x)
        return all(same(model.forward(x[:t])[0], y[:t])
                   for t in range(len(x))[start:stop])
    return test


def nudged(places=lambda T: range(1, T), until=0, rows=slice(None), step=1.0):
    """Make a test that changes inputs and compares the outputs before them."""
    def test(model, x):
        y, _ = model.forward(x)
        for t in places(len(x)):
            other = x.copy()
            other[t, rows] += step
            if not np.allclose(model.forward(other)[0][: t + until], y[: t + until]):
                return False
        return True
    return test


def first_output_only(model, x):
    """Change all inputs but the first, and look at the first output alone."""
    other = x.copy()
    other[1:] += 1.0
    return np.allclose(model.forward(other)[0][:1], model.forward(x)[0][:1])


def in_place(model, x):
    """Change the caller's inputs."""
    y = model.forward(x)[0].copy()
    for t in reversed(range(1, len(x))):
        x[t] += 1
        if not np.allclose(model.forward(x)[0][:t], y[:t]):
            return False
    return True


@exercise(
    cases=networks_to_judge,
    mistakes=[
        (nudged(until=1), "An output may depend on the input of its own step, and on "
         "earlier ones. If you change x[t], only the outputs before it, y[:t], must "
         "stay."),
        (nudged(places=lambda T: [T - 1], until=-1), "Changing x[-1] can change y[-1] "
         "only: compare all outputs but the last one, y[:-1]."),
        (nudged(places=lambda T: [T - 1]), "This changes the last input only. Some "
         "networks leak earlier: change every input in turn."),
        (nudged(places=lambda T: [1]), "This looks at one place only. Some networks "
         "leak somewhere else: change every input in turn."),
        (first_output_only, "This looks at the first output only. Some networks leak "
         "later: compare every output with what it is without the inputs after it."),
        (nudged(rows=0), "This changes the first row of the batch only. Change them "
         "all."),
        (nudged(step=0), "Your test lets every network through. Are later inputs "
         "really changed, and are the outputs before them compared?"),
        (in_place, "You change x, which belongs to the caller: work on x.copy()."),
    ],
    hints=[
        "Run it. Change inputs from some step on, run it again, and compare the "
        "outputs before that step.",
        "Or leave the later inputs away: `model.forward(x[:t])[0]` must be the same as "
        "`y[:t]`. Do it for every t.",
        "Compare with np.allclose: the last digits may differ.",
    ],
)
def blind_to_the_future(model, x):
    """Whether no output depends on an input that comes after it."""
    y, _ = model.forward(x)
    for t in range(1, len(x)):
        y_short, _ = model.forward(x[:t])  # the same, without the future
        if not np.allclose(y_short, y[:t]):
            return False
    return True


# ------------------------------------------------------------------- same_when_split
class ForgetsItsState(RNN):
    """Starts from zero, whatever state it is given."""

    def forward(self, x, state=None, out=None):
        return super().forward(x)


class LosesItsCells(LSTM):
    """Carries h on, and not c."""

    def forward(self, x, state=None, out=None):
        if state is not None:
            state = np.stack([state[0], 0 * state[1]])
        return super().forward(x, state)


class CountsItsSteps(RNN):
    """Lets the logits grow with the place in the window."""

    def forward(self, x, state=None, out=None):
        y, trace = super().forward(x, state)
        return y * (1 + 0.1 * np.arange(len(x)))[:, None, None], trace


class MixesUpItsRows(RNN):
    """Gives each row of the batch the state of another one."""

    def forward(self, x, state=None, out=None):
        return super().forward(x, None if state is None else state[::-1])


class NeedsAWhile(RNN):
    """Throws the state away unless the window is four steps long or more."""

    def forward(self, x, state=None, out=None):
        return super().forward(x, state if len(x) >= 4 else None)


def parts_to_judge():
    """Make cases: a network, a loss, a window; right ones and broken ones mixed."""
    rng = np.random.default_rng(5)
    pairs = [(RNN, softmax_cross_entropy), (ForgetsItsState, softmax_cross_entropy),
             (LSTM, softmax_cross_entropy), (LosesItsCells, softmax_cross_entropy),
             (RNN, OVER_TIME), (GRU, FAIR), (RNN, MEAN), (LSTM, MEAN),
             (CountsItsSteps, softmax_cross_entropy), (RNN, SUMMED),
             (MixesUpItsRows, softmax_cross_entropy), (RNN, OVER_ALL),
             (NeedsAWhile, softmax_cross_entropy)]
    cases = []
    for T, B, chosen in ((6, 3, pairs), (7, 1, pairs[:3])):
        for kind, loss in chosen:
            model = kind(5, 4, 5, rng=2)
            for W in model.params.values():  # sure of itself, and no zeros
                W += rng.standard_normal(W.shape)
            cases.append((model, loss, *rng.integers(5, size=(2, T, B))))
    return cases


def split_at(cuts=lambda T: [T // 2], carry=lambda trace: trace.state,
             together=lambda a, b: a + b, same=np.isclose):
    """Make a test that compares the parts with the whole."""
    def test(model, loss, x, target):
        whole = loss(model.forward(x)[0], target)[0]
        for cut in cuts(len(x)):
            y, trace = model.forward(x[:cut])
            first = loss(y, target[:cut])[0]
            y, _ = model.forward(x[cut:], carry(trace))
            if not same(together(first, loss(y, target[cut:])[0]), whole):
                return False
        return True
    return test


@exercise(
    cases=parts_to_judge,
    mistakes=[
        (split_at(carry=lambda trace: None), "Your test finds fault with every "
         "network. Does the second part get x[cut:], target[cut:] and the state that "
         "the first part ended in, trace.state? And are the two costs added?"),
        (split_at(together=lambda a, b: (a + b) / 2), "The loss is a sum over time: "
         "the parts add up to the whole."),
        (split_at(same=lambda a, b: abs(a - b) < 1), "A difference of 1 is far too "
         "much to overlook. Rounding shows in the last digits only."),
        (split_at(same=lambda a, b: True), "Your test lets everything through: compare "
         "the cost of the two parts with that of the whole."),
        (lambda model, loss, x, target: softmax_cross_entropy(
            model.forward(x)[0], target)[0] and split_at()(
                model, softmax_cross_entropy, x, target),
         "Use the loss that you are given: it may be what is broken."),
    ],
    hints=[
        "Three forward passes: the whole, the first part, the second part. The second "
        "part starts from the first one's `trace.state`.",
        "Compare with np.isclose the loss of the whole and the sum of the two others. "
        "Cut x and target at the same place.",
        "To be sure, cut at every place from 1 to T - 1.",
    ],
)
def same_when_split(model, loss, x, target):
    """Whether a window costs the same in two parts, with the state carried."""
    y, _ = model.forward(x)
    whole, _ = loss(y, target)
    for cut in range(1, len(x)):
        y, trace = model.forward(x[:cut])
        first, _ = loss(y, target[:cut])
        y, _ = model.forward(x[cut:], trace.state)  # goes on from there
        second, _ = loss(y, target[cut:])
        if not np.isclose(first + second, whole):
            return False
    return True
