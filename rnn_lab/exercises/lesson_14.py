"""Exercises of lesson 14: the LSTM, its gates, and the blame that goes through them."""

import numpy as np

from rnn_core import sigmoid

from .checking import exercise, need

GATES = "i", "f", "o", "g"


def small_lstm(n_in, n_hidden, n_out, seed):
    """Draw the weights of an LSTM, four gates apart, biases too."""
    rng = np.random.default_rng(seed)
    params = {}
    for k in GATES:
        params["Wx" + k] = rng.standard_normal((n_in, n_hidden))
        params["Wh" + k] = rng.standard_normal((n_hidden, n_hidden))
        params["b" + k] = rng.standard_normal(n_hidden)
    params["Why"] = rng.standard_normal((n_hidden, n_out))
    params["by"] = rng.standard_normal(n_out)
    return params


# ---------------------------------------------------------------------- one step
def step_cases():
    """Inputs, states, cells and weights: one unit first, then small batches."""
    rng, cases = np.random.default_rng(2), []
    for seed, (B, n_in, n) in enumerate([(1, 1, 1), (2, 3, 4), (4, 2, 2), (3, 1, 3)]):
        cases.append((rng.standard_normal((B, n_in)), rng.standard_normal((B, n)),
                      2 * rng.standard_normal((B, n)), small_lstm(n_in, n, 1, seed)))
    return cases


def a_shut_cell_keeps_its_sum(answer):
    """with f open and i shut, the sum stays as it is"""
    params = small_lstm(2, 3, 1, 5)
    for k in GATES:
        params["Wx" + k] *= 0
        params["Wh" + k] *= 0
    params["bf"][:], params["bi"][:] = 50, -50
    rng = np.random.default_rng(3)
    x, h, c = (rng.standard_normal((2, n)) for n in (2, 3, 3))
    _, after = answer(x, h.copy(), c.copy(), params)
    need(abs(np.asarray(after) - c) < 1e-12,
         "with a forget gate wide open (bf = 50) and an input gate shut (bi = -50) the "
         "cell should stay as it is, and yours changes")


def spoilt_step(mix=lambda i, f, g, c: f * c + i * g, show=lambda o, c: o * np.tanh(c),
                squash=np.tanh, gate=sigmoid, old=False, swap=False, bias=1,
                carry=lambda h, W: h @ W):
    """Make a step, right or with a fault."""
    def answer(x, h, c, params):
        z = {k: x @ params["Wx" + k] + carry(h, params["Wh" + k])
             + bias * params["b" + k] for k in GATES}
        i, f, o = (gate(z[k]) for k in "ifo")
        after = mix(i, f, squash(z["g"]), c)
        shown = show(o, c if old else after)
        return (after, shown) if swap else (shown, after)
    return answer


def step_in_place(x, h, c, params):
    """Change the caller's cells: a mistake."""
    _, c[:] = spoilt_step()(x, h, c, params)
    return spoilt_step()(x, h, c, params)[0], c


@exercise(
    cases=step_cases,
    properties=[a_shut_cell_keeps_its_sum],
    mistakes=[
        (spoilt_step(swap=True), "The two results are in the other order: h first, "
         "then c."),
        (spoilt_step(old=True), "The output shows the old cell. First make the new "
         "one, then show it: o * tanh of the new c."),
        (spoilt_step(show=lambda o, c: o * c), "The cell is shown without its tanh: "
         "h = o * tanh(c)."),
        (spoilt_step(show=lambda o, c: np.tanh(o * c)), "The tanh is of the cell "
         "alone, and the gate comes after it: o * tanh(c)."),
        (spoilt_step(mix=lambda i, f, g, c: i * c + f * g), "The two gates are "
         "swapped: f goes with the old sum, i with the candidate."),
        (spoilt_step(mix=lambda i, f, g, c: f * c + g), "The input gate is missing: "
         "the candidate comes in as i * g."),
        (spoilt_step(mix=lambda i, f, g, c: c + i * g), "The forget gate is missing: "
         "of the old sum f * c stays."),
        (spoilt_step(mix=lambda i, f, g, c: f * c + (1 - f) * g), "Here f alone "
         "decides how much comes in. The input gate i is a gate of its own."),
        (spoilt_step(mix=lambda i, f, g, c: (1 - f) * c + i * g), "The forget gate is "
         "the wrong way round. In spite of its name, open means keep: f * c."),
        (spoilt_step(show=lambda o, c: np.tanh(c)), "The output gate is missing: "
         "h = o * tanh(c)."),
        (spoilt_step(mix=lambda i, f, g, c: np.tanh(f * c + i * g)), "The sum itself "
         "is squashed. The road has no tanh on it; only what is shown has."),
        (spoilt_step(squash=sigmoid), "The candidate g is a tanh. Only i, f and o are "
         "sigmoids."),
        (spoilt_step(squash=lambda z: z), "The candidate has no tanh."),
        (spoilt_step(gate=np.tanh), "The gates i, f and o are sigmoids, from 0 to 1. "
         "Only the candidate is a tanh."),
        (spoilt_step(gate=lambda z: z), "The gates i, f and o have no sigmoid, so they "
         "are no numbers from 0 to 1."),
        (spoilt_step(bias=0), "The four biases are missing."),
        (spoilt_step(carry=lambda h, W: h @ W.T), "A matrix is transposed. Forward "
         "goes through it as it is: h @ params[\"Whi\"]."),
        (lambda *args: spoilt_step()(*args)[0], "Give both, the new h and the new c: "
         "return h, c."),
        (step_in_place, "The cells of the caller are changed. Make a new array: "
         "f * c + i * g, without +=, *= or c[:] =."),
    ],
    hints=[
        "Four sums first, all alike: x @ params[\"Wxi\"] + h @ params[\"Whi\"] + "
        "params[\"bi\"], and the same with f, o and g for i.",
        "Three of them go through sigmoid, the one of g through np.tanh. Then the new "
        "cell is f * c + i * g.",
        "h = o * np.tanh(c), with the new c. Give h and the new c.",
    ],
)
def lstm_step(x, h, c, params):
    """One step of an LSTM: the new h and the new c."""
    z = {k: x @ params["Wx" + k] + h @ params["Wh" + k] + params["b" + k]
         for k in "ifog"}                       # four sums, all alike
    i, f, o = (sigmoid(z[k]) for k in "ifo")    # three gates
    c = f * c + i * np.tanh(z["g"])             # the old sum, and what is new
    return o * np.tanh(c), c                    # what is shown, and the sum


# ---------------------------------------------------------------- blame of the gates
def blame_cases():
    """Blame of h and c after a step, and the step's numbers."""
    one = [np.array([[v]]) for v in (1.0, 0.0, 0.5, 0.5, 0.5, 1.0, 0.0)]
    cases = [tuple(one)]
    for seed, shape in enumerate([(1, 3), (2, 4), (3, 2)]):
        rng = np.random.default_rng(seed)
        dh, dc, c = (rng.standard_normal(shape) for _ in range(3))
        i, f, o = (rng.random(shape) for _ in range(3))
        cases.append((dh, dc, i, f, o, np.tanh(rng.standard_normal(shape)), c))
    return cases


def agrees_with_the_complex_step(answer):
    """all five are the slopes that the complex step finds"""
    dh, dc, *values = blame_cases()[2]
    given = [np.asarray(part) for part in answer(dh, dc, *(v.copy() for v in values))]
    for number, (name, place) in enumerate(zip(("di", "df", "do", "dg", "dc"), range(5),
                                               strict=True)):
        nudged = [v.astype(complex) for v in values]
        nudged[place] += 1e-100j
        i, f, o, g, c = nudged
        after = f * c + i * g
        slope = (dh * o * np.tanh(after) + dc * after).imag / 1e-100
        need(abs(given[number] - slope) < 1e-9,
             f"{name} (number {number + 1} of the five) is not the slope that the "
             "complex step finds")


def spoilt_blame(future=1.0, through=lambda o, s: o * (1 - s * s), squash=np.tanh,
                 order=lambda di, df, do, dg, dc: (di, df, do, dg, dc), road=True,
                 old=False, parts=lambda i, g, c: (g, c, i), both=False):
    """Make a step back, right or with a fault."""
    def answer(dh, dc, i, f, o, g, c):
        s = squash(c if old else f * c + i * g)
        total = future * dc + dh * through(o, s)
        for_i, for_f, for_g = parts(i, g, c)
        do = (dh + dc if both else dh) * s
        before = total * f if road else total
        return order(total * for_i, total * for_f, do, total * for_g, before)
    return answer


def blame_with_slopes(dh, dc, i, f, o, g, c):
    """Go on through the sigmoids and the tanh: more than was asked."""
    di, df, do, dg, before = spoilt_blame()(dh, dc, i, f, o, g, c)
    return (di * i * (1 - i), df * f * (1 - f), do * o * (1 - o), dg * (1 - g * g),
            before)


def blame_of_the_future_alone(dh, dc, i, f, o, g, c):
    """Send only the old dc along the road: a mistake."""
    di, df, do, dg, _ = spoilt_blame()(dh, dc, i, f, o, g, c)
    return di, df, do, dg, dc * f


def blame_each_side_apart(dh, dc, i, f, o, g, c):
    """Blame the gates through h alone, and the old cell by the future alone."""
    di, df, do, dg, _ = spoilt_blame(future=0.0)(dh, dc, i, f, o, g, c)
    return di, df, do, dg, dc * f


def blame_with_a_bare_cell(dh, dc, i, f, o, g, c):
    """Take 1 - c^2 for the slope of tanh: a mistake."""
    after = f * c + i * g
    dc = dc + dh * o * (1 - after * after)
    return dc * g, dc * c, dh * np.tanh(after), dc * i, dc * f


def blame_f_with(other):
    """Blame f with something that is not the old cell: a mistake."""
    def answer(dh, dc, i, f, o, g, c):
        di, _, do, dg, before = spoilt_blame()(dh, dc, i, f, o, g, c)
        total = dc + dh * o * (1 - np.tanh(f * c + i * g) ** 2)
        return di, total * other(f, f * c + i * g), do, dg, before
    return answer


def blame_with_itself(dh, dc, i, f, o, g, c):
    """Blame each factor of a product with itself: a mistake."""
    s = np.tanh(f * c + i * g)
    dc = dc + dh * o * (1 - s * s)
    return dc * i, dc * f, dh * s, dc * g, dc * c


def blame_in_place(dh, dc, i, f, o, g, c):
    """Change the caller's dc: a mistake."""
    s = np.tanh(f * c + i * g)
    dc += dh * o * (1 - s * s)
    return dc * g, dc * c, dh * s, dc * i, dc * f


@exercise(
    cases=blame_cases,
    properties=[agrees_with_the_complex_step],
    mistakes=[
        (spoilt_blame(future=0.0), "The blame dc from the future is left out. The new "
         "cell is blamed twice: through h, and by what comes after. Add the two."),
        (spoilt_blame(through=lambda o, s: 0), "The blame dh never reaches the cell. "
         "It gets there through o and the slope of tanh: dh * o * (1 - tanh^2)."),
        (spoilt_blame(through=lambda o, s: o), "On its way from h to the cell the "
         "blame goes through a tanh: times its slope, 1 - tanh^2 of the new cell."),
        (spoilt_blame(through=lambda o, s: 1 - s * s), "On its way from h to the cell "
         "the blame goes through the output gate: times o."),
        (spoilt_blame(through=lambda o, s: o * (1 - s)), "The slope of tanh is "
         "1 - tanh^2: the square is missing."),
        (spoilt_blame(old=True), "The tanh is of the new cell, f * c + i * g. Here it "
         "is of the cell before the step."),
        (spoilt_blame(squash=lambda c: c), "h was o * tanh(c): take the tanh of "
         "the new cell, also for the blame of o."),
        (blame_with_a_bare_cell, "The slope of tanh is 1 - tanh^2 of the new cell, "
         "not 1 minus the square of the cell itself."),
        (blame_each_side_apart, "The new cell has two kinds of blame, dc from the "
         "future and what comes through h. Add them first: the gates and the old cell "
         "get the sum."),
        (blame_f_with(lambda f, after: after), "f was multiplied by the cell before "
         "the step, c. Here it is blamed with the new one."),
        (blame_f_with(lambda f, after: f), "In f * c each factor is blamed with the "
         "other one: f with the cell before the step."),
        (blame_with_itself, "In a product each factor is blamed with the OTHER one: i "
         "with g, g with i, f with c, and c with f."),
        (spoilt_blame(road=False), "The cell before the step reached the new one times "
         "f. So its blame is times f, too."),
        (blame_of_the_future_alone, "Along the road goes ALL the blame of the new "
         "cell, what came through h included, times f."),
        (spoilt_blame(parts=lambda i, g, c: (i, c, g)), "di and dg are swapped: each "
         "factor of i * g is blamed with the other one."),
        (spoilt_blame(parts=lambda i, g, c: (c, g, i)), "di and df are swapped: i "
         "stands before g, and f before the old cell."),
        (spoilt_blame(both=True), "The output gate is behind the cell: only dh reaches "
         "it, and not dc."),
        (spoilt_blame(order=lambda di, df, do, dg, dc: (dc, di, df, do, dg)), "The "
         "order of the five: di, df, do, dg, and the blame of the old cell last."),
        (blame_with_slopes, "This goes one step further, through the sigmoids and the "
         "tanh of g. Here the blame of the gates' values themselves is asked for."),
        (lambda *args: spoilt_blame()(*args)[:4], "Four of the five are here. The last "
         "one is the blame of the cell before the step."),
        (blame_in_place, "dc += ... changes the array of the caller. Write "
         "dc = dc + ..."),
    ],
    hints=[
        "First all the blame of the new cell: dc from the future, plus what comes "
        "through h = o * tanh(c): dh * o * (1 - tanh^2).",
        "In f * c + i * g each factor is blamed with the other one: di is that blame "
        "times g.",
        "o is behind the cell: do = dh * tanh of the new cell. The old cell: the blame "
        "of the new one times f.",
    ],
)
def gate_blame(dh, dc, i, f, o, g, c):
    """The blame of i, f, o, g, and of the cell before the step."""
    s = np.tanh(f * c + i * g)              # what the output gate shows
    dc = dc + dh * o * (1 - s * s)          # all the blame of the new cell
    return dc * g, dc * c, dh * s, dc * i, dc * f


# -------------------------------------------------------------------- a bias for f
def half_is_left(answer):
    """after n_steps steps half of the cell is left"""
    for n_steps in (1, 7, 50, 1000):
        left = float(sigmoid(float(answer(n_steps))) ** n_steps)
        need(abs(left - 0.5) < 1e-6, f"with your bias, {left:.4g} of the cell is left "
             f"after {n_steps} steps, and a half is asked for")


@exercise(
    cases=lambda: [(1,), (2,), (10,), (100,), (10_000,)],
    properties=[half_is_left],
    mistakes=[
        (lambda n_steps: 0.5 ** (1 / n_steps), "This is f itself, how far the gate "
         "must be open. Ask which bias gives this f: go back through the sigmoid."),
        (lambda n_steps: np.log(0.5 ** (1 / n_steps)), "The sigmoid takes the log of "
         "the odds, f / (1 - f), and not the log of f."),
        (lambda n_steps: -np.log(0.5 ** (1 / n_steps) / (1 - 0.5 ** (1 / n_steps))),
         "The sign is wrong: a gate that is more than half open has a bias above 0."),
        (lambda n_steps: np.log(1 / (2.0 ** n_steps - 1)), "This takes f = 0.5 to the "
         "power of n_steps. f is multiplied n_steps times, so take the root: 0.5 to "
         "the power of 1 / n_steps."),
        (lambda n_steps: 0.0, "A bias of 0 opens the gate half. That leaves a half "
         "after one step, and f is multiplied n_steps times."),
        (lambda n_steps: np.log(2 * n_steps - 1), "With this bias each step takes an "
         "equal part, 0.5 / n_steps. But it is taken of what is left: f to the power "
         "of n_steps is to be a half."),
        (lambda n_steps: np.log(n_steps), "A gate with this bias is n / (n + 1), which "
         "leaves 1/e in the long run, and not a half."),
        (lambda n_steps: np.log2(0.5 ** (1 / n_steps) / (1 - 0.5 ** (1 / n_steps))),
         "The sigmoid has an e in it: take the natural logarithm, np.log."),
        (lambda n_steps: sigmoid(0.5 ** (1 / n_steps)), "You go through the sigmoid "
         "forwards. f comes out of it, and the bias goes in: which one gives this f?"),
        (lambda n_steps: np.log(n_steps / np.log(2)), "That is nearly right for many "
         "steps, as f = 1 - ln 2 / n_steps. The exact f is a root: 0.5 to the power of "
         "1 / n_steps."),
        (lambda n_steps: 0.5 ** (1 / n_steps) / (1 - 0.5 ** (1 / n_steps)),
         "These are the odds f / (1 - f). The sigmoid takes their logarithm."),
    ],
    hints=[
        "After n_steps steps f to the power of n_steps is left. For which f is this a "
        "half?",
        "f = 0.5 ** (1 / n_steps). And the sum z that makes sigmoid(z) = f is the log "
        "of the odds, f / (1 - f) (lesson 1).",
    ],
)
def forget_bias_for(n_steps):
    """The forget bias with which half of a cell is left after n_steps steps."""
    f = 0.5 ** (1 / n_steps)       # f ** n_steps = 1/2
    return np.log(f / (1 - f))     # the log odds: back through the sigmoid


# ----------------------------------------------------------- gates set by hand
def run_cells(params, x):
    """Run an LSTM with gates apart; the outputs (T, B, n_out)."""
    n = len(params["bf"])
    h, c, y = np.zeros((x.shape[1], n)), np.zeros((x.shape[1], n)), []
    for x_t in x:
        z = {k: x_t @ params["Wx" + k] + h @ params["Wh" + k] + params["b" + k]
             for k in GATES}
        i, f, o = (sigmoid(z[k]) for k in "ifo")
        c = f * c + i * np.tanh(z["g"])
        h = o * np.tanh(c)
        y.append(h @ params["Why"] + params["by"])
    return np.array(y)


def filled(answer):
    """Let the answer fill in an LSTM of zeros with 2 inputs, 1 cell and 1 output."""
    params = {name: np.zeros_like(W) for name, W in small_lstm(2, 1, 1, 0).items()}
    shapes = {name: W.shape for name, W in params.items()}
    result = answer(params)
    need(isinstance(result, dict) and result.keys() == shapes.keys(), "give the dict "
         "params back, filled in, with the names it had")
    result = {name: np.asarray(W, float) for name, W in result.items()}
    need(all(result[name].shape == shape for name, shape in shapes.items()),
         "an array has another shape than before: fill it with W[...] = ...")
    return result


def marked_bits(T, p, seed):
    """Draw bits (-1, 1) with marks, and the bit that was marked last, T steps."""
    rng = np.random.default_rng(seed)
    bits = rng.choice([-1.0, 1.0], size=(T, 20))
    marks = (rng.random((T, 20)) < p).astype(float)
    marks[0] = 1
    place = np.maximum.accumulate(np.where(marks, np.arange(T)[:, None], 0))
    return np.stack([bits, marks], axis=-1), np.take_along_axis(bits, place, axis=0)


def share_right(answer, T, p):
    """How many signs are right, as a share."""
    x, right = marked_bits(T, p, 1)
    y = run_cells(filled(answer), x)[..., 0]
    return float((np.sign(y) == right).mean())


def gives_them_back(answer):
    """it gives all arrays back, with their shapes"""
    filled(answer)


def lets_a_marked_bit_in(answer):
    """a marked bit comes into the cell"""
    x, _ = marked_bits(1, 1.0, 1)
    params = filled(answer)
    shown = {name: 0 * params[name] for name in ("Wxo", "Who", "by")}
    shown |= {"bo": 0 * params["bo"] + 50, "Why": 0 * params["Why"] + 1}
    need(abs(run_cells(params | shown, x)) > 1e-3, "the first bit is marked, and after "
         "it there is nothing in the cell, or nearly nothing")


def says_something(answer):
    """its output is not 0"""
    x, _ = marked_bits(1, 1.0, 1)
    need(abs(run_cells(filled(answer), x)) > 1e-3, "the first bit is marked and comes "
         "into the cell, but the output after it is 0 or nearly 0")


def says_a_marked_bit(answer):
    """it says a marked bit at once"""
    share = share_right(answer, 1, 1.0)
    need(share == 1, "the first bit is marked, and the output after it has the wrong "
         f"sign in {1 - share:.0%} of the sequences")


def keeps_it_in_silence(answer):
    """it keeps the bit through 60 steps of nothing"""
    x, right = marked_bits(1, 1.0, 1)
    x = np.concatenate([x, np.zeros((60, *x.shape[1:]))])
    y = run_cells(filled(answer), x)[..., 0] * right
    need(y[-1] > 0.01 * y[0], "one bit is marked and then 60 steps of zeros come: the "
         "bit is lost on the way")


def keeps_it_among_others(answer):
    """it keeps the bit through 60 steps of bits that are not marked"""
    share = share_right(answer, 60, 0.0)
    need(share == 1, "one bit is marked and then others come: the outputs have the "
         f"wrong sign in {1 - share:.0%} of the steps")


def replaces_it(answer):
    """a new mark replaces the old bit"""
    share = share_right(answer, 12, 0.3)
    need(share == 1, "where bits are marked again and again, the outputs have the "
         f"wrong sign in {1 - share:.0%} of the steps: the new bit must replace the "
         "old one")


def keeps_it_for_long(answer):
    """it keeps a bit for 2,000 steps"""
    share = share_right(answer, 2000, 0.001)
    need(share == 1, "over 2,000 steps with few marks the outputs have the wrong sign "
         f"in {1 - share:.1%} of the steps: are the gates shut firmly enough? A sum of "
         "20 or more does")


def hand_set(bias_i=-20.0, mark_i=40.0, bias_f=20.0, mark_f=-40.0, bit=20.0,
             bias_o=20.0, out=1.0):
    """Make an answer that sets the gates like this."""
    def answer(params):
        W = {name: np.zeros_like(array) for name, array in params.items()}
        W["Wxi"][1], W["bi"][:] = mark_i, bias_i
        W["Wxf"][1], W["bf"][:] = mark_f, bias_f
        W["Wxg"][0], W["bo"][:], W["Why"][:] = bit, bias_o, out
        return W
    return answer


@exercise(
    agree=False,
    cases=lambda: [({k: np.zeros_like(W) for k, W in small_lstm(2, 1, 1, 0).items()},)],
    properties=[gives_them_back, lets_a_marked_bit_in, says_something,
                says_a_marked_bit, keeps_it_in_silence, keeps_it_among_others,
                replaces_it, keeps_it_for_long],
    mistakes=[
        (hand_set(bit=0.0), "The candidate g must be the bit, so params[\"Wxg\"][0] is "
         "a large number. And the mark, input 1, must open the input gate."),
        (hand_set(out=0.0), "Is Why above 0, and the output gate open?"),
        (hand_set(out=-1.0), "The output has the wrong sign: Why is above 0."),
        (hand_set(bias_i=20.0, mark_i=0.0), "The input gate is open when no mark "
         "comes. It must be shut by its bias and opened by the mark: "
         "params[\"Wxi\"][1]."),
        (hand_set(bias_f=0.0, mark_f=0.0), "The forget gate is not wide open when no "
         "mark comes, so the sum is lost. Open means keep: give it a large bias above "
         "0."),
        (hand_set(mark_f=0.0), "The forget gate stays open when a mark comes, so the "
         "bits add up. A mark must shut it: a large weight below 0 from input 1."),
        (hand_set(bias_i=-4.0, bias_f=5.0), "The gates are not shut firmly: a little "
         "leaks in and out with every step. Take larger numbers, such as 20."),
    ],
    hints=[
        "What must each gate do when a mark comes, and what when none comes? Write a "
        "small table.",
        "i: shut, and open at a mark: a bias of -20 and a weight of 40 from input 1. "
        "f: the other way round. o: always open.",
        "The candidate is the bit: params[\"Wxg\"][0] = 20. At the end Why = 1.",
    ],
)
def marked_bit(params):
    """Weights with which one cell says the bit that was marked last."""
    params["Wxg"][0] = 20                         # offer the bit, -1 or 1
    params["Wxi"][1], params["bi"][:] = 40, -20   # in: only with a mark
    params["Wxf"][1], params["bf"][:] = -40, 20   # keep: only without one
    params["bo"][:] = 20                          # show it all the time
    params["Why"][:] = 1
    return params
