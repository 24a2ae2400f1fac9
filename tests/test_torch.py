"""PyTorch with the same weights gives the same numbers: outputs, states, gradients.

Skipped where PyTorch is not installed: pip install torch.
"""

import numpy as np
import pytest

from rnn_core import GRU, LSTM, RNN, Bidirectional, Stacked

torch = pytest.importorskip("torch")

# PyTorch's blocks of rows (i, f, g, o and r, z, n), as places among our columns.
ORDER = {"RNN": [0], "LSTM": [1, 2, 3, 0], "GRU": [0, 1, 2]}
CELLS = {"RNN": RNN, "LSTM": LSTM, "GRU": GRU}
N_IN, H, N_OUT, T, B = 5, 6, 4, 7, 3


def rows(kind, W):
    """Columns of rnn_core in its order -> rows of PyTorch in its own."""
    blocks = np.split(np.asarray(W).T, len(ORDER[kind]))
    return np.concatenate([blocks[k] for k in ORDER[kind]])


def two_networks(kind, n_layers, two_way, dtype):
    """The same network twice: of rnn_core, and of PyTorch, with its output layer.

    Returns both and a list of (name of ours, PyTorch's parameter, how to turn ours).
    """
    cell, ways, rng = CELLS[kind], 1 + two_way, np.random.default_rng(0)
    networks, n_in = [], N_IN
    for layer in range(n_layers):
        n_out = None if kind != "RNN" else H  # an RNN has an output layer: see below
        n_out = N_OUT if layer == n_layers - 1 else n_out
        row = [cell(n_in, H, n_out, dtype=dtype, rng=rng) for _ in range(ways)]
        networks.append(Bidirectional(*row) if two_way else row[0])
        n_in = H * ways
    model = networks[0] if n_layers == 1 else Stacked(networks)
    for name, W in model.params.items():  # biases, too
        W += rng.normal(size=W.shape) / 4 if "b" in name else 0
        if kind == "RNN" and name[:2] in [f"{k}." for k in range(1, n_layers)]:
            if name[2:] in ("Why", "by"):  # one that hands h on as it is
                W[:] = np.eye(H) if name[2:] == "Why" else 0
    theirs = getattr(torch.nn, kind)(N_IN, H, n_layers, bidirectional=two_way)
    out = torch.nn.Linear(H * ways, N_OUT)
    theirs, out = (module.to(getattr(torch, dtype)) for module in (theirs, out))

    pairs, several = [], n_layers * ways > 1
    for layer in range(n_layers):
        for way in range(ways):
            ours = f"{layer * ways + way + 1}." if several else ""
            end = f"l{layer}{'_reverse' * way}"
            for name, of_torch in (("Wxh", "weight_ih"), ("Whh", "weight_hh"),
                                   ("bh", "bias_ih")):
                pairs.append((ours + name, getattr(theirs, f"{of_torch}_{end}"),
                              lambda W: rows(kind, W)))
            second = getattr(theirs, f"bias_hh_{end}")
            with torch.no_grad():
                second.zero_()  # a second bias, which is one too many but for n
            if kind == "GRU":
                pairs.append((ours + "bhn", second,
                              lambda W: np.concatenate([np.zeros(2 * H), W])))
    with torch.no_grad():
        for name, parameter, turn in pairs:
            parameter.copy_(torch.tensor(turn(model.params[name])))
        first = len(model.layers) - ways + 1 if several else 0
        tops = [f"{first + way}." if several else "" for way in range(ways)]
        Why = np.concatenate([model.params[top + "Why"] for top in tops])
        out.weight.copy_(torch.tensor(Why.T))
        out.bias.copy_(torch.tensor(sum(model.params[top + "by"] for top in tops)))
    return model, theirs, out, pairs, tops


def their_state(kind, state, n_networks):
    """Our state -> PyTorch's: h, or h and c, each (n_networks, B, H)."""
    if kind == "LSTM":
        parts = state[None] if state.ndim == 3 else np.stack(
            np.split(state, 2 * n_networks, axis=1)).reshape(n_networks, 2, B, H)
        return parts[:, 0], parts[:, 1]
    return (np.stack(np.split(state, n_networks, axis=1)),)


def assert_close(a, b, dtype, name):
    b = b.detach().numpy() if hasattr(b, "detach") else np.asarray(b)
    assert np.shape(a) == b.shape, name
    limit = {"float64": 1e-12, "float32": 1e-6}[dtype]
    assert np.linalg.norm(a - b) <= limit * np.linalg.norm(b), name


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("kind, n_layers, two_way", [
    ("RNN", 1, False), ("LSTM", 1, False), ("GRU", 1, False),
    ("RNN", 2, False), ("LSTM", 2, False), ("GRU", 3, False), ("RNN", 1, True),
    ("LSTM", 1, True), ("GRU", 1, True), ("LSTM", 2, True), ("GRU", 2, True)])
def test_the_same_weights_give_the_same_numbers(kind, n_layers, two_way, dtype):
    model, theirs, out, pairs, tops = two_networks(kind, n_layers, two_way, dtype)
    n_networks, rng = n_layers * (1 + two_way), np.random.default_rng(1)
    x = rng.normal(size=(T, B, N_IN)).astype(dtype)
    state = rng.normal(size=model.forward(x)[1].state.shape).astype(dtype)
    dy = rng.normal(size=(T, B, N_OUT)).astype(dtype)
    y, trace = model.forward(x, state)
    grads, dstate = model.backward(trace, dy)

    start = [torch.tensor(s).requires_grad_() for s in
             their_state(kind, state, n_networks)]
    h, last = theirs(torch.tensor(x), tuple(start) if kind == "LSTM" else start[0])
    their_y = out(h)
    their_y.backward(torch.tensor(dy))
    assert_close(y, their_y, dtype, "y")
    for ours, its in zip(their_state(kind, trace.state, n_networks),
                         last if kind == "LSTM" else [last], strict=True):
        assert_close(ours, its, dtype, "state")
    for ours, its in zip(their_state(kind, dstate, n_networks), start, strict=True):
        assert_close(ours, its.grad, dtype, "dstate")
    for name, parameter, turn in pairs:
        grad = parameter.grad.clone()
        if name.endswith("bhn"):
            grad[: 2 * H] = 0  # those of r and z, which are in bh
        assert_close(turn(grads[name]), grad, dtype, name)
    assert_close(np.concatenate([grads[top + "Why"] for top in tops]).T,
                 out.weight.grad, dtype, "Why")
    for top in tops:
        assert_close(grads[top + "by"], out.bias.grad, dtype, "by")
