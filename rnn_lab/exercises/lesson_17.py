"""Exercises of lesson 17: weights from a framework, and the soft look-up."""

import numpy as np

from rnn_core import LSTM, sigmoid, softmax

from .checking import exercise, need


# ------------------------------------------------------------------- from_torch_lstm
def torch_weights(n_in, H, seed=0, dtype=float):
    """Draw weights of the names and shapes that PyTorch's LSTM has."""
    rng = np.random.default_rng(seed)
    shapes = [(4 * H, n_in), (4 * H, H), (4 * H,), (4 * H,)]
    return tuple(rng.standard_normal(shape).astype(dtype) for shape in shapes)


def torch_lstm_cases():
    """One cell and whole numbers first, then sizes that differ, and equal ones."""
    tiny = tuple(np.array(W, float) for W in (
        [[1], [2], [3], [4]], [[5], [6], [7], [8]], [10, 20, 30, 40], [1, 2, 3, 4]))
    return [tiny, torch_weights(3, 2), torch_weights(2, 5, 1), torch_weights(4, 4, 2)]


def runs_as_in_torch(answer):
    """an `LSTM` with these weights gives the states that PyTorch's formula gives"""
    weights = torch_weights(3, 4, 5)
    model = LSTM(3, 4, 1, rng=0)
    for name, W in answer(*weights).items():
        model.params[name][:] = W
    x = np.random.default_rng(6).standard_normal((5, 2, 3))
    _, trace = model.forward(x)
    W_ih, W_hh, b_ih, b_hh = weights
    h = c = np.zeros((2, 4))
    for t in range(5):
        i, f, g, o = np.split(x[t] @ W_ih.T + b_ih + h @ W_hh.T + b_hh, 4, axis=1)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * np.tanh(c)
        need(np.allclose(trace.h[t + 1], h), "with your weights an `LSTM` gives other "
             f"states than PyTorch's formula, from step {t} on")


def carried(order=(3, 0, 1, 2), turn=np.transpose, bias=np.add, bias_order=None):
    """Make a conversion, right or with a fault."""
    def convert(weight_ih, weight_hh, bias_ih, bias_hh):
        def ours(W, blocks=order):
            parts = np.split(W, 4)
            return turn(np.concatenate([parts[k] for k in blocks]))
        return {"Wxh": ours(weight_ih), "Whh": ours(weight_hh),
                "bh": ours(bias(bias_ih, bias_hh), bias_order or order)}
    return convert


def reshaped(W):
    """Give the shape of the transpose, and not the transpose."""
    return W.reshape(W.shape[::-1])


@exercise(
    cases=torch_lstm_cases,
    properties=[runs_as_in_torch],
    mistakes=[
        (carried(order=range(4)), "The gates still stand in PyTorch's order, i, f, g, "
         "o. Ours is o, i, f, g."),
        (carried(order=(1, 2, 3, 0)), "This is the order of the other direction, from "
         "ours to PyTorch's. Ours begins with o, which is the last in PyTorch."),
        (carried(order=(3, 0, 2, 1)), "f and g have changed places: ours is o, i, f, "
         "g."),
        (carried(bias_order=range(4)), "The weights are right. The gates of the bias "
         "must change places, too."),
        (carried(turn=lambda W: W), "PyTorch's blocks are rows. Ours are columns: "
         "transpose."),
        (carried(turn=reshaped), "`reshape` gives the right shape and mixes the "
         "numbers up. Transpose: `.T`."),
        (carried(bias=lambda a, b: a), "There are two biases, and PyTorch adds both. "
         "bias_hh is lost."),
        (carried(bias=lambda a, b: b), "There are two biases, and PyTorch adds both. "
         "bias_ih is lost."),
        (carried(bias=lambda a, b: (a + b) / 2), "The two biases are added up, not "
         "averaged."),
    ],
    hints=[
        "Take weight_ih apart into four blocks of H rows: `np.split(weight_ih, 4)` "
        "gives them in the order i, f, g, o.",
        "Put them together as o, i, f, g, and then turn rows into columns.",
        "The bias is one row of numbers: the sum of the two, blocks moved in the same "
        "way. `.T` leaves it as it is.",
    ],
)
def from_torch_lstm(weight_ih, weight_hh, bias_ih, bias_hh):
    """Our Wxh, Whh and bh from the weights of PyTorch's LSTM."""
    def ours(W):
        i, f, g, o = np.split(W, 4)            # blocks of H rows
        return np.concatenate([o, i, f, g]).T  # now blocks of H columns
    return {"Wxh": ours(weight_ih), "Whh": ours(weight_hh),
            "bh": ours(bias_ih + bias_hh)}


# ------------------------------------------------------------------- attend_causally
def look_ups(seed=0):
    """Queries, keys and values for every step; an easy case first."""
    cases = [(np.zeros((3, 1)), np.zeros((3, 1)), np.array([[0.0], [6.0], [3.0]]))]
    for T, d, n_v in [(1, 2, 3), (4, 2, 3), (6, 3, 2), (5, 4, 5)]:
        rng = np.random.default_rng([seed, T])
        cases.append(tuple(rng.standard_normal((T, n)) for n in (d, d, n_v)))
    return cases


def no_look_ahead(answer):
    """what comes later changes nothing earlier"""
    q, k, v = look_ups(1)[3]
    before = np.array(answer(q, k, v))
    for t in range(1, len(q)):
        q2, k2, v2 = (part.copy() for part in (q, k, v))
        q2[t:], k2[t:], v2[t:] = 5.0, -4.0, 3.0
        after = np.asarray(answer(q2, k2, v2))
        need(np.allclose(before[:t], after[:t]), f"the results before step {t} change "
             f"when something changes from step {t} on")


def large_scores_are_sure(answer):
    """large scores do not overflow, and no mask is too weak for them"""
    q, k, v = look_ups(2)[3]
    later = v.copy()
    later[3:] += 1.0
    with np.errstate(all="ignore"):
        out = np.asarray(answer(1e4 * q, k, v), float)
        other = np.asarray(answer(1e4 * q, k, later), float)
    need(np.isfinite(out).all(), "with queries 10,000 times as large the result holds "
         "numbers that are not finite. Mask the scores, then leave it to `softmax`")
    need(np.allclose(out[:3], other[:3]), "with queries 10,000 times as large the "
         "future has some weight: there are scores below the one that you mask with. "
         "-inf is below all")


def masked(keep=lambda T: np.tri(T, dtype=bool), fill=-np.inf, scale=np.sqrt, axis=-1):
    """Make a look-up with a mask, right or with a fault."""
    def look_up(q, k, v):
        scores = q @ k.T / scale(k.shape[1])
        scores = np.where(keep(len(k)), scores, fill)
        weights = softmax(scores if axis == -1 else scores.T)
        return (weights if axis == -1 else weights.T) @ v
    return look_up


def cut_after_softmax(q, k, v):
    """Set the weights of the future to 0, and leave the others as they are."""
    return (softmax(q @ k.T / np.sqrt(k.shape[1])) * np.tri(len(k))) @ v


@exercise(
    cases=look_ups,
    properties=[no_look_ahead, large_scores_are_sure],
    mistakes=[
        (masked(keep=lambda T: np.ones((T, T), bool)), "Every step looks at all steps, "
         "the future as well."),
        (masked(keep=lambda T: np.tri(T, dtype=bool).T), "The mask is the wrong way "
         "round: step t looks at the steps from t on."),
        (masked(fill=0.0), "A score of 0 does not mean a weight of 0, as e^0 is 1. "
         "What score has the weight 0?"),
        (cut_after_softmax, "The weights of the future are 0 now, but those that are "
         "left no longer sum to 1. Mask the scores, before the softmax."),
        (masked(keep=lambda T: np.tri(T, k=-1, dtype=bool) | np.eye(T, T, dtype=bool)
                * (np.arange(T) == 0)), "A step may look at itself, too."),
        (masked(keep=lambda T: np.tri(T, k=1, dtype=bool)), "Step t looks at step "
         "t + 1 as well: that is one too many."),
        (masked(scale=lambda d: 1), "The scores are not divided by the square root of "
         "the length of a key."),
        (masked(scale=lambda d: d), "Divide the scores by the square root of the "
         "length of a key, not by the length."),
        (masked(axis=0), "The weights of one step, a row, must sum to 1. Yours sum to "
         "1 along the columns."),
    ],
    hints=[
        "As in `attend`, there is a (T, T) table of scores: rows ask, columns are "
        "looked at. Which part of it is the future?",
        "A score of -inf gives a weight of exactly 0. `np.tri(T, dtype=bool)` is True "
        "on the diagonal and below.",
        "`np.where(allowed, scores, -np.inf)`, then `softmax`. A loop over t, with "
        "`attend(q[t:t + 1], k[:t + 1], v[:t + 1])`, will do as well.",
    ],
)
def attend_causally(q, k, v):
    """Soft look-ups of all steps at once; step t sees the steps 0 to t."""
    scores = q @ k.T / np.sqrt(k.shape[1])
    allowed = np.tri(len(k), dtype=bool)            # on and below the diagonal
    return softmax(np.where(allowed, scores, -np.inf)) @ v


# ----------------------------------------------------------------------- attend_back
def blamed_look_ups():
    """Queries, keys, values and blame; as many queries as keys, more, and fewer."""
    cases = []
    for n, T, d, n_v in [(1, 2, 1, 1), (3, 3, 2, 2), (2, 5, 3, 4), (6, 4, 2, 3)]:
        rng = np.random.default_rng([n, T])
        shapes = [(n, d), (T, d), (T, n_v), (n, n_v)]
        cases.append(tuple(rng.standard_normal(shape) for shape in shapes))
    return cases


def agrees_with_the_complex_step(answer):
    """all three agree with the complex step"""
    q, k, v, dout = blamed_look_ups()[2]
    parts = {"q": q, "k": k, "v": v}
    for name, given in zip(parts, answer(q, k, v, dout), strict=True):
        W = parts[name]
        need(np.shape(given) == W.shape, f"d{name} has the shape {np.shape(given)}, "
             f"and {name} has {W.shape}")
        for place in np.ndindex(W.shape):
            nudged = {key: part.astype(complex) for key, part in parts.items()}
            nudged[name][place] += 1e-100j
            scores = nudged["q"] @ nudged["k"].T / np.sqrt(k.shape[1])
            exact = (dout * (softmax(scores) @ nudged["v"])).sum().imag / 1e-100
            need(abs(given[place] - exact) < 1e-8, f"d{name}{list(place)} is "
                 f"{given[place]:.6g}, and the complex step gives {exact:.6g}")


def blamed(slope="whole", scale=np.sqrt, swap=False, weigh=True, axis=-1, forget=False):
    """Make a backward pass of the look-up, right or with a fault."""
    def back(q, k, v, dout):
        root = scale(k.shape[1])
        weights = softmax(q @ k.T / np.sqrt(k.shape[1]))
        dweights = dout @ v.T
        mean = (weights * dweights).sum(axis=axis, keepdims=True)
        dscores = {"whole": weights * (dweights - mean), "none": dweights,
                   "diagonal": weights * (1 - weights) * dweights,
                   "first": weights * dweights,
                   "plain": weights * (dweights - dweights.mean(1, keepdims=True)),
                   "second": dweights - mean}[slope] / root
        dq, dk = dscores @ k, dscores.T @ q * (root if forget else 1)
        dv = weights.T @ dout if weigh else softmax(k @ q.T) @ dout
        return (dk, dq, dv) if swap else (dq, dk, dv)
    return back


@exercise(
    cases=blamed_look_ups,
    properties=[agrees_with_the_complex_step],
    mistakes=[
        (blamed(slope="none"), "The blame goes past the softmax as if its slope were "
         "1."),
        (blamed(slope="diagonal"), "w (1 - w) is the slope of each weight along its "
         "own score. But a score moves the other weights of its row, too."),
        (blamed(slope="first"), "One half of the softmax's slope is missing: as the "
         "weights of a row sum to 1, its mean blame is taken off."),
        (blamed(slope="second"), "After the mean is taken off, each part is still to "
         "be multiplied by its weight."),
        (blamed(slope="plain"), "The mean that is taken off is a weighted one: the sum "
         "of weights * dweights over the row."),
        (blamed(axis=0), "The mean is taken along each row, over the keys: axis=-1, "
         "with keepdims=True."),
        (blamed(scale=lambda d: 1), "On the way there the scores were divided by the "
         "square root of d. So is the blame on the way back."),
        (blamed(scale=lambda d: d), "The scores were divided by the square root of d, "
         "not by d."),
        (blamed(forget=True), "dq is divided by the square root of d, and dk is not."),
        (blamed(swap=True), "dq and dk have changed places."),
        (blamed(weigh=False), "v is mixed by the weights, (n, T); its blame comes back "
         "through their transpose: weights.T @ dout."),
    ],
    hints=[
        "out = weights @ v is a matrix product. So dv = weights.T @ dout, and dweights "
        "= dout @ v.T.",
        "Through the softmax, row by row: dscores = weights * (dweights - m), where m "
        "is the sum of weights * dweights over the row.",
        "scores = q @ k.T / root. So dq = dscores @ k / root. And dk?",
    ],
)
def attend_back(q, k, v, dout):
    """The blame of q, k and v, from the blame of a look-up's result."""
    root = np.sqrt(k.shape[1])
    weights = softmax(q @ k.T / root)
    dv = weights.T @ dout
    dweights = dout @ v.T
    mean = (weights * dweights).sum(axis=1, keepdims=True)
    dscores = weights * (dweights - mean)      # the slope of the softmax
    return dscores @ k / root, dscores.T @ q / root, dv
