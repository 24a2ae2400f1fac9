"""Exercises of lesson 10: the smallest network that writes."""

import numpy as np

from rnn_core import RNN

from .checking import exercise, need


# -------------------------------------------------------------------- untrained_loss
def certain_of_one_symbol(answer):
    """with a single symbol there is nothing to guess, and nothing to pay"""
    loss = answer(1, 25)
    need(np.isclose(loss, 0), "with one symbol every guess is right, so 25 characters "
         f"cost 0, and yours cost {float(loss):.4g}")


def twice_as_long_costs_twice(answer):
    """twice as many characters cost twice as much"""
    once, twice = answer(30, 10), answer(30, 20)
    need(np.isclose(twice, 2 * once), "20 characters should cost twice as much as 10: "
         f"yours cost {float(twice):.4g} and {float(once):.4g}")


@exercise(
    cases=lambda: [(61, 1), (61, 25), (81, 25), (2, 7), (256, 100)],
    properties=[certain_of_one_symbol, twice_as_long_costs_twice],
    mistakes=[
        (lambda n_symbols, n_characters: n_characters * np.log2(n_symbols),
         "These are bits. The loss is in nats: take the natural logarithm, np.log."),
        (lambda n_symbols, n_characters: np.log(n_symbols),
         "This is the cost of one character. The loss is the sum over all of them."),
        (lambda n_symbols, n_characters: n_symbols * np.log(n_characters),
         "The two are swapped: each of n_characters guesses is among n_symbols."),
        (lambda n_symbols, n_characters: n_characters * np.log(1 / n_symbols),
         "The logarithm of a probability is negative, and a loss is positive: a minus "
         "is missing."),
        (lambda n_symbols, n_characters: np.log(n_characters * n_symbols),
         "The logarithm is taken of both. Take it of one guess's 1 / n_symbols, and "
         "then add up the characters."),
        (lambda n_symbols, n_characters: n_characters * (1 - 1 / n_symbols),
         "This is how many guesses will be wrong. A guess costs -ln of the "
         "probability that it gave to what came."),
        (lambda n_symbols, n_characters: n_characters / n_symbols,
         "This is how many guesses will be right. A guess costs -ln of the "
         "probability that it gave to what came."),
    ],
    hints=[
        "What probability does each symbol get? And what does one guess cost, if the "
        "symbol that comes had this probability?",
        "-ln(1 / n_symbols) = ln(n_symbols) for each character.",
    ],
)
def untrained_loss(n_symbols, n_characters):
    """The loss in nats of a network that has learnt nothing."""
    p = 1 / n_symbols                  # the same, whatever symbol comes
    return -np.log(p) * n_characters   # each character costs as much


# ------------------------------------------------------------------------- char_step
def small_writer(n_symbols, n_hidden, seed=0):
    """Draw the weights and biases of a small network that reads and writes symbols."""
    rng = np.random.default_rng(seed)
    shapes = {"Wxh": (n_symbols, n_hidden), "Whh": (n_hidden, n_hidden),
              "Why": (n_hidden, n_symbols), "bh": (n_hidden,), "by": (n_symbols,)}
    return {name: 0.6 * rng.standard_normal(shape) for name, shape in shapes.items()}


def steps_to_take():
    """Make cases: tokens, states, weights."""
    rng = np.random.default_rng(1)
    first = small_writer(3, 2)
    first["Whh"], first["by"] = 0 * first["Whh"], 0 * first["by"]
    return [(np.array([2]), np.zeros((1, 2)), first),
            (np.array([1]), rng.standard_normal((1, 4)), small_writer(5, 4, 2)),
            (np.array([4, 0, 4]), rng.standard_normal((3, 2)), small_writer(6, 2, 3)),
            (np.array([0, 1, 3, 2]), rng.standard_normal((4, 4)),
             small_writer(4, 4, 4))]


def readers_stand_alone(answer):
    """no reader minds what the others read"""
    params, h = small_writer(5, 3), np.random.default_rng(2).standard_normal((4, 3))
    tokens = np.array([3, 0, 2, 4])
    together = answer(tokens, h.copy(), params)
    apart = answer(tokens[2:3], h[2:3].copy(), params)
    need(all(np.allclose(np.asarray(a)[2], np.asarray(b)[0])
             for a, b in zip(together, apart, strict=True)),
         "the third of four readers gets other numbers than the same reader alone")


def spoilt_step(read=lambda W, tokens: W[tokens], carry=lambda h, W: h @ W,
                squash=np.tanh, scores=lambda y: y, old=False, bh=1, by=1, swap=False):
    """Make a step, right or with a fault."""
    def answer(tokens, h, params):
        Wxh, Whh, Why, b, c = params.values()
        state = squash(read(Wxh, tokens) + carry(h, Whh) + bh * b)
        y = scores((h if old else state) @ Why + by * c)
        return (y, state) if swap else (state, y)
    return answer


def bias_after_tanh(tokens, h, params):
    """Add the hidden bias outside the tanh."""
    Wxh, Whh, Why, bh, by = params.values()
    state = np.tanh(Wxh[tokens] + h @ Whh) + bh
    return state, state @ Why + by


def step_in_place(tokens, h, params):
    """Write the new state over the caller's."""
    Wxh, Whh, Why, bh, by = params.values()
    h[:] = np.tanh(Wxh[tokens] + h @ Whh + bh)
    return h, h @ Why + by


def names_for_arrays(tokens, h, params):
    """Unpack the dict itself, which gives its keys."""
    Wxh, Whh, Why, bh, by = params
    state = np.tanh(Wxh[tokens] + h @ Whh + bh)
    return state, state @ Why + by


def odds_of(y):
    """Softmax of each row."""
    e = np.exp(y - y.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


@exercise(
    cases=steps_to_take,
    properties=[readers_stand_alone],
    mistakes=[
        (spoilt_step(old=True), "The logits are read from the old state. The network "
         "should answer after it has read the token: use the new state."),
        (spoilt_step(carry=lambda h, W: h @ W.T), "Whh is transposed. The state goes "
         "forward along the connections: h @ Whh."),
        (spoilt_step(squash=lambda z: z), "The tanh is missing."),
        (bias_after_tanh, "The bias bh is added after the tanh. It goes into the tanh, "
         "with the other two parts."),
        (spoilt_step(bh=0, by=0), "Both biases, bh and by, are missing."),
        (spoilt_step(bh=0), "The hidden bias, bh, is missing."),
        (spoilt_step(by=0), "The output bias, by, is missing."),
        (spoilt_step(carry=lambda h, W: 0), "The old state does not come in: h @ Whh "
         "is missing."),
        (spoilt_step(read=lambda W, tokens: tokens[:, None] * W[:1]), "A token is a "
         "name and not an amount. Do not multiply with it: it picks a row of Wxh."),
        (spoilt_step(read=lambda W, tokens: tokens @ W), "A token is a name and not an "
         "amount. Do not multiply with it: it picks a row, Wxh[tokens]."),
        (spoilt_step(carry=lambda h, W: W @ h), "Each state is a row of h, so the "
         "matrix stands on its right: h @ Whh."),
        (spoilt_step(read=lambda W, tokens: W[:, tokens]), "Wxh[:, tokens] picks "
         "columns. A symbol's numbers stand in its row: Wxh[tokens]."),
        (spoilt_step(read=lambda W, tokens: W[0]), "Every reader gets the first row. A "
         "token picks its own row, Wxh[tokens]."),
        (spoilt_step(scores=np.tanh), "The logits are squashed, too. They may be any "
         "numbers: only the state goes through tanh."),
        (spoilt_step(scores=odds_of), "These are probabilities. Give the logits, "
         "before the softmax."),
        (spoilt_step(swap=True), "The two results are in the wrong order: first the "
         "state, then the logits."),
        (names_for_arrays, "To go through a dict gives its names, and not its arrays: "
         "take params.values(), or params[\"Wxh\"] and so on."),
        (step_in_place, "The new state is written over the caller's h. Make a new "
         "array: h_next = np.tanh(...)."),
    ],
    hints=[
        "Wxh[tokens] has a row for each reader, of shape (B, n_hidden). The state "
        "before and the bias are added to it.",
        "h_next = np.tanh(Wxh[tokens] + h @ Whh + bh). The logits are read from this "
        "new state.",
    ],
)
def char_step(tokens, h, params):
    """Read a token each: the new states and the logits."""
    z = params["Wxh"][tokens] + h @ params["Whh"] + params["bh"]
    h_next = np.tanh(z)
    y = h_next @ params["Why"] + params["by"]   # read from the new state
    return h_next, y


# ------------------------------------------------------------------- logits_gradient
def windows_of_logits():
    """Make cases: logits and the symbols that came."""
    rng = np.random.default_rng(3)
    return [(np.array([[0.0, 0.0]]), np.array([1])),
            (np.array([[2.0, 0.0, -1.0]]), np.array([0])),
            (rng.standard_normal((3, 4)), np.array([2, 0, 2])),
            (2 * rng.standard_normal((5, 3)), np.array([1, 2, 0, 1, 1])),
            (rng.standard_normal((4, 4)), np.array([0, 3, 1, 1]))]


def loss_of(y, target):
    """The loss of a window in nats, summed; complex numbers may come in."""
    y = y - y.real.max(axis=1, keepdims=True)
    return (np.log(np.exp(y).sum(axis=1)) - y[np.arange(len(y)), target]).sum()


def is_the_slope_of_the_loss(answer):
    """each entry is the slope of the loss, by the complex step"""
    rng = np.random.default_rng(4)
    y, target = rng.standard_normal((3, 5)), np.array([4, 0, 4])
    dy = np.asarray(answer(y.copy(), target))
    for place in np.ndindex(y.shape):
        nudged = y.astype(complex)
        nudged[place] += 1e-100j
        slope = loss_of(nudged, target).imag / 1e-100
        need(np.isclose(dy[place], slope, atol=1e-9), f"the complex step gives a slope "
             f"of {slope:.6f} for y{list(place)}, and you give {dy[place]:.6f}")


def gives(answer, y, right):
    """Need that logits whose first symbol is always right have this gradient."""
    with np.errstate(all="ignore"):
        dy = np.asarray(answer(np.array(y), np.zeros(len(y), int)))
    target = [0] * len(y)
    need(np.allclose(dy, right), f"for y = {y} and target = {target}, {right} is right,"
         f" and yours is {dy.tolist()}")


def large_scores_do_no_harm(answer):
    """scores of a thousand do no harm"""
    gives(answer, [[1000.0, 1000.0, 0.0]], [[-0.5, 0.5, 0.0]])


def rows_are_apart(answer):
    """rows a thousand apart do not disturb one another"""
    gives(answer, [[1000.0, 1000.0], [0.0, 0.0]], [[-0.5, 0.5], [-0.5, 0.5]])


def gradient_of_p(y, target):
    """The slope of the right symbol's probability, and not of its -ln."""
    p = odds_of(y)
    right = p[np.arange(len(y)), target][:, None]
    return right * (np.eye(y.shape[1])[target] - p)


def spoilt_gradient(fault):
    """Make a wrong answer: take p, and let the fault change it."""
    def answer(y, target):
        p = odds_of(y)
        return fault(p, np.arange(len(y)), target)
    return answer


def with_one_off(p, places):
    """Take 1 off p at places."""
    p[places] -= 1
    return p


def from_softmax(shift):
    """Make a wrong answer: softmax with another shift, which over- or underflows."""
    def answer(y, target):
        with np.errstate(all="ignore"):
            e = np.exp(y - shift(y))
            p = e / e.sum(axis=1, keepdims=True)
        return with_one_off(p, (np.arange(len(y)), target))
    return answer


def without_keepdims(y, target):
    """Make the largest scores and the sums of shape (T,), and not (T, 1)."""
    e = np.exp(y - y.max(axis=1))
    return with_one_off(e / e.sum(axis=1), (np.arange(len(y)), target))


def from_the_loss_that_is_shared(y, target):
    """Turn the caller's own logits into the gradient."""
    y[:] = odds_of(y)
    y[np.arange(len(y)), target] -= 1
    return y


@exercise(
    cases=windows_of_logits,
    properties=[is_the_slope_of_the_loss, large_scores_do_no_harm, rows_are_apart],
    mistakes=[
        (spoilt_gradient(lambda p, t, right: -with_one_off(p, (t, right))),
         "The sign is turned around: it is p less one, not one less p. The loss should "
         "fall when the right score rises, so the gradient there is negative."),
        (spoilt_gradient(lambda p, t, right: p - right[:, None]), "You take the target "
         "itself off. It is a name: it says at which place of its row one comes off."),
        (spoilt_gradient(lambda p, t, right: p - 1), "One is taken off everywhere. "
         "Take it off at the right symbol alone."),
        (spoilt_gradient(lambda p, t, right: with_one_off(p, (slice(None), right))),
         "p[:, target] means every target in every row. Row t needs only its own: "
         "p[np.arange(T), target], or a loop over t."),
        (spoilt_gradient(lambda p, t, right: with_one_off(p, right)),
         "p[target] takes whole rows off: the target counts as a time step. Row t, "
         "column target[t] is the place."),
        (gradient_of_p, "This is the gradient of the right symbol's probability. Asked "
         "for is that of the loss, -ln of it, which falls when p rises."),
        (spoilt_gradient(lambda p, t, right: with_one_off(p, (t, right)) / len(p)),
         "This is the gradient of the mean over the window. The loss is the sum over "
         "its guesses: do not divide."),
        (spoilt_gradient(lambda p, t, right: with_one_off(p, (t, right)) / p.shape[1]),
         "You divide by the number of symbols. Softmax has done its division already."),
        (spoilt_gradient(lambda p, t, right: p), "These are the probabilities. At the "
         "right symbol of each row, one has to be taken off."),
        (lambda y, target: with_one_off(y.copy(), (np.arange(len(y)), target)),
         "One is taken off the logits. Turn them into probabilities first."),
        (spoilt_gradient(lambda p, t, right: with_one_off(p, (t, p.argmax(axis=1)))),
         "One is taken off at the likeliest symbol. Take it off at the symbol that "
         "came, target[t]."),
        (lambda y, target: with_one_off(np.exp(y) / np.exp(y).sum(),
                                        (np.arange(len(y)), target)),
         "The softmax runs over the whole window. Each row has probabilities of its "
         "own that sum to 1."),
        (lambda y, target: with_one_off(np.exp(y) / np.exp(y).sum(axis=0),
                                        (np.arange(len(y)), target)),
         "The softmax runs over time. The symbols stand on the last axis: each row "
         "sums to 1."),
        (from_softmax(lambda y: 0), "np.exp of a large score is infinite: take the "
         "largest score of each row away first."),
        (without_keepdims, "A number for each row has the shape "
         "(T,), and does not fit to (T, n_symbols). Use keepdims=True in max and sum, "
         "or a loop over the rows."),
        (from_softmax(np.max), "The largest score of the whole window is taken away. "
         "Far below it, a row becomes 0 / 0: each row needs its own largest."),
        (from_the_loss_that_is_shared, "You change y itself, which the caller may "
         "still need. Write the probabilities into a new array."),
    ],
    hints=[
        "First the probabilities of each row, by softmax. Then one comes off in each "
        "row, at the symbol that came.",
        "Go through the rows: for row t, p = probabilities(y[t]), then "
        "p[target[t]] -= 1.",
        "Without a loop: dy[np.arange(T), target] -= 1 meets one place in each row.",
    ],
)
def logits_gradient(y, target):
    """The gradient of a window's loss for its logits, (T, n_symbols)."""
    dy = np.exp(y - y.max(axis=1, keepdims=True))   # never above 1
    dy /= dy.sum(axis=1, keepdims=True)             # the probabilities
    for t in range(len(dy)):
        dy[t, target[t]] -= 1                       # less one, at what came
    return dy


# ------------------------------------------------------------------------------ draw
def sticks():
    """Make cases: odds and points; some points lie on a border, some odds are 0."""
    p, rng = np.array([0.25, 0.5, 0.25]), np.random.default_rng(5)
    odds = rng.random(7) ** 2
    many = [(odds / odds.sum(), u) for u in (0.001, 0.2, 0.45, 0.7, 0.93, 0.999)]
    short = np.array([0.3, 0.3, 0.4]) * 0.99999  # sums to a little less than 1
    return [(p, 0.1), (p, 0.4), (p, 0.9), (p, 0.25), (p, 0.0), *many,
            (np.array([0.0, 0.0, 0.5, 0.5]), 0.0),
            (np.array([0.5, 0.0, 0.5]), 0.5), (np.array([0.5, 0.5, 0.0]), 0.75),
            (np.array([1.0, 0.0]), 0.999999), (short, 0.999999)]


def each_as_often_as_its_share(answer):
    """2,000 points, evenly spread, draw each symbol as often as its share says"""
    for p in ([0.1, 0.6, 0.3], [0.7, 0.0, 0.05, 0.25]):
        points = (np.arange(2000) + 0.5) / 2000
        found = [int(answer(np.array(p), u)) for u in points]
        shares = np.bincount(found, minlength=len(p)) / 2000
        need(np.abs(shares - p) < 1e-3, f"for p = {p}, 2,000 points spread evenly over "
             f"0 to 1 draw the symbols with shares {np.round(shares, 3).tolist()}")


def placed(p, u, side="right"):
    """The place of u on the stick of p."""
    stick = np.cumsum(p)
    return int(np.searchsorted(stick, u * stick[-1], side))


def falls_off(p, u):
    """Go through the ends, and give nothing if none lies beyond u."""
    return next((i for i, end in enumerate(np.cumsum(p)) if u < end), None)


def left_and_falls_off(p, u):
    """The same, and a point on a border falls on the piece before it."""
    return next((i for i, end in enumerate(np.cumsum(p)) if u <= end), None)


def by_share(p, u):
    """Lay the likeliest first on the stick, and do not undo the order."""
    return placed(np.sort(p)[::-1], u)


@exercise(
    cases=sticks,
    properties=[each_as_often_as_its_share],
    mistakes=[
        (lambda p, u: int(np.argmax(p)), "This is always the likeliest symbol, "
         "whatever u is: that is choosing, and not drawing."),
        (lambda p, u: int(u * len(p)), "Here all symbols are equally likely. The "
         "pieces of the stick are as long as p says."),
        (lambda p, u: placed(p, u, "left"), "A piece holds its left end and not its "
         "right one. With `<=` or the side \"left\", a point on a border falls on the "
         "piece before it, and a symbol of probability 0 may be drawn: it should be u "
         "< the end of the piece, or the side \"right\"."),
        (lambda p, u: int(np.searchsorted(np.cumsum(p), u)), "np.searchsorted counts "
         "a point on a border to the piece before it, and then a symbol of probability "
         "0 may be drawn: give it the side \"right\". And compare with u * ends[-1]."),
        (lambda p, u: int(np.searchsorted(np.cumsum(p), u, "right")), "By rounding the "
         "pieces may sum to a little less than 1, and then the point falls off the end "
         "of the stick. Multiply u by the stick's own length."),
        (lambda p, u: int(np.argmax(np.cumsum(p) > u)), "By rounding the pieces may "
         "sum to a little less than 1. Then no end lies beyond the point, and argmax "
         "says 0. Multiply u by the stick's own length."),
        (left_and_falls_off, "A piece holds its left end and not its right one. With "
         "`<=`, a point on a border falls on the piece before it, and a symbol of "
         "probability 0 may be drawn: it should be u < the end of the piece."),
        (falls_off, "By rounding the pieces may sum to a little less than 1. Then no "
         "end lies beyond the point, and the loop ends without a result. Multiply u "
         "by the stick's own length."),
        (lambda p, u: max(placed(p, u) - 1, 0), "One too low: the symbol is the first "
         "whose piece ends after u."),
        (lambda p, u: min(placed(p, u) + 1, len(p) - 1), "One too high: the symbol is "
         "the first whose piece ends after u, so count from 0."),
        (lambda p, u: int(np.argmax(p > u)), "u is compared with single "
         "probabilities. Compare it with the ends of the pieces, np.cumsum(p)."),
        (lambda p, u: int(np.searchsorted(p, u, "right")), "u is looked up among "
         "the single probabilities. Look it up among the ends of the pieces, "
         "np.cumsum(p)."),
        (lambda p, u: placed(p, np.random.default_rng(0).random()), "You draw a point "
         "of your own. Use the point u that is given."),
        (by_share, "You sort the probabilities, and then the place is no longer the "
         "symbol. Leave them in their order."),
        (lambda p, u: placed(p, 1 - u), "The point is measured from the right end of "
         "the stick. Measure it from the left."),
    ],
    hints=[
        "The pieces end at p[0], p[0] + p[1], and so on: np.cumsum(p) has the ends. "
        "Which is the first that lies beyond u?",
        "Go through the ends, and give the place of the first one with u < end. "
        "np.searchsorted(ends, u, \"right\") does the same.",
        "The last end is 1 only up to rounding, so compare with u * ends[-1].",
    ],
)
def draw(p, u):
    """The symbol on whose piece of the stick the point u falls."""
    ends = np.cumsum(p)            # where each piece of the stick ends
    point = u * ends[-1]           # the stick's length is 1 up to rounding
    for symbol, end in enumerate(ends):
        if point < end:            # a piece of length 0 is never hit
            return symbol


# ------------------------------------------------------------------- read_in_windows
class Watched(RNN):
    """A network that notes how long the windows are which it reads."""

    lengths = ()

    def forward(self, x, state=None, out=None):
        """Run through the time steps, and note how many they are."""
        self.lengths = [*self.lengths, len(x)]
        return super().forward(x, state, out)


def reader(n_symbols=4, n_hidden=3, seed=0, kind=RNN):
    """Make a small network with biases and a memory that lasts."""
    model = kind(n_symbols, n_hidden, n_symbols, rng=seed)
    rng = np.random.default_rng(seed)
    for W in model.params.values():
        W[:] = 0.8 * rng.standard_normal(W.shape)
    return model


def texts_to_read():
    """Make cases: a network, tokens and a window that fits or does not."""
    ids = np.random.default_rng(6).integers(4, size=13)
    return [(reader(), ids[:3], 3), (reader(), ids[:6], 3), (reader(), ids[:7], 3),
            (reader(5, 2, 1), ids, 5), (reader(5, 2, 1), ids[:12], 4),
            (reader(4, 4, 2), ids[:5], 1), (reader(), ids[:4], 9)]


def as_in_one_go(answer):
    """the windows make no difference: one long forward gives the same"""
    model, ids = reader(seed=3), np.random.default_rng(7).integers(4, size=20)
    whole = model.forward(ids[:, None])[0][:, 0]
    for window in (20, 10, 7, 2, 1):
        y = np.asarray(answer(model, ids.copy(), window))
        need(y.shape == whole.shape and np.allclose(y, whole), "20 characters in "
             f"windows of {window} give other outputs than the same text in one go")


def reads_window_by_window(answer):
    """no window is longer than asked, and each character is read once"""
    model, ids = reader(kind=Watched), np.random.default_rng(8).integers(4, size=11)
    answer(model, ids, 4)
    longest = max(model.lengths, default=0)
    need(longest <= 4, f"for windows of 4, your network reads {longest} characters in "
         "one go")
    need(sum(model.lengths) == 11, "of 11 characters in windows of 4, your network "
         f"reads {sum(model.lengths)} in all: it should read each one once")


def spoilt_reading(next_state=lambda state, trace: trace.state, stop=lambda n, w: n,
                   step=lambda w: w, keep=lambda y: y[:, 0], again=False,
                   column=lambda x: x[:, None]):
    """Make a reading in windows, right or with a fault."""
    def answer(model, ids, window):
        state, trace, outputs = None, None, []
        for start in range(0, stop(len(ids), window), step(window)):
            x = column(ids[start : start + window])
            y, trace = model.forward(x, state, out=trace if again else None)
            state = next_state(state, trace)
            outputs.append(keep(y))
        return np.concatenate(outputs)
    return answer


def windows_in_a_list(model, ids, window):
    """Read it rightly, and do not join the windows."""
    whole = model.forward(ids[:, None])[0][:, 0]
    return [whole[i:i + window] for i in range(0, len(ids), window)]


@exercise(
    cases=texts_to_read,
    properties=[as_in_one_go, reads_window_by_window],
    mistakes=[
        (spoilt_reading(lambda state, trace: None), "Every window begins with an empty "
         "memory. Give each `forward` the state in which the last one ended, "
         "trace.state, and not the one in which it began, trace.h[0]."),
        (spoilt_reading(lambda state, trace: trace.state if state is None else state),
         "The state is carried once and then stays the same: take the new trace.state "
         "after every window."),
        (spoilt_reading(lambda state, trace: trace.h[-2]), "You carry the state one "
         "character too early. h has an entry more than there are characters: the last "
         "one is h[-1]."),
        (spoilt_reading(stop=lambda n, w: n // w * w), "The last window, if it is "
         "shorter, is missing. A slice may go beyond the end of the text: "
         "ids[start : start + window] is then shorter."),
        (spoilt_reading(stop=lambda n, w: n - w), "The last window is missing: the "
         "places where windows begin go up to the end of the text, "
         "`range(0, len(ids), window)`."),
        (spoilt_reading(column=lambda x: x), "`forward` wants tokens of shape (T, 1), "
         "ids[start : start + window, None], and a state of shape (1, n_hidden): begin "
         "with None."),
        (spoilt_reading(lambda state, trace: trace), "`forward` gives the logits and a "
         "trace. The state to carry is a part of it, trace.state."),
        (windows_in_a_list, "This is a list of windows. Join them into one array, (n, "
         "n_symbols): np.concatenate."),
        (spoilt_reading(column=lambda x: x[None]), "The text lies in the batch axis, "
         "as if many readers read one character each. Time comes first: "
         "ids[start : start + window, None]."),
        (spoilt_reading(stop=lambda n, w: 1), "Only the first window is read."),
        (spoilt_reading(keep=lambda y: y[-1:, 0]), "Only the last output of each "
         "window is kept. There should be one after each character."),
        (spoilt_reading(step=lambda w: max(w - 1, 1)), "The windows overlap by one "
         "character, which is then read twice. The next window begins where this one "
         "ends."),
        (spoilt_reading(again=True), "`out=trace` writes into the old trace, and the "
         "outputs that you kept are its y: they are overwritten. Let each window have "
         "a trace of its own, or keep copies."),
        (spoilt_reading(keep=lambda y: y), "The batch axis is still there: of (T, 1, "
         "n_symbols), take y[:, 0]."),
        (lambda model, ids, window: model.forward(ids[:, None])[0][:, 0], "The numbers "
         "are right, but the whole text is read in one go. Read `window` characters at "
         "a time."),
    ],
    hints=[
        "`for start in range(0, len(ids), window)` gives the place where each window "
        "begins. A slice that goes beyond the end is shorter, and that is right here.",
        "forward wants tokens of shape (T, B), so add an axis: "
        "ids[start:start + window, None]. Begin with state = None.",
        "After each window, state = trace.state. Collect y[:, 0] in a list, and join "
        "the list with np.concatenate.",
    ],
)
def read_in_windows(model, ids, window):
    """The logits after every character, (n, n_symbols), window by window."""
    state, outputs = None, []                    # None: start with zeros
    for start in range(0, len(ids), window):
        x = ids[start:start + window, None]      # (T, 1), the last one shorter
        y, trace = model.forward(x, state)
        state = trace.state                      # carry it on
        outputs.append(y[:, 0])
    return np.concatenate(outputs)
