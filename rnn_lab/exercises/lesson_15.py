"""Exercises of lesson 15: the GRU, its blame, its numbers, and reading both ways."""

import numpy as np

from rnn_core import sigmoid

from .checking import exercise, need

SUMS = "r", "z", "n"


def small_gru(n_in, n_hidden, seed):
    """Draw the weights of a GRU, its three sums apart, biases too."""
    rng, params = np.random.default_rng(seed), {}
    for k in SUMS:
        params["Wx" + k] = rng.standard_normal((n_in, n_hidden))
        params["Wh" + k] = rng.standard_normal((n_hidden, n_hidden))
        params["b" + k] = rng.standard_normal(n_hidden)
    params["bhn"] = rng.standard_normal(n_hidden)
    return params


# ---------------------------------------------------------------------- one step
def step_cases():
    """Inputs, states and weights: one unit first, then small batches."""
    rng, cases = np.random.default_rng(2), []
    for seed, (B, n_in, n) in enumerate([(1, 1, 1), (2, 3, 4), (4, 2, 2), (3, 1, 3)]):
        cases.append((rng.standard_normal((B, n_in)), rng.standard_normal((B, n)),
                      small_gru(n_in, n, seed)))
    return cases


def an_open_gate_keeps_the_state(answer):
    """with z open the state stays as it is"""
    params = small_gru(2, 3, 5)
    params["Wxz"][:], params["Whz"][:], params["bz"][:] = 0, 0, 50
    rng = np.random.default_rng(3)
    x, h = rng.standard_normal((2, 2)), rng.standard_normal((2, 3))
    need(abs(np.asarray(answer(x, h.copy(), params)) - h) < 1e-12,
         "with z wide open (bz = 50) the state should stay as it is, and yours changes")


def spoilt_step(mix=lambda z, n, h: (1 - z) * n + z * h, squash=np.tanh, gate=sigmoid,
                past=lambda r, h, W, b: r * (h @ W + b), carry=lambda h, W: h @ W,
                bias=1, swap=False):
    """Make a step, right or with a fault."""
    def answer(x, h, params):
        p = params
        r, z = (gate(x @ p["Wx" + k] + carry(h, p["Wh" + k]) + bias * p["b" + k])
                for k in "rz")
        r, z = (z, r) if swap else (r, z)
        n = squash(x @ p["Wxn"] + bias * p["bn"] + past(r, h, p["Whn"], p["bhn"]))
        return mix(z, n, h)
    return answer


def spoilt_candidate(inside):
    """Make a step whose candidate's sum has a fault."""
    def answer(x, h, params):
        p = params
        r, z = (sigmoid(x @ p["Wx" + k] + h @ p["Wh" + k] + p["b" + k]) for k in "rz")
        return (1 - z) * np.tanh(inside(p, x, h, r)) + z * h
    return answer


def step_in_place(x, h, params):
    """Change the caller's state: a mistake."""
    h[:] = spoilt_step()(x, h, params)
    return h


@exercise(
    cases=step_cases,
    properties=[an_open_gate_keeps_the_state],
    mistakes=[
        (spoilt_step(mix=lambda z, n, h: z * n + (1 - z) * h), "z and 1 - z are "
         "swapped: here z says how much of the OLD state stays."),
        (spoilt_step(mix=lambda z, n, h: n + z * h), "The candidate comes in as it is. "
         "It comes in as (1 - z) * n: what leaves makes room for what enters."),
        (spoilt_step(mix=lambda z, n, h: n), "The state is the candidate alone. Mix it "
         "with the old state: (1 - z) * n + z * h."),
        (spoilt_step(mix=lambda z, n, h: np.tanh((1 - z) * n + z * h)), "The new state "
         "is squashed once more. Only the candidate has a tanh."),
        (spoilt_step(past=lambda r, h, W, b: (r * h) @ W + b), "Here r comes before "
         "the product, as in Cho's form. Ours comes after it: r * (h @ Whn + bhn)."),
        (spoilt_step(past=lambda r, h, W, b: r * (h @ W) + b), "`bhn` stands inside: "
         "the reset gate multiplies it, too: r * (h @ Whn + bhn)."),
        (spoilt_step(past=lambda r, h, W, b: r * (h @ W)), "The bias `bhn` is missing: "
         "r * (h @ Whn + bhn)."),
        (spoilt_step(past=lambda r, h, W, b: h @ W + b), "The reset gate r is missing: "
         "it multiplies what the candidate takes from the old state."),
        (spoilt_step(swap=True), "The two gates are swapped: r stands inside the "
         "candidate, z mixes."),
        (spoilt_step(squash=sigmoid), "The candidate n is a tanh. Only r and z are "
         "sigmoids."),
        (spoilt_step(squash=lambda s: s), "The candidate has no tanh."),
        (spoilt_step(gate=np.tanh), "The gates r and z are sigmoids, from 0 to 1. Only "
         "the candidate is a tanh."),
        (spoilt_step(bias=0), "The biases `br`, `bz` and `bn` are missing."),
        (spoilt_step(carry=lambda h, W: h @ W.T), "A matrix is transposed. Forward "
         "goes through it as it is: h @ params[\"Whr\"]."),
        (spoilt_candidate(lambda p, x, h, r: x @ p["Wxn"] + p["bn"]
                          + r * (h @ p["Whn"] + p["bn"])), "`bn` stands in both "
         "places. Inside the reset gate it is `bhn`: r * (h @ Whn + bhn)."),
        (spoilt_candidate(lambda p, x, h, r: r * (x @ p["Wxn"] + p["bn"]
                          + h @ p["Whn"] + p["bhn"])), "The reset gate multiplies too "
         "much: x @ Wxn + bn stands outside of it."),
        (spoilt_candidate(lambda p, x, h, r: x @ p["Wxn"] + p["bn"]
                          + h @ p["Whn"] + r * p["bhn"]), "The reset gate multiplies "
         "the product as well, not `bhn` alone: r * (h @ Whn + bhn)."),
        (step_in_place, "The state of the caller is changed. Make a new array, without "
         "+=, *= or h[:] =."),
    ],
    hints=[
        "r and z are plain sigmoids of x @ Wx + h @ Wh + b, each with its own three.",
        "The candidate: np.tanh(x @ Wxn + bn + r * (h @ Whn + bhn)).",
        "Mix: (1 - z) * n + z * h, with the old h.",
    ],
)
def gru_step(x, h, params):
    """One step of a GRU: the new state."""
    p = params
    r, z = (sigmoid(x @ p["Wx" + k] + h @ p["Wh" + k] + p["b" + k])
            for k in "rz")                          # two gates
    m = h @ p["Whn"] + p["bhn"]                     # what the past offers
    n = np.tanh(x @ p["Wxn"] + p["bn"] + r * m)     # the candidate
    return (1 - z) * n + z * h                      # part new, part old


# ------------------------------------------------------------------------- blame
def blame_cases():
    """Blame of the state after a step, and the step's numbers."""
    cases = [tuple(np.array([[v]]) for v in (1.0, 0.5, 0.5, 0.25, 0.0, 1.0))]
    for seed, shape in enumerate([(1, 3), (2, 4), (3, 2)]):
        rng = np.random.default_rng(seed)
        dh, h, m = (rng.standard_normal(shape) for _ in range(3))
        r, z = (rng.random(shape) for _ in range(2))
        cases.append((dh, h, r, z, np.tanh(rng.standard_normal(shape)), m))
    return cases


def agrees_with_the_complex_step(answer):
    """all five are the slopes that the complex step finds"""
    dh, h, r, z, n, m = blame_cases()[2]
    given = answer(*(v.copy() for v in (dh, h, r, z, n, m)))
    rest = np.arctanh(n) - r * m                # what the input adds to n's sum
    names = ("r", "z", "n", "m", "h")
    for place, (name, ours) in enumerate(zip(names, given, strict=True)):
        v = [a.astype(complex) for a in (r, z, n, m, h)]
        v[place] += 1e-100j
        candidate = v[2] if name == "n" else np.tanh(rest + v[0] * v[3])
        slope = (dh * ((1 - v[1]) * candidate + v[1] * v[4])).imag / 1e-100
        need(abs(np.asarray(ours) - slope) < 1e-9, f"the blame of {name} (number "
             f"{place + 1} of the five) is not the slope that the complex step finds")


def spoilt_blame(share=lambda z: 1 - z, slope=lambda n: 1 - n * n,
                 parts=lambda r, m: (m, r), mix=lambda h, n: h - n,
                 kept=lambda dh, z: dh * z, order=lambda *five: five):
    """Make a step back, right or with a fault."""
    def answer(dh, h, r, z, n, m):
        dn = dh * share(z)
        inside = dn * slope(n)
        for_r, for_m = parts(r, m)
        return order(inside * for_r, dh * mix(h, n), dn, inside * for_m, kept(dh, z))
    return answer


def blame_with_slopes(dh, h, r, z, n, m):
    """Go on through the sigmoids and the tanh: more than was asked."""
    dr, dz, dn, dm, kept = spoilt_blame()(dh, h, r, z, n, m)
    return dr * r * (1 - r), dz * z * (1 - z), dn * (1 - n * n), dm, kept


def blame_of_the_sum(dh, h, r, z, n, m):
    """Send the blame of n through the tanh: that of its sum."""
    dr, dz, dn, dm, kept = spoilt_blame()(dh, h, r, z, n, m)
    return dr, dz, dn * (1 - n * n), dm, kept


def blame_in_place(dh, h, r, z, n, m):
    """Change the caller's dh: a mistake."""
    dr, dz, dn, dm, _ = spoilt_blame()(dh.copy(), h, r, z, n, m)
    dh *= z
    return dr, dz, dn, dm, dh


@exercise(
    cases=blame_cases,
    properties=[agrees_with_the_complex_step],
    mistakes=[
        (spoilt_blame(share=lambda z: z), "n came in times 1 - z, so its blame is "
         "times 1 - z. z goes with the old state."),
        (spoilt_blame(share=lambda z: 1), "n came in times 1 - z, so its blame is "
         "times 1 - z, too."),
        (spoilt_blame(mix=lambda h, n: n - h), "The sign of dz: more z means more of h "
         "and less of n. So it is h - n."),
        (spoilt_blame(mix=lambda h, n: h), "z stands in the sum twice: in z * h and in "
         "(1 - z) * n. So it is blamed with h - n."),
        (spoilt_blame(mix=lambda h, n: -n), "z stands in the sum twice: in z * h and "
         "in (1 - z) * n. So it is blamed with h - n."),
        (spoilt_blame(slope=lambda n: n * (1 - n)), "n * (1 - n) is the slope of a "
         "sigmoid. n is a tanh: 1 - n^2."),
        (spoilt_blame(slope=lambda n: 1), "r and m are inside the tanh. Their blame "
         "goes through its slope, 1 - n^2."),
        (spoilt_blame(slope=lambda n: 1 - np.tanh(n) ** 2), "n is the tanh already. "
         "Its slope, told from the output, is 1 - n^2."),
        (spoilt_blame(slope=lambda n: 1 - n), "The slope of tanh is 1 - n^2: the "
         "square is missing."),
        (spoilt_blame(parts=lambda r, m: (r, m)), "dr and dm are swapped: each factor "
         "of r * m is blamed with the other one."),
        (spoilt_blame(kept=lambda dh, z: dh * (1 - z)), "The old state came in times "
         "z, so the blame that it gets directly is dh * z."),
        (spoilt_blame(kept=lambda dh, z: dh), "Not all of the old state stayed: it "
         "came in times z, so its blame is dh * z."),
        (spoilt_blame(order=lambda dr, dz, dn, dm, kept: (dr, dz, dm, dn, kept)),
         "The order of the five: dr, dz, dn, dm, and the old state's last."),
        (spoilt_blame(order=lambda dr, dz, dn, dm, kept: (kept, dr, dz, dn, dm)),
         "The order of the five: dr, dz, dn, dm, and the old state's last."),
        (blame_of_the_sum, "dn is the blame of n itself, which has left the tanh: "
         "dh * (1 - z). The slope belongs to the sum inside."),
        (blame_with_slopes, "This goes one step further, through the slopes of r, z "
         "and n. Here the blame of the values themselves is asked for."),
        (blame_in_place, "dh *= ... changes the array of the caller. Write dh * z."),
    ],
    hints=[
        "Begin at h_next = (1 - z) * n + z * h. What does each of z, n and h do to it?",
        "dz = dh * (h - n), dn = dh * (1 - z), and the old state gets dh * z.",
        "r and m are inside n = tanh(... + r * m): first times the slope 1 - n^2, then "
        "each factor is blamed with the other one.",
    ],
)
def gru_blame(dh, h, r, z, n, m):
    """The blame of r, z, n and m, and what the old state gets directly."""
    dn = dh * (1 - z)
    inside = dn * (1 - n * n)         # through the tanh
    return inside * m, dh * (h - n), dn, inside * r, dh * z


# ----------------------------------------------------------------- numbers counted
def spoilt_count(gates, extra=1, why=1, square=1, by=1, bias=1):
    """Make a count, right or with a fault."""
    def answer(kind, n_in, n_hidden, n_out):
        g = gates[kind]
        return (g * (n_in * n_hidden + n_hidden ** (1 + square) + bias * n_hidden)
                + extra * (kind == "GRU") * n_hidden
                + why * n_hidden * n_out + by * n_out)
    return answer


RIGHT = {"RNN": 1, "GRU": 3, "LSTM": 4}


@exercise(
    cases=lambda: [("RNN", 2, 3, 1), ("LSTM", 2, 3, 1), ("GRU", 2, 3, 1),
                   ("LSTM", 61, 96, 61), ("GRU", 5, 1, 7), ("GRU", 61, 96, 61)],
    mistakes=[
        (spoilt_count(RIGHT, extra=0), "A GRU has one more bias, `bhn`: n_hidden "
         "numbers."),
        (spoilt_count(RIGHT, extra=3), "Only the candidate of a GRU has a second bias. "
         "For the gates two biases are as good as one."),
        (spoilt_count(RIGHT, extra=0, bias=2), "Each sum has one bias. Only the "
         "candidate of a GRU has a second one."),
        (spoilt_count({**RIGHT, "GRU": 4}, extra=0), "A GRU has three sums, not four, "
         "and one more bias, `bhn`."),
        (spoilt_count({**RIGHT, "GRU": 4}), "A GRU has three sums, not four: two gates "
         "and the candidate."),
        (spoilt_count({**RIGHT, "LSTM": 3}), "An LSTM has four sums: three gates and "
         "the candidate."),
        (spoilt_count({**RIGHT, "GRU": 2}, extra=1), "A GRU has three sums: two gates "
         "and the candidate."),
        (spoilt_count({**RIGHT, "LSTM": 5}), "The cell itself has no weights. An LSTM "
         "has four sums."),
        (spoilt_count(RIGHT, by=0), "The bias of the outputs, `by`, is missing."),
        (spoilt_count(RIGHT, extra=0, by=0, bias=0), "The biases are missing. They are "
         "counted as well: one number for each unit of each sum, and for each output."),
        (lambda kind, n_in, n_hidden, n_out: RIGHT[kind] * (
            n_hidden * (n_in + n_hidden) + 1) + n_hidden * n_out + 1,
         "A bias is not one number but one for each unit: n_hidden of them, and n_out "
         "for the outputs."),
        (spoilt_count(RIGHT, bias=0), "Each sum has a bias of n_hidden numbers."),
        (spoilt_count(RIGHT, why=0), "The output layer is missing: Why, (n_hidden, "
         "n_out)."),
        (spoilt_count(RIGHT, square=0), "Whh leads from every unit to every unit: "
         "n_hidden * n_hidden numbers for each sum."),
        (lambda kind, n_in, n_hidden, n_out: RIGHT[kind] * (
            n_hidden * (n_in + n_hidden + 1) + n_hidden * n_out + n_out)
            + (kind == "GRU") * n_hidden,
         "There is one output layer, however many sums there are."),
    ],
    hints=[
        "Every sum has n_in * n_hidden + n_hidden * n_hidden + n_hidden numbers.",
        "A plain network has 1 sum, a GRU 3 and an LSTM 4. The output layer comes "
        "once: n_hidden * n_out + n_out.",
        "And a GRU has a second bias for its candidate, `bhn`.",
    ],
)
def numbers_in(kind, n_in, n_hidden, n_out):
    """How many weights and biases an "RNN", a "GRU" or an "LSTM" has."""
    n_sums = {"RNN": 1, "GRU": 3, "LSTM": 4}[kind]
    total = n_sums * (n_in * n_hidden + n_hidden * n_hidden + n_hidden)
    if kind == "GRU":
        total += n_hidden                            # bhn
    return total + n_hidden * n_out + n_out          # the output layer, once


# ------------------------------------------------------------------ both directions
def running_sum(x):
    """After each step: the sum of all that came, what is older counted less."""
    h, states = np.zeros_like(x[0]), []
    for x_t in x:
        h = 0.5 * h + x_t
        states.append(h)
    return np.array(states)


def counted(x):
    """After each step: the first number times the steps so far, and the last input."""
    steps = np.arange(1, len(x) + 1)[:, None, None]
    return np.concatenate([steps * x[:1, :, :1], x[:, :, :1]], axis=2)


def both_cases():
    """Two ways to run, and inputs of several shapes; then runs of unlike width."""
    cases = [(running_sum, running_sum, np.array([[[1.0]], [[0.0]], [[2.0]]]))]
    for seed, shape in enumerate([(3, 1, 1), (4, 2, 3), (5, 3, 2)]):
        x = np.random.default_rng(seed).standard_normal(shape)
        cases.append((running_sum, counted, x))
    return cases


def sees_the_past_and_the_future(answer):
    """each half sees what it should, and nothing else"""
    x = np.random.default_rng(1).standard_normal((6, 2, 3))
    before, width = np.asarray(answer(running_sum, running_sum, x.copy())), 3
    need(before.shape == (6, 2, 6), "for x of shape (6, 2, 3) and two runs with 3 "
         f"numbers a step your result has the shape {before.shape}, and (6, 2, 6) is "
         "right: side by side along the last axis")
    x[2] += 1.0
    changed = abs(np.asarray(answer(running_sum, running_sum, x)) - before).max(axis=1)
    need((changed[:2, :width] == 0) & (changed[2:, :width].min() > 0),
         "I changed step 2 of 6. The first half should change from step 2 on, and not "
         "before")
    need((changed[3:, width:] == 0) & (changed[:3, width:].min() > 0),
         "I changed step 2 of 6. The second half should change up to step 2, and not "
         "after it")


def spoilt_both(turn=lambda x: x[::-1], turn_back=lambda h: h[::-1],
                join=lambda f, b: np.concatenate([f, b], axis=2)):
    """Make an answer, right or with a fault."""
    def answer(run_forwards, run_backwards, x):
        return join(run_forwards(x), turn_back(run_backwards(turn(x))))
    return answer


@exercise(
    cases=both_cases,
    properties=[sees_the_past_and_the_future],
    mistakes=[
        (spoilt_both(turn_back=lambda h: h), "The states of the second run come in its "
         "own order, the last step first. Turn them round again before they meet "
         "the others."),
        (spoilt_both(turn=lambda x: x), "The second run reads forwards, and only its "
         "states are turned round. It must READ from the end: x[::-1]."),
        (spoilt_both(turn=lambda x: x, turn_back=lambda h: h), "Both runs read "
         "forwards in time. The second one must read from the end, and time is the "
         "first axis: x[::-1]."),
        (spoilt_both(turn=lambda x: x[..., ::-1], turn_back=lambda h: h[..., ::-1]),
         "This turns the features round. Time is the first axis: x[::-1]."),
        (spoilt_both(join=lambda f, b: np.concatenate([b, f], axis=2)), "The forward "
         "half comes first."),
        (spoilt_both(turn=np.flip, turn_back=np.flip), "np.flip without an axis turns "
         "batch and features round as well. Turn time alone: x[::-1]."),
        (spoilt_both(join=lambda f, b: np.concatenate(
            [f[..., :1], b[..., :1]], axis=2)), "Keep all numbers of both runs."),
        (spoilt_both(join=lambda f, b: f + b), "The two are added. "
         "Put them side by side along the last axis, so that none is lost."),
        (spoilt_both(join=lambda f, b: np.concatenate([f, b], axis=1)), "They stand "
         "side by side as further sequences of the batch. The numbers of a step are "
         "the last axis: axis=2."),
        (spoilt_both(join=lambda f, b: np.concatenate([f, b], axis=0)), "They stand "
         "one after the other in time. Put them side by side along the last axis."),
        (lambda run_forwards, run_backwards, x: np.concatenate(
            [run_backwards(x), run_forwards(x[::-1])[::-1]], axis=2),
         "The two runs are swapped: run_forwards reads x as it is."),
        (lambda run_forwards, run_backwards, x: np.concatenate(
            [run_forwards(x), run_forwards(x[::-1])[::-1]], axis=2),
         "run_forwards reads both times. The second reader is run_backwards."),
        (spoilt_both(join=lambda f, b: (f, b)), "These are two arrays. Put them side "
         "by side in one: np.concatenate([...], axis=2)."),
    ],
    hints=[
        "Time is the first axis: x[::-1] is the same sequence from its end.",
        "run_backwards(x[::-1]) gives its states with the last step first. Turn them "
        "round once more.",
        "np.concatenate([...], axis=2) puts them side by side.",
    ],
)
def read_both_ways(run_forwards, run_backwards, x):
    """The states of both runs side by side, each at its own time step."""
    past = run_forwards(x)                     # step t has seen 0 ... t
    future = run_backwards(x[::-1])[::-1]      # step t has seen t ... T-1
    return np.concatenate([past, future], axis=2)
