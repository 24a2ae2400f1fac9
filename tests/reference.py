"""The classic programs, step by step: slow, plain, and what rnn_core is held against.

Vectors are columns, inputs are one-hot, weights stand on the left, nothing is shared
with rnn_core. A text is read 25 characters at a time by one stream.
"""

import numpy as np

# The classic's parameters and rnn_core's: the same numbers, transposed.
NAMES = ("Wxh", "Whh", "Why", "bh", "by")


def from_core(params):
    """rnn_core's dict of arrays -> weights (to, from) and biases (n, 1)."""
    return {k: np.array(np.atleast_2d(params[k]).T, np.float64, order="C")
            for k in NAMES}


def to_core(params):
    """Weights (to, from) and biases (n, 1) -> rnn_core's dict of arrays."""
    return {k: params[k].T.copy() if k[0] == "W" else params[k].ravel() for k in NAMES}


def one_hot(token, n):
    column = np.zeros((n, 1))
    column[token] = 1
    return column


def softmax(y):
    return np.exp(y) / np.sum(np.exp(y))


def loss_and_gradients(params, tokens, targets, h_start):
    """One window: the loss, the unclipped gradients and the last hidden state."""
    Wxh, Whh, Why, bh, by = (params[k] for k in NAMES)
    n_symbols, T = len(Why), len(tokens)
    x, h, p, loss = {}, {-1: h_start}, {}, 0.0
    for t in range(T):
        x[t] = one_hot(tokens[t], n_symbols)
        h[t] = np.tanh(np.dot(Wxh, x[t]) + np.dot(Whh, h[t - 1]) + bh)
        p[t] = softmax(np.dot(Why, h[t]) + by)
        loss += -np.log(p[t][targets[t], 0])

    grads = {k: np.zeros_like(params[k]) for k in NAMES}
    from_future = np.zeros_like(h_start)
    for t in reversed(range(T)):
        dy = np.copy(p[t])
        dy[targets[t]] -= 1
        grads["Why"] += np.dot(dy, h[t].T)
        grads["by"] += dy
        dh = np.dot(Why.T, dy) + from_future
        dz = (1 - h[t] * h[t]) * dh
        grads["bh"] += dz
        grads["Wxh"] += np.dot(dz, x[t].T)
        grads["Whh"] += np.dot(dz, h[t - 1].T)
        from_future = np.dot(Whh.T, dz)
    return loss, grads, h[T - 1]


def clip(grads, limit=5.0):
    for k in NAMES:
        np.clip(grads[k], -limit, limit, out=grads[k])


def adagrad(params, grads, memory, lr=0.1):
    for k in NAMES:
        memory[k] += grads[k] * grads[k]
        params[k] += -lr * grads[k] / np.sqrt(memory[k] + 1e-8)


def train(params, text, T=25):
    """Train for ever; yields (tokens, targets, loss, smooth loss, state) a step."""
    token_of = {symbol: i for i, symbol in enumerate(sorted(set(text)))}
    memory = {k: np.zeros_like(params[k]) for k in NAMES}
    place, smooth_loss = len(text), None
    while True:
        if place + T >= len(text):  # no whole window is left: a new pass
            place, h = 0, np.zeros_like(params["bh"])
        tokens = [token_of[symbol] for symbol in text[place : place + T]]
        targets = [token_of[symbol] for symbol in text[place + 1 : place + T + 1]]
        loss, grads, h = loss_and_gradients(params, tokens, targets, h)
        clip(grads)
        adagrad(params, grads, memory)
        smooth_loss = (loss if smooth_loss is None
                       else smooth_loss * 0.999 + loss * 0.001)
        yield tokens, targets, loss, smooth_loss, h
        place += T


def sample(params, token, length, rng, h=None):
    """Draw `length` tokens after `token`, one at a time."""
    Wxh, Whh, Why, bh, by = (params[k] for k in NAMES)
    h, n, drawn = np.zeros_like(bh) if h is None else h, len(by), []
    x = one_hot(token, n)
    for _ in range(length):
        h = np.tanh(np.dot(Wxh, x) + np.dot(Whh, h) + bh)
        token = rng.choice(range(n), p=softmax(np.dot(Why, h) + by).ravel())
        x = one_hot(token, n)
        drawn.append(int(token))
    return drawn
