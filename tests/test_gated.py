"""LSTM, GRU, stacked and two-way networks: the numbers are right."""

import copy
from itertools import islice

import numpy as np
import pytest
import reference

import rnn_core as core
from rnn_core import GRU, LSTM, RNN, Bidirectional, Stacked

NETWORKS = {  # 3 inputs, 5 outputs
    "LSTM": lambda **how: LSTM(3, 4, 5, rng=0, **how),
    "GRU": lambda **how: GRU(3, 4, 5, rng=0, **how),
    "LSTM without outputs": lambda **how: LSTM(3, 5, None, rng=0, **how),
    "GRU without outputs": lambda **how: GRU(3, 5, None, rng=0, **how),
    "LSTM on GRU": lambda **how: Stacked([
        GRU(3, 4, None, rng=0, **how), LSTM(4, 3, 5, rng=1, **how)]),
    "GRU on RNN on LSTM": lambda **how: Stacked([
        LSTM(3, 4, None, rng=0, **how), RNN(4, 2, 6, rng=1, **how),
        GRU(6, 3, 5, rng=2, **how)]),
    "RNN and GRU both ways": lambda **how: Bidirectional(
        RNN(3, 4, 5, rng=0, **how), GRU(3, 2, 5, rng=1, **how)),
    "two rows both ways": lambda **how: Stacked([
        Bidirectional(LSTM(3, 2, None, rng=0, **how), GRU(3, 2, None, rng=1, **how)),
        Bidirectional(GRU(4, 2, 5, rng=2, **how), LSTM(4, 3, 5, rng=3, **how))]),
}


def with_biases(model, seed=7):
    """The same network, none of whose parameters is 0."""
    rng = np.random.default_rng(seed)
    for name, W in model.params.items():
        if name.rpartition(".")[2][0] == "b":
            W[:] = rng.normal(size=W.shape)
    return model


def a_batch(model, tokens=False, T=5, B=3, seed=2):
    """x, target and a start state that fit the network."""
    rng = np.random.default_rng(seed)
    x = rng.integers(3, size=(T, B)) if tokens else rng.normal(size=(T, B, 3))
    shape = model.forward(x)[1].state.shape
    return x, rng.random((T, B, model.n_out)), rng.normal(size=shape)


def gradients(model, x, target, state):
    y, trace = model.forward(x, state)
    grads, dstate = model.backward(trace, core.squared_error(y, target)[1])
    return {**grads, "state": dstate}


def distance(a, b):
    """How far a is from b, relative to b."""
    return np.linalg.norm(np.subtract(a, b)) / np.linalg.norm(b)


# ------------------------------------------------------------------------ gradients
@pytest.mark.parametrize("activation, tokens, B", [
    ("tanh", False, 1), ("tanh", True, 1), ("tanh", False, 3), ("tanh", True, 3),
    ("sigmoid", False, 2), ("relu", False, 2)])
@pytest.mark.parametrize("kind", NETWORKS)
def test_every_gradient_agrees_with_the_complex_step(kind, activation, tokens, B):
    model = with_biases(NETWORKS[kind](activation=activation))
    x, target, state = a_batch(model, tokens, T=4, B=B)
    errors = core.gradient_check(model, x, target, core.squared_error, state)
    assert errors.keys() == {*model.params, "state"}
    assert max(errors.values()) <= 1e-10, errors


@pytest.mark.parametrize("kind", NETWORKS)
def test_every_gradient_is_right_without_biases(kind):
    model = NETWORKS[kind](bias=False)
    assert not [name for name in model.params if "b" in name]
    errors = core.gradient_check(model, *a_batch(model)[:2], core.squared_error)
    assert max(errors.values()) <= 1e-10, errors


def named(grads, kind):
    """The reference's gradients under the names of rnn_core."""
    blocks = [grads[name] for name in {"LSTM": "oifg", "GRU": "rzn"}[kind]]
    ours = {name: np.concatenate([block[k].T for block in blocks], axis=1).squeeze()
            for k, name in enumerate(("Wxh", "Whh", "bh"))}
    ours |= {"Why": grads["y"][0].T, "by": grads["y"][1].ravel()}
    return ours | ({"bhn": grads["n"][3].ravel()} if kind == "GRU" else {})


@pytest.mark.parametrize("B", [1, 3])
@pytest.mark.parametrize("kind", ["LSTM", "GRU"])
def test_outputs_and_gradients_agree_with_the_step_by_step_program(kind, B):
    model = with_biases(NETWORKS[kind]())
    x, _, state = a_batch(model, tokens=True, T=6, B=B)
    y, trace = model.forward(x, state)
    dy = np.random.default_rng(3).normal(size=y.shape)
    grads, dstate = model.backward(trace, dy)
    total, gates = {name: 0 for name in grads}, "oifg" if kind == "LSTM" else "rzn"
    for b in range(B):
        xs = [reference.one_hot(token, 3) for token in x[:, b]]
        dys = [step[:, None] for step in dy[:, b]]
        if kind == "LSTM":
            h, c = state[0, b][:, None], state[1, b][:, None]
            ys, hs, cs, opened = reference.lstm_outputs(model.params, xs, h, c)
            slow, *blame = reference.lstm_gradients(model.params, xs, h, c, dys)
            assert distance(trace.c[:, b], np.squeeze(cs)) <= 1e-13
        else:
            h = state[b][:, None]
            ys, hs, opened = reference.gru_outputs(model.params, xs, h)
            slow, *blame = reference.gru_gradients(model.params, xs, h, dys)
        assert distance(y[:, b], np.squeeze(ys)) <= 1e-13
        assert distance(trace.h[:, b], np.squeeze(hs)) <= 1e-13
        for name in gates:
            expected = np.squeeze([step[name] for step in opened])
            assert distance(getattr(trace, name)[:, b], expected) <= 1e-13, name
        assert distance(dstate[..., b, :].ravel(), np.ravel(blame)) <= 1e-12
        for name, array in named(slow, kind).items():
            total[name] = total[name] + array
    for name, array in total.items():
        assert distance(grads[name], array) <= 1e-12, name


# --------------------------------------------------------------------- what is shared
@pytest.mark.parametrize("kind", NETWORKS)
def test_shapes_start_and_dtype(kind):
    model = NETWORKS[kind](dtype="float32")
    x, target, state = a_batch(model)
    y, trace = model.forward(x.astype("f4"), state.astype("f4"))
    grads, dstate = model.backward(trace, core.squared_error(y, target)[1])
    assert y.shape == target.shape and dstate.shape == trace.state.shape == state.shape
    for array in (y, dstate, trace.state, *grads.values()):
        assert array.dtype == np.float32
    assert {k: g.shape for k, g in grads.items()} == {
        k: W.shape for k, W in model.params.items()}
    np.testing.assert_array_equal(model.forward(x)[0], model.forward(x, 0 * state)[0])


@pytest.mark.parametrize("bias", [0.0, 1.0, -2.5])
def test_only_the_forget_gate_starts_with_a_bias(bias):
    bh = LSTM(3, 4, 5, forget_bias=bias).params["bh"]
    assert bh.tolist() == [0] * 8 + [bias] * 4 + [0] * 4
    assert LSTM(3, 4, 5).params["bh"].reshape(4, 4)[2].tolist() == [1] * 4
    assert "bh" not in LSTM(3, 4, 5, forget_bias=bias, bias=False).params
    assert not GRU(3, 4, 5).params["bh"].any() and not GRU(3, 4, 5).params["bhn"].any()


def test_the_weights_have_the_variance_of_lecun():
    for model in LSTM(50, 80, 40, rng=1), GRU(50, 80, 40, rng=1):
        for name, n in ("Wxh", 50), ("Whh", 80), ("Why", 80):
            assert model.params[name].std() == pytest.approx(n**-0.5, 0.05)


def test_gates_of_any_size_of_sum_stay_finite():
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        for kind, size in ("LSTM", 1e30), ("GRU", 1e30):
            model = NETWORKS[kind]()
            x = size * np.random.default_rng(0).normal(size=(5, 3, 3))
            y, trace = model.forward(x)
            model.backward(trace, np.ones_like(y))
            assert np.isfinite(y).all()


@pytest.mark.parametrize("kind", NETWORKS)
def test_a_batch_is_its_sequences_one_by_one(kind):
    model = with_biases(NETWORKS[kind]())
    x, target, state = a_batch(model)
    got = gradients(model, x, target, state)
    singles = [gradients(model, x[:, [b]], target[:, [b]], state[..., [b], :])
               for b in range(3)]
    for name in model.params:
        mean = np.mean([single[name] for single in singles], axis=0)
        assert distance(got[name], mean) < 1e-13, name


@pytest.mark.parametrize("B", [1, 3])
@pytest.mark.parametrize("kind", NETWORKS)
def test_two_halves_with_the_state_carried_are_one_run(kind, B):
    model = with_biases(NETWORKS[kind]())
    if "ways" in kind:
        return  # the way back begins at the end
    x, _, state = a_batch(model, T=6, B=B)
    y, trace = model.forward(x, state)
    y1, first = model.forward(x[:2], state)
    y1, carried = y1.copy(), first.state.copy()
    y2, second = model.forward(x[2:], carried)
    np.testing.assert_allclose(np.concatenate([y1, y2]), y, rtol=1e-13)
    np.testing.assert_allclose(second.state, trace.state, rtol=1e-13)


@pytest.mark.parametrize("B", [1, 3])
@pytest.mark.parametrize("kind", NETWORKS)
def test_used_buffers_and_second_calls_change_no_number(kind, B):
    model = with_biases(NETWORKS[kind]())
    x, target, state = a_batch(model, B=B)
    before = copy.deepcopy((x, target, state, {**model.params}))
    expected = gradients(model, x, target, state)
    y, used = model.forward(-3 * x, 2 * state)
    grads, _ = model.backward(used, np.ones_like(y))
    y, trace = model.forward(x, state, out=used)
    dy = core.squared_error(y, target)[1]
    for _ in range(2):
        got, dstate = model.backward(trace, dy, out=grads)
        assert got is grads
        np.testing.assert_equal({**got, "state": dstate}, expected)
    np.testing.assert_equal((x, target, state, {**model.params}), before)
    other = model.forward(x[:2], state, out=trace)[0]  # of another shape
    np.testing.assert_array_equal(other, model.forward(x[:2], state)[0])


# --------------------------------------------------------- stacked, read both ways
def test_a_stack_is_one_network_after_the_other():
    low, high = with_biases(GRU(3, 4, None, rng=0)), with_biases(LSTM(4, 6, 5, rng=1))
    model = Stacked([low, high])
    x, _, state = a_batch(model)
    assert model.n_in == 3 and model.n_out == 5 and state.shape == (3, 4 + 12)
    h, below = low.forward(x, state[:, :4])
    np.testing.assert_array_equal(h, below.h[1:])
    y, above = high.forward(h, np.stack([state[:, 4:10], state[:, 10:]]))
    got, trace = model.forward(x, state)
    np.testing.assert_array_equal(got, y)
    np.testing.assert_array_equal(trace.state, np.hstack([below.state, *above.state]))
    np.testing.assert_array_equal(trace.layers[1].c, above.c)


@pytest.mark.parametrize("n_out", [5, None])
def test_a_two_way_network_reads_from_both_ends(n_out):
    a, b = LSTM(3, 4, n_out, rng=0), GRU(3, 4, n_out, rng=1)
    model = Bidirectional(a, b)
    x = np.random.default_rng(0).normal(size=(6, 2, 3))
    one, two = a.forward(x)[0], b.forward(x[::-1])[0][::-1]
    expected = one + two if n_out else np.concatenate([one, two], axis=2)
    np.testing.assert_array_equal(model.forward(x)[0], expected)
    assert model.n_out == (n_out or 8)


def test_the_networks_given_are_copied_and_learn_in_one_vector():
    low, high = GRU(3, 4, None, rng=0), RNN(4, 3, 5, rng=1)
    kept = copy.deepcopy([{**low.params}, {**high.params}])
    model = Stacked([low, high])
    x, target, _ = a_batch(model)
    start = model.params.flat.copy()
    run = core.train(model, [(x, target)] * 5, core.squared_error, core.Adam(0.01), 1)
    losses = [progress.loss for progress in run]
    assert all(a > b for a, b in zip(losses[:-1], losses[1:], strict=True))
    assert model.params.is_whole() and (model.params.flat != start).all()
    np.testing.assert_equal([{**low.params}, {**high.params}], kept)
    twin = copy.deepcopy(model)
    twin.params.flat[:] = start
    assert (model.forward(x)[0] != twin.forward(x)[0]).any()


def test_stacks_and_pairs_may_stand_in_stacks():
    low = Stacked([GRU(3, 4, None, rng=0), LSTM(4, 3, None, rng=1)])
    pair = Bidirectional(RNN(3, 2, 5, rng=2), RNN(3, 4, 5, rng=3))
    model, x = Stacked([low, pair]), np.ones((4, 2, 3))
    expected = pair.forward(low.forward(x)[0])[0]
    np.testing.assert_array_equal(model.forward(x)[0], expected)


# ------------------------------------------------------ text, saving, wrong arguments
TEXT = "the cat sat on the mat, and that was that; " * 8
VOCABULARY = core.Vocabulary(TEXT)
N = len(VOCABULARY)
WRITERS = {"LSTM": lambda: LSTM(N, 9, N, rng=0), "GRU": lambda: GRU(N, 9, N, rng=0),
           "stack": lambda: Stacked([LSTM(N, 9, None, rng=0), GRU(9, 7, N, rng=1)])}


@pytest.mark.parametrize("kind", WRITERS)
def test_a_writer_learns_writes_and_goes_on_to_the_bit(kind, tmp_path):
    model, optimizer = WRITERS[kind](), core.Adam(0.02)
    ids = VOCABULARY.encode(TEXT)

    def run(model, optimizer, start=None):
        batches = core.text_batches(ids, 10, 3, start=start.step if start else 0)
        return core.train(model, batches, core.softmax_cross_entropy, optimizer, 1,
                          start)
    first = core.bits_per_character(model, ids)
    *_, half = islice(run(model, optimizer), 60)
    path = core.save(tmp_path / kind, model, VOCABULARY, optimizer, half)
    *_, last = islice(run(model, optimizer, half), 60)
    loaded = core.load(path)
    *_, again = islice(run(loaded.model, loaded.optimizer, loaded.progress), 60)
    assert type(loaded.model) is type(model) and again[:3] == last[:3]
    np.testing.assert_equal({**loaded.model.params}, {**model.params})
    np.testing.assert_array_equal(again.state, last.state)
    assert core.bits_per_character(model, ids) < first / 2

    alone = core.sample(model, VOCABULARY, "the ", 20, temperature=0)
    both = core.sample(model, VOCABULARY, ["the ", "a"], 20, temperature=0)
    assert len(alone) == 20 and both[0] == alone and len(both[1]) == 20
    state = model.forward(VOCABULARY.encode("the c")[:, None])[1].state.copy()
    on = core.sample(model, VOCABULARY, "a", 20, temperature=0, state=state)
    assert on == core.sample(model, VOCABULARY, "the ca", 20, temperature=0)


@pytest.mark.parametrize("kind", NETWORKS)
def test_every_network_comes_back_from_its_file(kind, tmp_path):
    model = with_biases(NETWORKS[kind](dtype="float32", activation="relu"))
    x, _, state = a_batch(model)
    other = core.load(core.save(tmp_path / "a", model)).model
    np.testing.assert_array_equal(other.forward(x, state)[0],
                                  model.forward(x, state)[0])
    assert type(other) is type(model) and other.n_out == model.n_out
    core.save(tmp_path / "a", other)


def test_right_sums_are_counted_for_every_network():
    rng, model = np.random.default_rng(4), LSTM(2, 8, 1, rng=4)
    batches = (core.binary_addition(*rng.integers(8, size=(2, 16)), 4)
               for _ in range(300))
    for _ in core.train(model, batches, core.sigmoid_cross_entropy, core.Adam(0.03)):
        pass
    assert core.count_right_sums(model, 4) == 64


X, STATE = np.ones((5, 3, 3)), np.zeros((2, 3, 4))
lstm, gru = NETWORKS["LSTM"](), NETWORKS["GRU"]()
stack, pair = NETWORKS["LSTM on GRU"](), NETWORKS["RNN and GRU both ways"]()
CASES = {
    "x too wide": (lambda: gru.forward(np.ones((5, 3, 7))), "(5, 3, 7)", "B, 3)"),
    "tokens too high": (lambda: lstm.forward([[3]]), "[3]", "0 to 2"),
    "an LSTM's state without c": (lambda: lstm.forward(X, STATE[0]), "(3, 4)",
                                  "(2, 3, 4)"),
    "a GRU's state with c": (lambda: gru.forward(X, STATE), "(2, 3, 4)", "(3, 4)"),
    "dy": (lambda: gru.backward(gru.forward(X)[1], X), "(5, 3, 3)", "(5, 3, 5)"),
    "forget_bias of text": (lambda: LSTM(3, 4, 5, forget_bias="1"), "forget_bias",
                            "'1'"),
    "forget_bias nan": (lambda: LSTM(3, 4, 5, bias=False, forget_bias=np.nan), "nan"),
    "n_hidden": (lambda: GRU(3, 0, 5), "n_hidden", "0", "from 1"),
    "n_out": (lambda: LSTM(3, 4, 0), "n_out", "0", "from 1"),
    "activation": (lambda: LSTM(3, 4, 5, activation="softplus"), "softplus", "relu"),
    "unknown argument": (lambda: GRU(3, 4, 5, forget_bias=1), "forget_bias"),
    "no layers": (lambda: Stacked([]), "[]", "networks"),
    "layers of text": (lambda: Stacked(["LSTM"]), "LSTM", "networks"),
    "one layer, no list": (lambda: Stacked(lstm), "LSTM"),
    "layers that do not fit": (lambda: Stacked([lstm, gru]), "5 numbers", "(3, 5"),
    "a pair of different inputs": (lambda: Bidirectional(lstm, LSTM(2, 4, 5)),
                                   "(3, 5, True)", "(2, 5, True)"),
    "a pair, one with outputs": (lambda: Bidirectional(lstm, LSTM(3, 5, None)),
                                 "(3, 5, True)", "(3, 5, False)"),
    "a pair of stacks": (lambda: Bidirectional(stack, stack), "networks"),
    "x of a stack": (lambda: stack.forward(np.ones((5, 3, 7))), "(5, 3, 7)", "B, 3)"),
    "x of a pair": (lambda: pair.forward(7), "(1,)", "(T, B, 3)"),
    "state of a stack": (lambda: stack.forward(X, STATE), "(2, 3, 4)", "10)"),
    "state of another batch": (lambda: stack.forward(X, np.ones((2, 10))), "(2, 4)",
                               "(3, 4)"),
    "dy of a pair": (lambda: pair.backward(pair.forward(X)[1], X), "(5, 3, 3)",
                     "(5, 3, 5)"),
    "bits of what looks ahead": (
        lambda: core.bits_per_character(pair, [0, 1, 2]), "both ways", "reads on"),
    "sample of what looks ahead": (
        lambda: core.sample(Stacked([pair]), VOCABULARY, "t", 3), "both ways"),
}


@pytest.mark.parametrize("case", CASES)
def test_a_wrong_argument_is_named(case):
    call, *parts = CASES[case]
    with pytest.raises((ValueError, TypeError)) as error:
        call()
    for part in parts:
        assert part in str(error.value)
    assert "\n" not in str(error.value) and len(str(error.value)) < 500
