"""Recurrent networks by hand: everything the course computes, in NumPy alone.

Time comes first, then the batch, then the features, and vectors are rows:

    x    (T, B, n_in)          inputs: numbers, or (T, B) integer tokens
    h    (T + 1, B, n_hidden)  hidden states; h[0] is the start state
    y    (T, B, n_out)         outputs before any squashing (logits)
    dX   the shape of X        always d loss / d X

    h[t+1] = f(x[t] @ Wxh + h[t] @ Whh + bh)
    y[t]   = h[t+1] @ Why + by

Parameters and gradients are dicts with the same keys. Read on in the order of the
lessons. What starts with `_` checks arguments or saves time: skip it at first.
"""

import copy
import functools
import json
import math
import operator
import os
from collections import namedtuple
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate, count, islice
from pathlib import Path
from types import SimpleNamespace

import numpy as np


# ------------------------------------------------------------------ activations
def sigmoid(x, out=None) -> np.ndarray:
    """Squash every number into (0, 1): 1 / (1 + e^-x), without overflow.
    - x: number or array of any shape, real or complex;  out: where to write, or None"""
    x = _floats(x)
    e = np.exp(np.where(x.real > 0, -x, x))  # at most 1 in size: no overflow
    return np.divide(np.where(x.real > 0, 1, e), 1 + e, out=out)

def softmax(y) -> np.ndarray:
    """Turn logits, of shape (..., n), into probabilities: the last axis sums to 1."""
    y = _floats(y)
    with np.errstate(over="ignore"):  # e^-inf = 0 is right for logits 1e308 apart
        e = np.exp(y - y.real.max(axis=-1, keepdims=True))  # at most 1: no overflow
    return e / e.sum(axis=-1, keepdims=True)

# name: (the function, its derivative told from its output h)
ACTIVATIONS = {
    "tanh": (np.tanh, lambda h, out: np.subtract(1, np.multiply(h, h, out), out)),
    "sigmoid": (sigmoid, lambda h, out: np.multiply(h, 1 - h, out)),
    "relu": (lambda z, out: np.multiply(z, z.real > 0, out),
             lambda h, out: np.greater(h.real, 0, out)),
}
# ----------------------------------------------------------------------- losses
# Each takes outputs y, (T, B, n_out), is summed over time and averaged over the
# batch, and returns (loss, dy). A target of another shape is a ValueError.
def squared_error(y, target) -> tuple[float, np.ndarray]:
    """Half the squared distance, 1/2 sum (y - target)^2; target: (T, B, n_out)."""
    y, target = _outputs(y), _floats(_shaped("the target", target, np.shape(y)))
    error = y - target
    return 0.5 * (error * error).sum().item() / y.shape[1], error / y.shape[1]

def sigmoid_squared_error(y, target) -> tuple[float, np.ndarray]:
    """Half the squared distance of p = sigmoid(y); target: (T, B, n_out), 0 to 1."""
    p = sigmoid(y)
    loss, dp = squared_error(p, target)
    return loss, dp * p * (1 - p)

def sigmoid_cross_entropy(y, target) -> tuple[float, np.ndarray]:
    """Cross entropy in nats of P(1) = sigmoid(y); target: (T, B, n_out), 0 to 1."""
    y, target = _outputs(y), _floats(_shaped("the target", target, np.shape(y)))
    e = np.exp(np.where(y.real > 0, -y, y))  # as in sigmoid
    softplus = y * (y.real > 0) + np.log1p(e)  # log(1 + e^y), without overflow
    loss = (softplus - target * y).sum().item() / y.shape[1]
    return loss, (sigmoid(y) - target) / y.shape[1]

def softmax_cross_entropy(y, target_ids) -> tuple[float, np.ndarray]:
    """Cross entropy in nats of the right symbols under softmax(y).
    - target_ids: integers from 0 to n_out - 1, of shape (T, B)"""
    rows = _rows(_outputs(y))  # (T * B, n_out)
    ids = _tokens("the target ids", target_ids, rows.shape[1], np.shape(y)[:-1])
    right = np.arange(0, rows.size, rows.shape[1]) + ids.ravel()  # their flat places
    top = rows.real.max(axis=1)
    dy = rows - top[:, None]  # as in softmax
    total = np.exp(dy, out=dy).sum(axis=1)
    loss = (np.log(total) + (top - rows.ravel()[right])).sum()  # sum of -log p[right]
    dy *= 1 / (total * ids.shape[1])[:, None]  # softmax(y) / B
    dy.ravel()[right] -= 1 / ids.shape[1]
    return loss.item() / ids.shape[1], dy.reshape(np.shape(y))
# ------------------------------ parameters and gradients: dicts of named arrays
class Arrays(dict):
    """A dict of arrays, copied from a dict, side by side in one vector, `flat`: so that
    optimisers and clipping can do one pass over all of them."""
    def __init__(self, arrays: dict[str, np.ndarray], dtype=None):
        ends = [*accumulate(array.size for array in arrays.values())]
        self.flat = _empty((ends[-1],), dtype or np.result_type(*arrays.values()))
        for (name, array), end in zip(arrays.items(), ends, strict=True):
            self[name] = self.flat[end - array.size : end].reshape(array.shape)
            self[name][:] = array
        self.parts = [*self.values()]
    def is_whole(self) -> bool:  # or was an array replaced by another?
        return all(map(operator.is_, (*self.values(), 0), (*self.parts, 0)))
    def __reduce__(self):  # so that a deep copy lies side by side, too
        return Arrays, (dict(self),)

def _like(arrays: dict, fill: float = 0.0) -> Arrays:
    return Arrays({name: np.full_like(array, fill) for name, array in arrays.items()})

def _together(params: dict, *others: dict) -> list[tuple]:
    """The arrays of several dicts side by side: all in one piece, or name by name."""
    names, dicts = [*params], (params, *others)
    if all(type(d) is Arrays and [*d] == names and d.is_whole() for d in dicts):
        return [tuple(arrays.flat for arrays in dicts)]
    _need(all({*d} == {*names} for d in dicts), f"{[*map(list, dicts)]} do not fit")
    return [tuple(_shaped(name, arrays[name], params[name].shape) for arrays in dicts)
            for name in names]

def _empty(shape: tuple, dtype) -> np.ndarray:
    """Make an array that starts on a cache line: adding two takes half the time."""
    n_bytes = math.prod(shape) * np.dtype(dtype).itemsize
    raw = np.empty(n_bytes + 64, np.uint8)
    start = -raw.ctypes.data % 64
    return raw[start : start + n_bytes].view(dtype).reshape(shape)

_room, _eye = functools.cache(_empty), functools.cache(np.eye)  # made once a shape
# -------------------------------------------------------- the recurrent network
class Trace:
    """What a backward pass needs of its forward pass, and room to work in.
    - x: inputs, as in `forward`;  h: states, (T + 1, B, n_hidden);  y: (T, B, n_out)"""
    def __init__(self, T: int, B: int, n_hidden: int, n_out: int, dtype):
        self.h = _empty((T + 1, B, n_hidden), dtype)
        self.y = _empty((T, B, n_out), dtype)
        self.a = _empty((T, B, n_hidden), dtype)  # room for a, then for dz
        self.slope = _empty((T, B, n_hidden), dtype)  # room for f'
        self.start, self.state = self.h[0], self.h[-1]  # (B, n_hidden) each
        self.upwards = _each_step(self.a, self.h[:-1], self.h[1:])
        self.downwards = _each_step(self.a, self.slope)[::-1]
    def __reduce__(self):  # its steps would be left behind
        raise TypeError("a trace cannot be copied: run forward again for a second one")

def _each_step(*arrays) -> list[tuple]:  # in time; a batch of one as vectors: faster
    arrays = (s.squeeze(-2) if s.shape[-2] == 1 else s for s in arrays)
    return list(zip(*arrays, strict=True))

class Recurrent:
    """What RNN, LSTM and GRU share: their sizes and the drawing of their weights.
    - n_in: numbers in one input, or different tokens;  n_hidden, n_out: units
    - activation: "tanh", "sigmoid" or "relu", of the hidden units
    - bias: whether there are `bh` and `by`;  dtype: float64 or float32
    - rng: seed, NumPy generator or None, for the weights: normal, mean 0, variance
      1 / (units they come from) (LeCun et al., 1998); biases start at 0
    `params` holds Wxh (n_in, n_hidden), Whh (n_hidden, n_hidden), bh (n_hidden,),
    Why (n_hidden, n_out), by (n_out,). TypeError or ValueError for other arguments."""
    gates, n_states, trace = 1, 1, Trace  # blocks of columns in Wxh; arrays in a state

    def __init__(self, n_in: int, n_hidden: int, n_out: int, *, activation="tanh",
                 bias=True, dtype=np.float64, rng=None):
        self.n_in = _size("n_in", n_in)
        self.n_hidden = _size("n_hidden", n_hidden)
        self.n_out = _size("n_out", n_out)
        self.activation = _one_of("activation", activation, [*ACTIVATIONS])
        self.bias = _one_of("bias", bias, [True, False])
        dtype = str(getattr(dtype, "__name__", dtype))  # np.float32, or "float32"
        self.dtype = _one_of("dtype", dtype, ["float64", "float32"])
        n_gates = self.gates * self.n_hidden
        shapes = {"Wxh": (self.n_in, n_gates), "Whh": (self.n_hidden, n_gates),
                  "Why": (self.n_hidden, self.n_out)}
        rng = np.random.default_rng(rng)
        params = {k: rng.standard_normal(s) / s[0] ** 0.5 for k, s in shapes.items()}
        if self.bias:
            params |= {"bh": np.zeros(n_gates), "by": np.zeros(self.n_out)}
        self.params = Arrays(params, self.dtype)

class RNN(Recurrent):
    """The plain recurrent network (Elman, 1990); arguments as in `Recurrent`."""
    def forward(self, x, state=None, out: Trace | None = None):
        """Run through T time steps.
        - x: inputs, (T, B, n_in) numbers or (T, B) integer tokens, T and B >= 1
        - state: the hidden state to start from, (B, n_hidden), or None for zeros
        - out: a trace that is no longer needed, to overwrite
        Returns y, the outputs before any squashing, (T, B, n_out), and the trace for
        `backward`. TypeError or ValueError for another kind or shape of x or state."""
        p = self.params
        Wxh, Whh, Why = p["Wxh"], p["Whh"], p["Why"]
        f, _ = ACTIVATIONS[self.activation]
        trace = _prepared(self, x, state, out)
        a, h, y = trace.a, trace.h, trace.y
        _project(trace.x, Wxh, out=a)  # a = x @ Wxh, every time step at once
        if self.bias:
            a += p["bh"]
        for a_t, h_t, h_next in trace.upwards:
            a_t += h_t.dot(Whh)
            f(a_t, h_next)
        np.dot(_rows(h[1:]), Why, out=_rows(y))
        if self.bias:
            y += p["by"]
        return y, trace

    def backward(self, trace: Trace, dy, out: dict | None = None):
        """Send the blame back through the same time steps (BPTT, Werbos 1990).
        - trace: from `forward`;  dy: gradient of the outputs, (T, B, n_out)
        - out: gradients that are no longer needed, to overwrite
        Returns the gradients, a dict like `params`, and dstate, the gradient of the
        start state, (B, n_hidden). ValueError for a dy of another shape."""
        Whh, Why = self.params["Whh"], self.params["Why"]
        _, derivative = ACTIVATIONS[self.activation]
        h, dz = trace.h, trace.a
        dy = _rows(_floats(_shaped("dy", dy, trace.y.shape), h.dtype))
        grads = _like(self.params) if out is None else out
        derivative(h[1:], out=trace.slope)
        np.dot(dy, Why.T, out=_rows(dz))  # dh, from the outputs
        back = Whh.T if len(dz[0]) == 1 else Whh.T.copy()  # pays from two rows on
        dh_next = 0.0  # dh, from the future: there is none after the last step
        for dz_t, slope_t in trace.downwards:
            dz_t += dh_next
            dz_t *= slope_t
            dh_next = dz_t.dot(back)
        dz = _rows(dz)
        _project_back(trace.x, dz, out=grads["Wxh"])  # x.T @ dz
        np.dot(_rows(h[:-1]).T, dz, out=grads["Whh"])
        np.dot(_rows(h[1:]).T, dy, out=grads["Why"])
        if self.bias:
            dz.sum(axis=0, out=grads["bh"])
            dy.sum(axis=0, out=grads["by"])
        return grads, dh_next.reshape(h[0].shape)

def _prepared(model: Recurrent, x, state, out: Trace | None) -> Trace:
    """Check the inputs and the start state, and find room for the pass."""
    dtype, x = model.params["Wxh"].dtype, np.asarray(x)
    if x.ndim == 2 and x.size:
        x = _tokens("the input tokens", x, model.n_in)
    elif x.ndim != 3 or not x.size or x.shape[2] != model.n_in:
        raise ValueError(f"the inputs have shape {x.shape}: give numbers (T, B, "
                         f"{model.n_in}) or tokens (T, B), with T and B of 1 or more")
    T, B = x.shape[:2]
    if out is None or out.y.shape != (T, B, model.n_out) or out.y.dtype != dtype:
        out = model.trace(T, B, model.n_hidden, model.n_out, dtype)
    out.x = x if x.ndim == 2 else _floats(x, dtype)
    h = out.start
    h[:] = 0 if state is None else _floats(_shaped("the state", state, h.shape), dtype)
    return out

def _project(x: np.ndarray, W: np.ndarray, out: np.ndarray) -> None:
    if x.ndim == 2:
        W.take(x, axis=0, out=out, mode="clip")  # a token is a row of W
    else:
        np.dot(_rows(x), W, out=_rows(out))

def _project_back(x: np.ndarray, dz: np.ndarray, out: np.ndarray) -> None:
    if x.ndim == 2:  # one-hot rows: many times faster here than np.add.at
        x = _eye(len(out), dtype=dz.dtype).take(x, axis=0)
    np.dot(_rows(x).T, dz, out=out)

def _rows(a: np.ndarray) -> np.ndarray:
    """(T, B, n) -> (T * B, n): all time steps as the rows of one matrix product."""
    return a.reshape(-1, a.shape[-1])

def gradient_check(model: Recurrent, x, target, loss: Callable, state=None) -> dict:
    """Compare `backward` with the complex step for every parameter and the state.
    The derivative along a number w is Im loss(w + ih) / h, exact to rounding for
    h = 1e-100 (Squire and Trapp, 1998). A copy of the model does it, in float64.
    - x, state: as in `forward`;  target, loss: as in loss(y, target)
    Returns {name: largest relative error}, also of "state". Entries below 1e-3 of their
    array's largest, or below 1e-6 of the largest of all, are measured against that."""
    twin, h, errors = copy.copy(model), 1e-100, {}
    twin.params = {name: W.astype(np.float64) for name, W in model.params.items()}
    y, trace = twin.forward(x, state)
    grads, dstate = twin.backward(trace, loss(y, target)[1])
    grads = {**grads, "state": dstate}
    least = 1e-6 * max(abs(g).max() for g in grads.values()) or 1  # or 1: all are 0
    twin.params = {name: W.astype(np.complex128) for name, W in model.params.items()}
    start = np.zeros(dstate.shape, complex) + (0 if state is None else state)
    for name, W in {**twin.params, "state": start}.items():
        exact = np.empty(W.shape)
        for place in np.ndindex(W.shape):
            W[place] += 1j * h
            exact[place] = loss(twin.forward(x, start)[0], target)[0].imag / h
            W[place] = W[place].real
        size = np.maximum(abs(exact), abs(grads[name]))
        size = np.maximum(size, max(1e-3 * size.max(), least))
        errors[name] = (abs(exact - grads[name]) / size).max().item()
    return errors
# ------------ a network that adds: binary numbers, least significant bit first
def binary_addition(a, b, n_bits: int) -> tuple[np.ndarray, np.ndarray]:
    """Write sums a + b in bits, column by column from the right, as on paper.
    - a, b: whole numbers of 0 or more, or sequences of B of them, of any size
    - n_bits: 1 to 1,024 columns; every a + b must fit
    Returns x (n_bits, B, 2), the bits of a and b, and target (n_bits, B, 1), those of
    a + b, least significant first. TypeError or ValueError for other numbers."""
    n_bits = _size("n_bits", n_bits, high=1024)
    a, b = (np.asarray(numbers, object).ravel() for numbers in (a, b))
    a, b = ([_size("a number", n, 0, math.inf) for n in numbers] for numbers in (a, b))
    _need(len(a) == len(b) > 0, f"a has {len(a)} numbers and b {len(b)}: give pairs")
    sums = [i + j for i, j in zip(a, b, strict=True)]
    most = sums.index(max(sums))
    _need(not max(sums) >> n_bits, f"{a[most]} + {b[most]} does not fit into {n_bits} "
          f"bits: give numbers whose sum is below {2**n_bits}, or more bits")
    x = np.stack([_int_to_bits(a, n_bits), _int_to_bits(b, n_bits)], axis=-1)
    return x, _int_to_bits(sums, n_bits)[..., None]

def bits_to_int(bits) -> int | list[int]:
    """Read bits, least significant first, as whole numbers of any size.
    - bits: zeros and ones of shape (T,), (T, B) or (T, B, 1), else ValueError
    Returns one int for (T,), a list of B for the others."""
    bits = np.asarray(bits)
    _need(bits.size and bits.ndim in (1, 2, 3) and bits.shape[2:] in ((), (1,)),
          f"the bits have shape {bits.shape}: give (T,), (T, B) or (T, B, 1)")
    wrong = bits[(bits != 0) & (bits != 1)]
    _need(not wrong.size, f"the bits hold {wrong[:1]}: give 0 and 1, such as y > 0")
    columns = bits.reshape(len(bits), -1).astype(np.uint8)
    packed = np.packbits(columns, axis=0, bitorder="little").T
    values = [int.from_bytes(column.tobytes(), "little") for column in packed]
    return values[0] if bits.ndim == 1 else values

def count_right_sums(model: Recurrent, n_bits: int = 8) -> int:
    """Count the sums with every bit right, of all pairs of numbers of n_bits - 1 bits.
    - model: 2 inputs and 1 output, which says 1 where its logit is above 0
    - n_bits: 2 to 11; for 8 there are 128 * 128 = 16,384 pairs"""
    n = 2 ** (_size("n_bits", n_bits, low=2, high=11) - 1)
    x, target = binary_addition(*np.indices((n, n)).reshape(2, -1), n_bits)
    y = _shaped("the output", model.forward(x)[0], target.shape)
    return int(((y > 0) == target).all(axis=(0, 2)).sum())

def _int_to_bits(values: list[int], n_bits: int) -> np.ndarray:  # -> (n_bits, B)
    n_bytes = -(-n_bits // 8)
    raw = b"".join(value.to_bytes(n_bytes, "little") for value in values)
    raw = np.frombuffer(raw, np.uint8).reshape(-1, n_bytes)
    return np.unpackbits(raw, axis=1, count=n_bits, bitorder="little").T.astype(float)
# ------------------------------------------------------ clipping and optimisers
def clip_by_value(grads: dict, limit: float) -> dict:
    """Cut the gradients to between -limit and limit, above 0, in place; return them."""
    limit = _number("the clip limit", limit)
    for (g,) in _together(grads):
        g.clip(-limit, limit, out=g)
    return grads

def clip_by_norm(grads: dict, limit: float) -> dict:
    """Shorten the gradients to `limit`, in place; return them (Pascanu et al. 2013)."""
    limit = _number("the clip limit", limit)
    norm = math.sqrt(sum(g.ravel().dot(g.ravel()) for (g,) in _together(grads)))
    for (g,) in _together(grads):
        g *= min(1.0, limit / (norm or 1.0))
    return grads

class Optimizer:
    """What the optimisers share: `step(params, grads)` moves the parameters in place.
    A subclass hands up its settings, how many `memories` of the parameters' shape it
    keeps from step to step, and in `update(p, g, *memories)` says what it does."""
    def __init__(self, memories: int, lr: float, first=0.0, **settings):
        self.lr, self.n_steps, self.memory = _number("lr", lr), 0, []
        self.memories, self.first = memories, first
        for name, value in settings.items():
            setattr(self, name, _number(name, value, high=1, zero=True))

    def step(self, params: dict, grads: dict) -> None:
        """Move the parameters by one update.
        - params, grads: dicts of arrays, the same keys and shapes at every step
        ValueError if they differ, or if `lr` is no longer above 0."""
        _number("lr", self.lr)
        if self.n_steps == 0:
            self.memory = [_like(params, self.first) for _ in range(self.memories)]
        pieces = _together(params, grads, *self.memory)
        self.n_steps += 1
        for arrays in pieces:
            self.update(*arrays)

class SGD(Optimizer):
    """Stochastic gradient descent (Robbins and Monro, 1951)."""
    def __init__(self, lr: float = 0.1):
        super().__init__(0, lr)
    def update(self, p, g):
        p -= self.lr * g

class Momentum(Optimizer):
    """Gradient descent with a velocity v, of which `momentum` stays (Polyak, 1964)."""
    def __init__(self, lr: float = 0.1, momentum: float = 0.9):
        super().__init__(1, lr, momentum=momentum)
    def update(self, p, g, v):
        v *= self.momentum
        v -= self.lr * g
        p += v

class Adagrad(Optimizer):
    """Steps that shrink as squared gradients add up in m (Duchi et al., 2011)."""
    def __init__(self, lr: float = 0.1):
        super().__init__(1, lr, first=1e-8)  # not 0: m is divided by
    def update(self, p, g, m):  # m += g * g;  p -= lr * g / sqrt(m)
        w = _room(g.shape, g.dtype)
        m += np.multiply(g, g, out=w)
        np.divide(g, np.sqrt(m, out=w), out=w)
        p -= np.multiply(w, self.lr, out=w)

class RMSprop(Optimizer):
    """Adagrad with a mean m that forgets (Tieleman and Hinton, 2012)."""
    def __init__(self, lr: float = 0.001, decay: float = 0.9):
        super().__init__(1, lr, decay=decay)
    def update(self, p, g, m):
        m += (1 - self.decay) * (g * g - m)
        p -= self.lr * g / (np.sqrt(m) + 1e-8)

class Adam(Optimizer):
    """Means m of g and v of g^2, corrected for their start at 0 (Kingma, Ba, 2015)."""
    def __init__(self, lr: float = 0.001, beta1: float = 0.9, beta2: float = 0.999):
        super().__init__(2, lr, beta1=beta1, beta2=beta2)
    def update(self, p, g, m, v):
        m += (1 - self.beta1) * (g - m)
        v += (1 - self.beta2) * (g * g - v)
        m_now = m / (1 - self.beta1**self.n_steps)
        p -= self.lr * m_now / (np.sqrt(v / (1 - self.beta2**self.n_steps)) + 1e-8)
# ------------------------------------------------------------------------- text
DATA = Path(__file__).resolve().parent / "data"
PUBLIC_TEXTS = {  # name: (where below raw.githubusercontent.com, sha256)
    "kafka": ("llSourcell/recurrent_neural_network/master/kafka.txt",
              "836497d1e5a47b1744e68da78822e8af19ddadc565e3a09fde348f300e14ec78"),
    "tinyshakespeare": ("karpathy/char-rnn/master/data/tinyshakespeare/input.txt",
              "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed"),
}

def load_text(name_or_path) -> str:
    """Read a text: a shipped or public one by name, or any UTF-8 file by its path.
    The shipped ones are in data/; those of `PUBLIC_TEXTS` are fetched once, by pooch.
    ValueError if there is no such text, if it is empty or if it is not UTF-8."""
    path, name = Path(name_or_path), str(name_or_path)
    known = sorted({p.stem for p in DATA.glob("*.txt")} | {*PUBLIC_TEXTS})
    if not os.path.exists(path) and name in known:
        path = DATA / f"{name}.txt"
        path = path if path.exists() else _fetch(name, *PUBLIC_TEXTS[name])
    folder = path if os.path.isdir(path) else path.absolute().parent
    files = sorted(os.listdir(folder))[:30] if os.path.isdir(folder) else []
    _need(os.path.isfile(path), f"{name!r:.60} is no text file: known by name are "
          f"{known}, and the folder {str(folder)!r:.200} holds {files}")
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise ValueError(f"{path} is not UTF-8: byte {error.start} (line {line}) is "
                         f"0x{raw[error.start]:02x}; save it as UTF-8") from None
    _need(text, f"the text {path} is empty: choose one with two or more characters")
    return text

def _fetch(name: str, place: str, sha256: str) -> Path:
    address = f"https://raw.githubusercontent.com/{place}"
    try:
        import pooch  # the one place that needs more than NumPy
        cache = pooch.os_cache("recurrent-networks-by-hand")
        return Path(pooch.retrieve(address, sha256, f"{name}.txt", cache))
    except Exception as error:  # no pooch, no network, no such page, another file
        raise ValueError(f"the text {name!r} could not be fetched ({error}): save "
                         f"{address} as {DATA / name}.txt") from error

class Vocabulary:
    """The symbols of a text in sorted order; a symbol's token is its place there.
    - symbols: a text of two or more different characters, else ValueError"""
    def __init__(self, symbols: str):
        _need(isinstance(symbols, str) and len({*symbols}) > 1, f"the text is "
              f"{symbols!r:.60}: give a str with two or more different characters")
        self.symbols = "".join(sorted({*symbols}))

    @classmethod
    def from_text(cls, text: str) -> "Vocabulary":
        """Collect the different characters of a text."""
        return cls(text)

    def __len__(self) -> int:
        return len(self.symbols)

    def encode(self, text: str) -> np.ndarray:
        """Turn a text into tokens, (len(text),); ValueError for an unknown symbol."""
        place = {symbol: i for i, symbol in enumerate(self.symbols)}
        for i in (i for i, symbol in enumerate(text) if symbol not in place):
            raise ValueError(f"the text has {[*text][i]!r} (position {i}), but this "
                f"vocabulary knows {len(self)} characters, {self.symbols!r}; build one "
                "with Vocabulary.from_text(...)")
        return np.array([place[symbol] for symbol in text], int)

    def decode(self, ids) -> str:
        """Turn tokens, integers of shape (n,), back into a text of n characters."""
        ids = np.asarray(ids, None if len(ids) else int)
        ids = _tokens("the tokens", ids, len(self), (len(ids),))
        return "".join(self.symbols[i] for i in ids)

def split_text(text: Sequence, held_out: float = 0.1) -> tuple[Sequence, Sequence]:
    """Cut a text, or its tokens, into a part to learn from and a held-out end.
    - held_out: the fraction to keep for testing; ValueError if a part would be empty"""
    cut = int(len(text) * (1 - _number("held_out", held_out, high=1)))
    _need(0 < cut < len(text), f"{len(text)} characters are too few to split")
    return text[:cut], text[cut:]

def bits_per_character(model: Recurrent, ids) -> float:
    """Measure what each next character costs the model on average, in bits.
    - model: tokens in, tokens out;  ids: a text's tokens, (n,), n of 2 or more
    A uniform guess costs log2(n_out). The state is carried through the text."""
    _need_no_foresight(model)
    ids, total, state = _text_tokens(ids, 2), 0.0, None
    for start in range(0, len(ids) - 1, 1000):
        window = ids[start : start + 1001, None]
        y, trace = model.forward(window[:-1], state)
        total += softmax_cross_entropy(y, window[1:])[0]
        state = trace.state
    return total / (len(ids) - 1) / math.log(2)

def text_batches(ids, window=25, n_streams=1, start=0) -> Iterator[tuple]:
    """Yield windows of a text for ever, read by B streams side by side.
    Each reads its own stretch and carries its state on until it begins anew, with 0.
    - ids: tokens, (n,);  window: characters, T;  n_streams: B;  start: windows to skip
    Yields (x, target, carry): tokens (T, B), the next ones, and whether this window
    goes on from the last. ValueError for a text shorter than one window."""
    T, B = _size("window", window), _size("n_streams", n_streams)
    steps = count(_size("start", start, low=0))
    length = (len(ids := _text_tokens(ids, T * B + 1)) - 1) // B
    x, target = (np.ascontiguousarray(part[: B * length].reshape(B, length).T)
                 for part in (ids, ids[1:]))  # (length, B)
    return ((x[i : i + T], target[i : i + T], i > 0)
            for i in (step % (length // T) * T for step in steps))
# ------------------------------------------------------- training and sampling
class Progress(namedtuple("Progress", "step loss smooth_loss state")):
    """Where training stands: updates made, the last one's loss before it, the mean of
    all losses (0.999 of it + 0.001 of the next), the last state, (B, n_hidden)."""

def train(model: Recurrent, batches: Iterable, loss: Callable, optimizer: Optimizer,
          clip=None, start: Progress | None = None) -> Iterator[Progress]:
    """Train step by step; whoever asks for the next step decides when to stop.
    - batches: an iterable of (x, target) or (x, target, carry), see `text_batches`
    - loss: one of the losses;  start: the Progress to carry on from
    - clip: a limit for `clip_by_value`, a function of the gradients, or None
    Yields one Progress a step. FloatingPointError, with the parameters as they were
    before the step, when the loss or its gradient is no longer finite."""
    step, value, smooth_loss, state = start or (0, math.nan, None, None)
    trace = grads = None  # each step overwrites those of the last
    for x, target, *carry in batches:
        last = value
        with np.errstate(over="ignore", invalid="ignore"):
            y, trace = model.forward(x, state if any(carry) else None, out=trace)
            value, dy = loss(y, target)
            grads, dstate = model.backward(trace, dy, out=grads)
        if not math.isfinite(value) or not math.isfinite(dstate.sum()):
            raise FloatingPointError(
                f"in step {step + 1} the loss, {value:g}, or a gradient is not finite. "
                f"The last good loss was {last:g}; the parameters are those it left. "
                f"Try a learning rate below {optimizer.lr:g}, or a clip")
        if clip is not None:
            clip(grads) if callable(clip) else clip_by_value(grads, clip)
        optimizer.step(model.params, grads)
        step, state = step + 1, trace.state.copy()
        smooth_loss = 0.999 * (smooth_loss if step > 1 else value) + 0.001 * value
        yield Progress(step, value, smooth_loss, state)

def sample(model: Recurrent, vocabulary: Vocabulary, prime: str | Sequence[str],
           length: int, temperature=1.0, rng=None, state=None) -> str | list[str]:
    """Let the model write on, one character drawn after the other.
    - prime: a text of 1 or more characters to read first, or several, for streams
    - length: characters to write;  rng: seed, NumPy generator or None;  state: first h
    - temperature: above 1 bolder, below 1 safer, 0 always the likeliest
    Returns what comes after the prime, a str or a list. ValueError if it is empty."""
    _need_no_foresight(model)
    temperature = _number("temperature", temperature, zero=True)
    temperature = temperature and min(max(temperature, 1e-9), 1e9)  # no overflow
    length, rng = _size("length", length, low=0), np.random.default_rng(rng)
    primes = [prime] if isinstance(prime, str) else list(prime)
    _need(primes and all(primes), f"the prime is {prime!r}: give 1 or more characters")
    read = [model.forward(vocabulary.encode(text)[:, None], state) for text in primes]
    y = np.concatenate([y[-1] for y, _ in read])  # (B, n_out)
    state = np.concatenate([trace.state for _, trace in read], axis=-2)
    ids, trace = np.empty((length, len(primes)), int), None
    alone = type(model) is RNN and len(primes) == 1 and temperature > 0
    if alone:
        ids[:, 0] = _write(model, state[0], temperature, rng.random(length))
    for t, u in enumerate([] if alone else rng.random((length, len(primes), 1))):
        e = np.exp((y - y.max(axis=1, keepdims=True)) / (temperature or 1))
        stairs = e.cumsum(axis=1)  # one stair a symbol, as high as it is likely
        ids[t] = (stairs > u * stairs[:, -1:] if temperature else y).argmax(axis=1)
        y, trace = model.forward(ids[t : t + 1], state, out=trace)
        y, state = y[0], trace.state
    texts = [vocabulary.decode(stream) for stream in ids.T]
    return texts[0] if isinstance(prime, str) else texts

def _write(model: RNN, h: np.ndarray, temperature: float, draws: np.ndarray) -> list:
    """The loop of `sample` for one stream, as fast as it can be: one product a step."""
    p, f, ids = model.params, ACTIVATIONS[model.activation][0], []
    W = np.hstack([p["Why"] / temperature, p["Whh"]])
    b = np.hstack([p["by"] / temperature, p["bh"]]) if model.bias else 0 * W[0]
    W, h1, rows = np.vstack([W, b]), np.append(h, h.dtype.type(1)), list(p["Wxh"])
    (y, a), h = np.split(z := np.empty_like(b), [model.n_out]), h1[:-1]
    for u in draws:
        h1.dot(W, z)  # the 1 at the end of h1 adds the biases
        y -= y[y.argmax()]
        stairs = np.add.accumulate(np.exp(y, y))
        ids.append(stairs.searchsorted(u * stairs[-1], "right"))
        a += rows[ids[-1]]
        f(a, out=h)
    return ids
# ------------------------------------------------ networks with gates: LSTM, GRU
class GatedTrace(Trace):
    """A trace with all gates by name, (T, B, n_hidden), and the cells c of an LSTM.
    `gates` and `slopes` have the gates before the batch, which is faster."""
    def __init__(self, names: str, T: int, B: int, n_hidden: int, n_out: int, dtype):
        super().__init__(T, B, n_hidden, n_out, dtype)
        self.a = _empty((T, B, len(names) * n_hidden), dtype)
        self.blocks = self.a.reshape(T, B, -1, n_hidden).swapaxes(1, 2)  # a, as gates
        self.gates, self.slopes = _empty((2, *self.blocks.shape), dtype)
        vars(self).update(zip(names, self.gates.swapaxes(0, 1), strict=True))
        self.dh, self.inner = _empty((2, T, B, n_hidden), dtype)

class Gated(Recurrent):
    """What LSTM and GRU share. Methods as those of `RNN`, arguments as in `Recurrent`;
    with n_out None there are no Why and by, and y is h itself, from h[1] on."""
    def __init__(self, n_in: int, n_hidden: int, n_out: int | None, **others):
        super().__init__(n_in, n_hidden, n_hidden if n_out is None else n_out, **others)
        if n_out is None:
            self.params = Arrays({k: W for k, W in self.params.items() if k[-1] != "y"})
    def forward(self, x, state=None, out: GatedTrace | None = None):
        p, trace = self.params, _prepared(self, x, state, out)
        _project(trace.x, p["Wxh"], out=trace.a)
        if self.bias:
            trace.a += p["bh"]
        self.steps(trace)
        if "Why" in p:
            np.dot(_rows(trace.h[1:]), p["Why"], out=_rows(trace.y))
        else:
            trace.y[:] = trace.h[1:]
        if "by" in p:
            trace.y += p["by"]
        return trace.y, trace
    def backward(self, trace: GatedTrace, dy, out: dict | None = None):
        p, h, dz = self.params, trace.h, _rows(trace.a)
        dy = _rows(_floats(_shaped("dy", dy, trace.y.shape), h.dtype))
        grads = _like(p) if out is None else out
        if "Why" in p:
            np.dot(dy, p["Why"].T, out=_rows(trace.dh))  # dh, from the outputs
            np.dot(_rows(h[1:]).T, dy, out=grads["Why"])
        else:
            _rows(trace.dh)[:] = dy
        back = p["Whh"].T if len(h[0]) == 1 else p["Whh"].T.copy()  # as in RNN
        dstate = self.steps_back(trace, back, grads)
        _project_back(trace.x, dz, out=grads["Wxh"])
        for name, d in ("bh", dz), ("by", dy):
            if name in p:
                d.sum(axis=0, out=grads[name])
        return grads, dstate.reshape(trace.start.shape)

class LSTM(Gated):
    """Long short-term memory (Hochreiter and Schmidhuber, 1997), with forget gates
    (Gers, Schmidhuber and Cummins, 2000). Columns: four blocks, of o, i, f and g.
        o, i, f = sigmoid(x[t] @ Wxh + h[t] @ Whh + bh),   g = tanh(in the same way)
        c[t+1]  = f * c[t] + i * g
        h[t+1]  = o * tanh(c[t+1])
    A state is (2, B, n_hidden): h, c. Arguments as in `Gated`, activation for tanh, and
    - forget_bias: what f has in `bh` at the start; above 0, cells keep what is there"""
    gates, n_states = 4, 2
    def __init__(self, n_in, n_hidden, n_out, *, forget_bias: float = 1.0, **others):
        super().__init__(n_in, n_hidden, n_out, **others)
        forget_bias = _number("forget_bias", forget_bias, low=-1e300)
        if self.bias:
            self.params["bh"].reshape(4, -1)[2] = forget_bias
    def trace(self, *sizes) -> GatedTrace:
        t = GatedTrace("oifg", *sizes)
        t.h, t.c = h, c = both = _empty((2, *t.h.shape), t.h.dtype)
        t.start, t.state = both[:, 0], both[:, -1]  # (2, B, n_hidden) each
        a, oif, slopes = t.blocks, t.gates[:, :3], t.slopes
        t.upwards = _each_step(t.a, a[:, :3], a[:, 3], oif, t.o, t.i, t.f, t.g,
                               c[:-1], c[1:], h[:-1], h[1:], t.inner)
        t.downwards = _each_step(t.dh, t.slope, slopes[:, 0], slopes[:, 1:],
                                 a[:, 0], a[:, 1:], t.a, t.f)[::-1]
        return t
    def steps(self, trace: GatedTrace) -> None:
        Whh, (tanh, _) = self.params["Whh"], ACTIVATIONS[self.activation]
        half = np.array(0.5, Whh.dtype)
        for a, a_oif, a_g, oif, o, i, f, g, c, c_next, h, h_next, out in trace.upwards:
            a += h.dot(Whh)
            _sigmoid(a_oif, oif, half)
            tanh(a_g, g)
            np.multiply(f, c, c_next)
            c_next += np.multiply(i, g, out)
            tanh(c_next, out)
            np.multiply(o, out, h_next)
    def steps_back(self, trace: GatedTrace, back, grads: dict) -> np.ndarray:
        _, derivative = ACTIVATIONS[self.activation]
        slopes, gates = trace.slopes, trace.gates
        np.subtract(1, gates[:, :3], slopes[:, :3])
        slopes[:, :3] *= gates[:, :3]  # the sigmoid's slope: s (1 - s)
        derivative(trace.g, out=slopes[:, 3])
        for k, factor in enumerate([trace.inner, trace.g, trace.c[:-1], trace.i]):
            slopes[:, k] *= factor  # of each gate: what it is multiplied by
        derivative(trace.inner, out=trace.slope)
        trace.slope *= trace.o
        dh_next = dc_next = 0.0  # from the future: there is none after the last step
        for dh, dc, slope_o, slope_ifg, dz_o, dz_ifg, dz, f in trace.downwards:
            dh += dh_next
            dc *= dh
            dc += dc_next
            np.multiply(slope_o, dh, dz_o)
            np.multiply(slope_ifg, dc, dz_ifg)
            dh_next = dz.dot(back)
            dc_next = np.multiply(dc, f, dc)
        np.dot(_rows(trace.h[:-1]).T, _rows(trace.a), out=grads["Whh"])
        return np.stack([dh_next, dc_next])

class GRU(Gated):
    """Gated recurrent unit (Cho et al., 2014). Columns: three blocks, of r, z and n.
        r, z   = sigmoid(x[t] @ Wxh + h[t] @ Whh + bh)
        n      = tanh(x[t] @ Wxn + bn + r * (h[t] @ Whn + bhn))
        h[t+1] = (1 - z) * n + z * h[t]
    As in PyTorch r comes after the product, so that h[t] @ Whh is one for all; with a
    second bias, `bhn`, (n_hidden,). Arguments as in `Gated`, activation for tanh."""
    gates = 3
    def __init__(self, n_in, n_hidden, n_out, **others):
        super().__init__(n_in, n_hidden, n_out, **others)
        if self.bias:
            self.params = Arrays({**self.params, "bhn": np.zeros(n_hidden)}, self.dtype)
    def trace(self, *sizes) -> GatedTrace:
        t = GatedTrace("rzn", *sizes)
        a_rows, a, h = t.a[..., : 2 * self.n_hidden], t.blocks, t.h
        t.upwards = _each_step(t.a, a_rows, a[:, :2], a[:, 2], t.gates[:, :2], t.r, t.z,
                               t.n, t.inner, h[:-1], h[1:])
        t.downwards = _each_step(t.dh, t.slopes, a, t.a, t.z)[::-1]
        return t
    def steps(self, trace: GatedTrace) -> None:
        Whh, (tanh, _) = self.params["Whh"], ACTIVATIONS[self.activation]
        half, product = np.array(0.5, Whh.dtype), np.empty_like(trace.upwards[0][0])
        to_rz, to_n = np.split(product, [2 * self.n_hidden], axis=-1)
        bhn = self.params["bhn"] if self.bias else 0 * half
        for _, a_rows, a_rz, a_n, rz, r, z, n, inner, h, h_next in trace.upwards:
            h.dot(Whh, product)
            a_rows += to_rz
            _sigmoid(a_rz, rz, half)
            np.add(to_n, bhn, inner)
            np.multiply(r, inner, n)
            n += a_n
            tanh(n, n)
            np.subtract(h, n, h_next)
            h_next *= z
            h_next += n
    def steps_back(self, trace: GatedTrace, back, grads: dict) -> np.ndarray:
        _, derivative = ACTIVATIONS[self.activation]
        n, rz, slope_n = trace.n, trace.gates[:, :2], trace.slope
        slope_r, slope_z, slope_hn = trace.slopes.swapaxes(0, 1)
        np.subtract(1, rz, trace.slopes[:, :2])
        derivative(n, out=slope_n)
        slope_n *= slope_z  # which still is 1 - z: slope_n * dh is dz of n
        trace.slopes[:, :2] *= rz
        slope_r *= trace.inner * slope_n
        slope_z *= np.subtract(trace.h[:-1], n, slope_hn)
        np.multiply(slope_n, trace.r, slope_hn)
        dh_next, kept = 0.0, np.empty_like(trace.downwards[0][0])
        for dh, slopes, dzs, dz, z in trace.downwards:
            dh += dh_next
            np.multiply(slopes, dh, dzs)
            dh_next = dz.dot(back)
            dh_next += np.multiply(z, dh, kept)
        np.dot(_rows(trace.h[:-1]).T, _rows(trace.a), out=grads["Whh"])
        dz_n = trace.blocks[:, 2]  # up to here inside r's bracket, from here outside
        if self.bias:
            dz_n.sum(axis=(0, 1), out=grads["bhn"])
        np.multiply(slope_n, trace.dh, dz_n)
        return dh_next
def _sigmoid(z: np.ndarray, out: np.ndarray, half: np.ndarray) -> None:
    np.tanh(np.multiply(z, half, out), out)  # 1 / (1 + e^-z) = 1/2 + 1/2 tanh(z / 2)
    np.add(np.multiply(out, half, out), half, out)
# ---------------------------- networks made of networks: stacked, read both ways
class Stacked:
    """Networks on top of one another, the lowest first: each reads what the one below
    gives out, h itself for n_out None. `params` has names like "1.Wxh"; a state is (B,
    n_hidden), all of them side by side, of an LSTM h, c. Methods as those of `RNN`.
    - layers: RNN, LSTM, GRU, Bidirectional; copied. ValueError if they do not fit"""
    def __init__(self, layers: Sequence, rows: str = ""):
        kinds = Recurrent if rows else (Recurrent, Stacked)
        _need(len(layers) and all(isinstance(k, kinds) for k in layers), "the layers "
              f"are {layers!r:.99}: give networks, such as GRU(2, 3, 1)")
        self.rows = rows or "".join(getattr(k, "rows", "1") for k in layers)
        nets = [k.parts() if isinstance(k, Stacked) else [(k,)] for k in layers]
        self.layers = copy.deepcopy([net for parts in nets for net, *_ in parts])
        self.n_hidden = sum(net.n_states * net.n_hidden for net in self.layers)
        self.n_in = self.n_out = layers[0].n_in  # n_out: up to here
        for row in self.in_rows(self.layers):
            size, *other = {(net.n_in, net.n_out, "Why" in net.params) for net in row}
            _need(not other and size[0] == self.n_out, f"{self.n_out} numbers go to a "
                  f"layer with n_in, n_out, Why of {size, *other}: that does not fit")
            self.n_out = size[1] if size[2] else size[1] * len(row)
        self.params = Arrays({f"{i}.{name}": W for i, net in enumerate(self.layers, 1)
                              for name, W in vars(net).pop("params").items()})
    def in_rows(self, items: Iterable) -> list[list]:  # those that read the same x
        items = iter(items)
        return [[*islice(items, int(n))] for n in self.rows]
    def parts(self, state=None, grads: dict | None = None) -> list[tuple]:
        """List the networks, each with its part of the parameters, state, gradients."""
        parts, end, shape = [], 0, (*np.shape(state)[:1], self.n_hidden)
        state = state if state is None else _shaped("the state", state, shape)
        for i, net in enumerate(self.layers, 1):
            net, start, end = copy.copy(net), end, end + net.n_states * net.n_hidden
            net.params, own = (
                {k.partition(".")[2]: W for k, W in d.items() if k.startswith(f"{i}.")}
                for d in (self.params, grads or {}))
            h = state if state is None else state[:, start:end]
            h = h if h is None or net.n_states == 1 else np.stack(np.split(h, 2, 1))
            parts.append((net, h, own))
        return parts
    def forward(self, x, state=None, out=None):
        traces = []
        for row in self.in_rows(self.parts(state)):
            ys = []
            for way, (net, h, _) in zip((1, -1), row, strict=False):
                old = out and out.layers[len(traces)]
                y, trace = net.forward(np.atleast_1d(x)[::way], h, old)
                traces.append(trace)
                ys.append(y[::way])
            x = sum(ys[1:], ys[0]) if "Why" in net.params else np.concatenate(ys, 2)
        return x, SimpleNamespace(layers=traces, y=x, state=_beside(
            [trace.state for trace in traces]))
    def backward(self, trace, dy, out: dict | None = None):
        grads, dstates = _like(self.params) if out is None else out, []
        dy = _shaped("dy", dy, trace.y.shape)
        rows = self.in_rows(zip(self.parts(None, grads), trace.layers, strict=True))
        for k, row in reversed([*enumerate(rows)]):
            summed, ends, dxs = "Why" in row[0][0][0].params, [], []
            dys = [dy, dy] if summed else np.split(dy, len(row), axis=2)
            for way, dy, ((net, _, own), its) in zip((1, -1), dys, row, strict=False):
                ends.append(net.backward(its, dy[::way], own)[1])
                dx = k and _rows(its.a).dot(net.params["Wxh"].T).reshape(its.x.shape)
                dxs.append(dx[::way] if k else 0)  # the dy of what is below
            dstates, dy = ends + dstates, sum(dxs)
        return grads, _beside(dstates)

class Bidirectional(Stacked):
    """Two networks, the second reading from the end (Schuster and Paliwal, 1997). Their
    y are added; with n_out None they stand side by side. All else as in `Stacked`."""
    def __init__(self, forwards: Recurrent, backwards: Recurrent):
        super().__init__([forwards, backwards], rows="2")
def _beside(states: list) -> np.ndarray:  # -> (B, n_hidden)
    return np.concatenate([h for s in states for h in s.reshape(-1, *s.shape[-2:])], 1)
# ----------------------------------------------------------- saving and loading
class Checkpoint(namedtuple("Checkpoint", "model vocabulary optimizer progress rng")):
    """What `save` was given and `load` returns; None for what was left out."""

def save(path, model, vocabulary=None, optimizer=None, progress=None, rng=None) -> Path:
    """Write a model, and all it takes to train on to the bit, to one .npz file.
    The file is complete before it takes its name; a foreign file is never replaced.
    - rng: from np.random.default_rng;  the others as in `Checkpoint`
    Returns the path, ending in .npz. ValueError if there is no place for it."""
    path = Path(os.fspath(path).removesuffix(".npz") + ".npz")
    _need(path.parent.is_dir(), f"there is no folder {path.parent}: make it first")
    if path.exists():
        load(path)  # a ValueError, unless it is one of ours
    rng = rng and np.random.default_rng(rng).bit_generator.state
    _need(not rng or rng["bit_generator"] == "PCG64", "give a rng of default_rng(seed)")
    about = {"format": FORMAT, "rng": rng, "model": _describe(model),
             "vocabulary": vocabulary and _describe(vocabulary),
             "optimizer": optimizer and _describe(optimizer),
             "progress": progress and progress[:3]}
    groups = {"params": model.params, "state": {"h": progress[3]} if progress else {}}
    for i, memory in enumerate(optimizer.memory if optimizer else []):
        groups[f"memory{i}"] = memory
    arrays = {f"{group}.{k}": a for group in groups for k, a in groups[group].items()}
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with open(temporary, "wb") as file:
            np.savez(file, about=json.dumps(about), **arrays)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
    return path

def load(path) -> Checkpoint:
    """Read what `save` wrote; nothing in the file is ever run.
    ValueError for a file that is missing, truncated, foreign or of another version."""
    path, groups = Path(os.fspath(path).removesuffix(".npz") + ".npz"), {}
    try:
        with np.load(path, allow_pickle=False) as file:
            about = json.loads(file["about"].item())
            for name in file.files:
                group, _, key = name.partition(".")
                groups.setdefault(group, {})[key] = file[name]
        _need(about["format"] == FORMAT, f"its format is {about['format']!r}")
        model = _rebuild(about["model"], params=Arrays(groups["params"]))
        vocabulary = _rebuild(about["vocabulary"])
        memory = [Arrays(groups[g]) for g in sorted(groups) if g.startswith("memory")]
        optimizer = _rebuild(about["optimizer"], memory=memory)
        progress = (p := about["progress"]) and Progress(*p, groups["state"]["h"])
        if rng := about["rng"] and np.random.default_rng():
            rng.bit_generator.state = about["rng"]
    except Exception as error:
        raise ValueError(f"{path} is no whole file of this rnn_core's save ({error}): "
                         "choose another, or the version that wrote it") from error
    return Checkpoint(model, vocabulary, optimizer, progress, rng)

FORMAT = "rnn_core 1"
KINDS = {kind.__name__: kind for kind in (
    Vocabulary, RNN, LSTM, GRU, Stacked, Bidirectional, *Optimizer.__subclasses__())}
def _describe(thing) -> list:  # its class and its plain attributes
    name, parts = type(thing).__name__, getattr(thing, "__dict__", {}).items()
    _need(name in KINDS, f"{thing!r:.60} cannot be saved: give one of {[*KINDS]}")
    plain = {key: part for key, part in parts if np.isscalar(part)}
    return [name, plain, *map(_describe, getattr(thing, "layers", []))]
def _rebuild(description: list | None, **arrays):
    if description:
        name, plain, *layers = description
        thing = object.__new__(KINDS[name])
        layered = {"layers": [*map(_rebuild, layers)]} if layers else {}
        vars(thing).update(plain, **arrays, **layered)
        return thing
# ---------------------------------------------------------- checks of arguments
def _need(ok, message: str, kind_ok=True) -> None:
    if not (ok and kind_ok):
        raise (ValueError if kind_ok else TypeError)(message)
def _need_no_foresight(model) -> None:
    _need("2" not in getattr(model, "rows", ""), "a network that reads both ways sees "
          "the character that it is to guess: give one that only reads on")
def _size(name: str, value, low: int = 1, high: float = 10**9) -> int:
    whole = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
    _need(whole and low <= value <= high,
          f"{name} is {value!r:.60}: give a whole number from {low} to {high}", whole)
    return int(value)
def _number(name, value, high: float = 1e300, zero=False, low: float = 0) -> float:
    real = isinstance(value, (int, float, np.integer, np.floating))
    real, above = real and not isinstance(value, bool), "from" if zero else "above"
    if not (real and (low < value < high or zero and value == 0)):
        raise (ValueError if real else TypeError)(
            f"{name} is {value!r:.60}: give a number {above} {low:g} to below {high}")
    return float(value)
def _one_of(name: str, value, allowed: list):
    _need(type(value) is type(allowed[0]) and value in allowed,
          f"{name} is {value!r:.60}: choose one of {allowed}")
    return value
def _floats(x, dtype=None) -> np.ndarray:
    x = np.asarray(x)
    dtype = dtype or (x.dtype if x.dtype.kind in "fc" else np.dtype(float))
    if x.dtype is not dtype and not np.can_cast(x.dtype, dtype, "same_kind"):
        raise TypeError(f"an array holds {x.dtype}: give numbers that fit {dtype}")
    return x.astype(dtype, copy=False)
def _outputs(y) -> np.ndarray:
    _need(np.ndim(y) == 3 and np.size(y), f"y is {np.shape(y)}: give (T, B, n_out)")
    return _floats(y)
def _shaped(name: str, array, shape: tuple) -> np.ndarray:
    array = np.asarray(array)
    if array.shape != shape:
        raise ValueError(f"{name} has shape {array.shape}: here it must be {shape}")
    return array
def _tokens(name: str, ids, n_symbols: int, shape: tuple | None = None) -> np.ndarray:
    ids = np.asarray(ids) if shape is None else _shaped(name, ids, shape)
    whole = ids.dtype.kind in "iu"
    if not whole or ids.size and (ids.min() < 0 or ids.max() >= n_symbols):
        wrong = ids[(ids < 0) | (ids >= n_symbols)] if whole else ids
        raise (ValueError if whole else TypeError)(f"{name} hold {ids.dtype} "
            f"{wrong.ravel()[:1]}: give integers from 0 to {n_symbols - 1}")
    return ids
def _text_tokens(ids, shortest: int) -> np.ndarray:
    _need(np.ndim(ids) == 1 and len(ids) >= shortest, f"the text has {np.shape(ids)} "
          f"tokens: give Vocabulary.encode(text) of {shortest} or more characters")
    return _tokens("the text's tokens", ids, 10**9)
