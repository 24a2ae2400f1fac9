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


# ------------------------------------------------------------ networks with gates
def columns(params, kind):
    """One gate's weights (to, from) and bias (n, 1), by the block of its columns."""
    n, names = params["Whh"].shape[0], {"LSTM": "oifg", "GRU": "rzn"}[kind]
    gates = {}
    for k, name in enumerate(names):
        block = slice(k * n, (k + 1) * n)
        gates[name] = [np.array(params["Wxh"][:, block].T),
                       np.array(params["Whh"][:, block].T),
                       np.array(params["bh"][block])[:, None]]
    if kind == "GRU":
        gates["n"].append(np.array(params["bhn"])[:, None])
    return gates, np.array(params["Why"].T), np.array(params["by"])[:, None]


def logistic(z):
    return 1 / (1 + np.exp(-z))


def lstm_outputs(params, xs, h, c):
    """Columns x in; the outputs as columns, all h and c, all gates."""
    gates, Why, by = columns(params, "LSTM")
    hs, cs, opened, ys = [h], [c], [], []
    for x in xs:
        z = {name: np.dot(Wx, x) + np.dot(Wh, hs[-1]) + b
             for name, (Wx, Wh, b) in gates.items()}
        o, i, f = logistic(z["o"]), logistic(z["i"]), logistic(z["f"])
        g = np.tanh(z["g"])
        cs.append(f * cs[-1] + i * g)
        hs.append(o * np.tanh(cs[-1]))
        opened.append({"o": o, "i": i, "f": f, "g": g})
        ys.append(np.dot(Why, hs[-1]) + by)
    return ys, hs, cs, opened


def gru_outputs(params, xs, h):
    """Columns x in; the outputs as columns, all h, all gates."""
    gates, Why, by = columns(params, "GRU")
    hs, opened, ys = [h], [], []
    for x in xs:
        Wx, Wh, b = gates["r"]
        r = logistic(np.dot(Wx, x) + np.dot(Wh, hs[-1]) + b)
        Wx, Wh, b = gates["z"]
        z = logistic(np.dot(Wx, x) + np.dot(Wh, hs[-1]) + b)
        Wx, Wh, b, b_inside = gates["n"]
        n = np.tanh(np.dot(Wx, x) + b + r * (np.dot(Wh, hs[-1]) + b_inside))
        hs.append((1 - z) * n + z * hs[-1])
        opened.append({"r": r, "z": z, "n": n})
        ys.append(np.dot(Why, hs[-1]) + by)
    return ys, hs, opened


def lstm_gradients(params, xs, h, c, dys):
    """The blame of every gate's weights, of Why and by, of the start."""
    gates, Why, _ = columns(params, "LSTM")
    _, hs, cs, opened = lstm_outputs(params, xs, h, c)
    grads = {name: [np.zeros_like(W) for W in gates[name]] for name in gates}
    grads["y"] = [np.zeros_like(Why), np.zeros((len(Why), 1))]
    dh, dc = np.zeros_like(h), np.zeros_like(c)
    for t in reversed(range(len(xs))):
        o, i, f, g = (opened[t][name] for name in "oifg")
        grads["y"][0] += np.dot(dys[t], hs[t + 1].T)
        grads["y"][1] += dys[t]
        dh = dh + np.dot(Why.T, dys[t])
        dc = dc + dh * o * (1 - np.tanh(cs[t + 1]) ** 2)
        dz = {"o": dh * np.tanh(cs[t + 1]) * o * (1 - o), "i": dc * g * i * (1 - i),
              "f": dc * cs[t] * f * (1 - f), "g": dc * i * (1 - g**2)}
        dh, dc = np.zeros_like(h), dc * f
        for name, (_, Wh, _) in gates.items():
            for grad, part in zip(grads[name], (np.dot(dz[name], xs[t].T),
                                                np.dot(dz[name], hs[t].T), dz[name]),
                                  strict=True):
                grad += part
            dh = dh + np.dot(Wh.T, dz[name])
    return grads, dh, dc


def gru_gradients(params, xs, h, dys):
    """The blame of every gate's weights, of Why and by, of the start."""
    gates, Why, _ = columns(params, "GRU")
    _, hs, opened = gru_outputs(params, xs, h)
    grads = {name: [np.zeros_like(W) for W in gates[name]] for name in gates}
    grads["y"] = [np.zeros_like(Why), np.zeros((len(Why), 1))]
    dh = np.zeros_like(h)
    for t in reversed(range(len(xs))):
        r, z, n = (opened[t][name] for name in "rzn")
        _, Whn, _, b_inside = gates["n"]
        inside = np.dot(Whn, hs[t]) + b_inside
        grads["y"][0] += np.dot(dys[t], hs[t + 1].T)
        grads["y"][1] += dys[t]
        dh = dh + np.dot(Why.T, dys[t])
        da = {"n": dh * (1 - z) * (1 - n**2), "z": dh * (hs[t] - n) * z * (1 - z)}
        da["r"] = da["n"] * inside * r * (1 - r)
        from_h = {"r": da["r"], "z": da["z"], "n": da["n"] * r}
        dh = dh * z
        for name in "rzn":
            grads[name][0] += np.dot(da[name], xs[t].T)
            grads[name][1] += np.dot(from_h[name], hs[t].T)
            grads[name][2] += da[name]
            dh = dh + np.dot(gates[name][1].T, from_h[name])
        grads["n"][3] += from_h["n"]
    return grads, dh
