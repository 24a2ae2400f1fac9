"""The network, its losses, its gradients, its optimisers: the numbers are right."""

import copy
from itertools import islice

import numpy as np
import pytest
import reference

import rnn_core as core
from rnn_core import RNN

LOSSES = {f.__name__: f for f in (
    core.squared_error, core.sigmoid_squared_error,
    core.sigmoid_cross_entropy, core.softmax_cross_entropy)}


def small_model(activation="tanh", bias=True, dtype=np.float64, seed=0):
    """3 inputs, 4 hidden units, 5 outputs; no parameter is 0."""
    model = RNN(3, 4, 5, activation=activation, bias=bias, dtype=dtype, rng=seed)
    rng = np.random.default_rng(seed + 1)
    for name in {"bh", "by"} & model.params.keys():
        model.params[name][:] = rng.normal(size=model.params[name].shape)
    return model


def a_batch(loss="squared_error", tokens=False, T=5, B=3, seed=2):
    """x, target and a start state that fit `small_model`."""
    rng = np.random.default_rng(seed)
    x = rng.integers(3, size=(T, B)) if tokens else rng.normal(size=(T, B, 3))
    if loss == "softmax_cross_entropy":
        target = rng.integers(5, size=(T, B))
    else:
        target = rng.random((T, B, 5))
    return x, target, rng.normal(size=(B, 4))


def gradients(model, x, target, state, loss):
    y, trace = model.forward(x, state)
    value, dy = LOSSES[loss](y, target)
    grads, dstate = model.backward(trace, dy)
    return value, {**grads, "state": dstate}


def distance(a, b):
    """How far a is from b, relative to b."""
    return np.linalg.norm(np.subtract(a, b)) / np.linalg.norm(b)


# ----------------------------------------------------------- sigmoid, softmax, losses
def test_sigmoid_is_right_to_the_last_digits_and_never_overflows():
    x = np.linspace(-700, 700, 20001)
    wide = x.astype(np.longdouble)
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        assert np.max(abs(core.sigmoid(x) * (1 + np.exp(-wide)) - 1)) < 1e-15
        extreme = np.array([-1e308, -750, -0.0, 0, 750, 1e308])
        assert core.sigmoid(extreme).tolist() == [0, 0, 0.5, 0.5, 1, 1]
    assert core.sigmoid(np.float32([1])).dtype == np.float32
    assert core.sigmoid(2) == core.sigmoid(2.0)


def test_softmax_is_right_and_never_overflows():
    y = np.array([[1.0, 2, 3], [-1e308, 0, 1e308], [1e308] * 3, [5e-324, 0, -0.0]])
    with np.errstate(invalid="raise", divide="raise", over="raise"):
        p = core.softmax(y)
    np.testing.assert_allclose(p[0], np.exp([1, 2, 3]) / np.exp([1, 2, 3]).sum(), 1e-15)
    np.testing.assert_allclose(p[1:], [[0, 0, 1], [1 / 3] * 3, [1 / 3] * 3], 1e-15)


@pytest.mark.parametrize("loss, expected", [  # for targets 0, 1 and 0.5
    ("squared_error", lambda p, y, t: 0.5 * (y - t) ** 2),
    ("sigmoid_squared_error", lambda p, y, t: 0.5 * (p - t) ** 2),
    ("sigmoid_cross_entropy",
     lambda p, y, t: -t * np.log(p) - (1 - t) * np.log(1 - p))])
def test_losses_sum_over_time_and_outputs_and_average_over_the_batch(loss, expected):
    y = np.random.default_rng(0).normal(size=(4, 6, 3))
    target = np.broadcast_to([0, 1, 0.5], y.shape)
    value, dy = LOSSES[loss](y, target)
    assert value == pytest.approx(expected(core.sigmoid(y), y, target).sum() / 6, 1e-14)
    assert isinstance(value, float) and dy.shape == y.shape


def test_softmax_cross_entropy_is_minus_log_p_of_the_right_symbols():
    rng = np.random.default_rng(0)
    y, ids = rng.normal(size=(4, 6, 5)), rng.integers(5, size=(4, 6))
    value, dy = core.softmax_cross_entropy(y, ids)
    p = core.softmax(y)
    slow = sum(-np.log(p[t, b, ids[t, b]]) for t in range(4) for b in range(6))
    assert value == pytest.approx(slow / 6, 1e-14)
    np.testing.assert_allclose(dy, (p - np.eye(5)[ids]) / 6, atol=1e-15)


@pytest.mark.parametrize("size", [1e3, 1e300])
def test_losses_stay_right_for_huge_logits(size):
    y = size * np.array([[[1.0, -1.0]]])
    with np.errstate(invalid="raise", divide="raise", over="raise"):
        right, wrong = np.array([[[1.0, 0.0]]]), np.array([[[0.0, 1.0]]])
        assert core.sigmoid_cross_entropy(y, right)[0] == 0
        assert core.sigmoid_cross_entropy(y, wrong)[0] == 2 * size
        assert core.sigmoid_squared_error(y, wrong)[0] == 1
        for target, loss, dy in ([[0]], 0, [0, 0]), ([[1]], 2 * size, [1, -1]):
            value, gradient = core.softmax_cross_entropy(y, target)
            assert value == loss and gradient.ravel().tolist() == dy


# ------------------------------------------------------------------------ gradients
@pytest.mark.parametrize("tokens", [False, True], ids=["numbers", "tokens"])
@pytest.mark.parametrize("bias", [True, False], ids=["bias", "no bias"])
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("activation", core.ACTIVATIONS)
def test_every_gradient_agrees_with_the_complex_step(activation, loss, bias, tokens):
    model = small_model(activation, bias)
    x, target, state = a_batch(loss, tokens)
    errors = core.gradient_check(model, x, target, LOSSES[loss], state)
    assert errors.keys() == {*model.params, "state"}
    assert len(model.params) == (5 if bias else 3)
    assert max(errors.values()) <= 1e-10, errors


class WrongTranspose(RNN):
    def backward(self, trace, dy, out=None):
        twin = copy.copy(self)
        twin.params = {**self.params, "Whh": self.params["Whh"].T}
        return RNN.backward(twin, trace, dy)


class NoFuture(RNN):
    def backward(self, trace, dy, out=None):
        twin = copy.copy(self)
        twin.params = {**self.params, "Whh": 0 * self.params["Whh"]}
        return RNN.backward(twin, trace, dy)


class NoBiasGradient(RNN):
    def backward(self, trace, dy, out=None):
        grads, dstate = RNN.backward(self, trace, dy)
        grads["bh"][:] = 0
        return grads, dstate


@pytest.mark.parametrize("wrong, names", [
    (WrongTranspose, {"Wxh", "Whh", "bh", "state"}),
    (NoFuture, {"Wxh", "Whh", "bh", "state"}), (NoBiasGradient, {"bh"})])
def test_the_gradient_check_finds_a_wrong_backward(wrong, names):
    model = small_model()
    model.__class__ = wrong
    x, target, state = a_batch()
    errors = core.gradient_check(model, x, target, core.squared_error, state)
    assert {name for name, error in errors.items() if error > 1e-2} == names


def test_the_gradient_check_takes_rounding_for_zero():
    def spread(y, target):  # shifting every output by `by` does not change it
        away = y - y.mean(axis=0)
        return (away * away).sum() / 2, away

    model, (x, _, state) = small_model(), a_batch()
    errors = core.gradient_check(model, x, None, spread, state)
    assert max(errors.values()) <= 1e-10, errors
    model.__class__ = NoBiasGradient
    assert core.gradient_check(model, x, None, spread, state)["bh"] > 1e-2


def test_the_gradient_check_changes_nothing():
    model, (x, target, state) = small_model(), a_batch()
    before = copy.deepcopy((model.params, x, target, state))
    core.gradient_check(model, x, target, core.squared_error, state)
    np.testing.assert_equal((model.params, x, target, state), before)


@pytest.mark.parametrize("loss", LOSSES)
def test_every_gradient_agrees_with_central_differences(loss):
    model, (x, target, state) = small_model(), a_batch(loss)
    grads = gradients(model, x, target, state, loss)[1]
    for name, array in {**model.params, "state": state}.items():
        slow = np.empty_like(array)
        for place in np.ndindex(array.shape):
            kept, values = array[place], []
            for nudge in (1e-5, -1e-5):
                array[place] = kept + nudge
                values.append(gradients(model, x, target, state, loss)[0])
            array[place] = kept
            slow[place] = (values[0] - values[1]) / 2e-5
        assert distance(grads[name], slow) < 1e-6, name


# ------------------------------------------------------- against the classic programs
def test_the_classic_adder_to_all_printed_digits():
    rng = np.random.RandomState(0)
    model = RNN(2, 16, 1, activation="sigmoid", bias=False)
    for name, shape in ("Wxh", (2, 16)), ("Why", (16, 1)), ("Whh", (16, 16)):
        model.params[name][:] = 2 * rng.random_sample(shape) - 1
    pairs, printed = [], []

    def batches():
        while True:
            a, b = rng.randint(128), rng.randint(128)
            pairs.append((a, b))
            yield core.binary_addition(a, b, 8)

    def loss(y, target):
        if len(pairs) % 1000 == 1:  # at steps 0, 1000, ..., before the update
            errors = abs(target - core.sigmoid(y))
            bits = core.sigmoid(y) > 0.5
            printed.append((*pairs[-1], core.bits_to_int(bits)[0], errors.sum()))
        return core.sigmoid_squared_error(y, target)

    for _ in islice(core.train(model, batches(), loss, core.SGD(lr=0.1)), 10_000):
        pass
    assert [f"{error:.8f}" for *_, error in printed] == [
        "3.45638663", "3.63389116", "3.91366595", "3.72191702", "3.58527130",
        "2.53352328", "0.57691441", "1.42589952", "0.47477457", "0.21595037"]
    assert printed[0][:3] == (9, 60, 1) and printed[-1][:3] == (11, 3, 14)
    assert core.count_right_sums(model) == 16_384


@pytest.fixture(scope="module")
def classic_run():
    """min-char-rnn on the shipped text: what it was before steps 0, 1, 10, 100, 1000.

    {steps: (model, optimizer, state)}, and the tokens.
    """
    text = core.load_text("the_night_ferry")
    vocabulary = core.Vocabulary.from_text(text)
    ids, n = vocabulary.encode(text), len(vocabulary)
    model, optimizer = RNN(n, 100, n, rng=0), core.Adagrad(lr=0.1)
    for name, W in model.params.items():
        W *= 0.01 * len(W) ** 0.5 if name[0] == "W" else 0  # normal, 0.01 wide
    run = core.train(model, core.text_batches(ids, window=25),
                     core.softmax_cross_entropy, optimizer, clip=5)
    kept = {0: copy.deepcopy((model, optimizer, np.zeros((1, 100))))}
    for progress in islice(run, 1000):
        if progress.step in (1, 10, 100, 1000):
            kept[progress.step] = copy.deepcopy((model, optimizer, progress.state))
    return kept, ids


@pytest.mark.parametrize("step", [0, 1, 10, 100, 1000])
def test_loss_and_gradients_agree_with_the_step_by_step_program(classic_run, step):
    kept, ids = classic_run
    model, _, state = kept[step]
    x, target, carry = next(core.text_batches(ids, window=25, start=step))
    value, grads = gradients(model, x, target, state, "softmax_cross_entropy")
    slow_value, slow, h = reference.loss_and_gradients(
        reference.from_core(model.params), x[:, 0], target[:, 0], state.T)
    assert carry == (step > 0)
    assert abs(value - slow_value) <= 1e-12 * slow_value
    for name, array in reference.to_core(slow).items():
        assert distance(grads[name], array) <= 1e-12, name
    assert distance(model.forward(x, state)[1].state, h.T) <= 1e-12


def test_one_training_step_agrees_with_the_step_by_step_program(classic_run):
    kept, ids = classic_run
    model, optimizer, state = copy.deepcopy(kept[100])
    x, target, carry = next(core.text_batches(ids, window=25, start=100))
    slow = reference.from_core(model.params)
    memory = reference.from_core(optimizer.memory[0])
    for array in memory.values():
        array -= 1e-8  # rnn_core puts it in at the start, the reference at the end
    _, grads, _ = reference.loss_and_gradients(slow, x[:, 0], target[:, 0], state.T)
    reference.clip(grads, 0.5)
    assert sum((abs(g) == 0.5).sum() for g in grads.values()) > 10  # it does clip
    reference.adagrad(slow, grads, memory)
    start = core.Progress(100, 0.0, 0.0, state)
    next(core.train(model, [(x, target, carry)], core.softmax_cross_entropy,
                    optimizer, clip=0.5, start=start))
    for name, array in reference.to_core(slow).items():
        assert distance(model.params[name], array) <= 1e-9, name
    for name, array in reference.to_core(memory).items():
        assert distance(optimizer.memory[0][name], array + 1e-8) <= 1e-9, name


def test_training_reads_what_the_step_by_step_program_reads():
    """Windows, carried state, a new pass, losses and smooth loss, over 3 passes."""
    text = core.load_text("dinosaurs")[:300]
    vocabulary = core.Vocabulary(text)
    ids, n = vocabulary.encode(text), len(vocabulary)
    model = RNN(n, 10, n, rng=0)
    slow = reference.train(reference.from_core(model.params), text)
    batches = [*islice(core.text_batches(ids, window=25), 30)]
    run = core.train(model, batches, core.softmax_cross_entropy, core.Adagrad(), clip=5)
    for (x, target, _), progress, (tokens, targets, loss, smooth_loss, h) in zip(
            batches, run, slow, strict=False):
        assert x[:, 0].tolist() == tokens and target[:, 0].tolist() == targets
        assert progress.loss == pytest.approx(loss, rel=1e-6)
        assert progress.smooth_loss == pytest.approx(smooth_loss, rel=1e-6)
        np.testing.assert_allclose(progress.state, h.T, atol=1e-5)
    assert progress.step == 30 and sum(carry for *_, carry in batches) == 27


# ------------------------------------------------------------ batches, time and types
@pytest.mark.parametrize("tokens", [False, True], ids=["numbers", "tokens"])
@pytest.mark.parametrize("loss", LOSSES)
def test_a_batch_gives_the_mean_of_its_members(loss, tokens):
    model, (x, target, state) = small_model(), a_batch(loss, tokens)
    value, grads = gradients(model, x, target, state, loss)
    singles = [gradients(model, x[:, [b]], target[:, [b]], state[[b]], loss)
               for b in range(3)]
    assert value == pytest.approx(np.mean([single[0] for single in singles]), 1e-14)
    for name in model.params:
        mean = np.mean([single[1][name] for single in singles], axis=0)
        assert distance(grads[name], mean) < 1e-14, name
    dstates = np.concatenate([single[1]["state"] for single in singles]) / 3
    assert distance(grads["state"], dstates) < 1e-14


@pytest.mark.parametrize("B", [1, 3])
def test_two_halves_with_the_state_carried_are_one_run(B):
    model, (x, _, state) = small_model(), a_batch(T=6, B=B)
    y, trace = model.forward(x, state)
    y1, first = model.forward(x[:2], state)
    y2, second = model.forward(x[2:], first.state)
    np.testing.assert_allclose(np.concatenate([y1, y2]), y, rtol=1e-14)
    np.testing.assert_allclose(second.state, trace.state, rtol=1e-14)
    np.testing.assert_array_equal(trace.h[0], state)
    np.testing.assert_array_equal(trace.h[-1], trace.state)
    np.testing.assert_array_equal(model.forward(x)[0], model.forward(x, 0 * state)[0])


def test_float32_is_close_to_float64():
    x, target, state = a_batch()
    one, other = (gradients(small_model(dtype=dtype), x, target, state, "squared_error")
                  for dtype in (np.float64, "float32"))
    assert other[0] == pytest.approx(one[0], 1e-5) and other[0] != one[0]
    for name, array in other[1].items():
        assert array.dtype == np.float32
        assert distance(array, one[1][name]) < 1e-5, name


@pytest.mark.parametrize("B", [1, 3])
def test_tokens_are_one_hot_inputs(B):
    model, (x, target, state) = small_model(), a_batch(tokens=True, B=B)
    a = gradients(model, x, target, state, "squared_error")
    b = gradients(model, np.eye(3)[x], target, state, "squared_error")
    assert a[0] == pytest.approx(b[0], 1e-14)
    for name in a[1]:
        assert distance(a[1][name], b[1][name]) < 1e-14, name


@pytest.mark.parametrize("B", [1, 3])
def test_traces_do_not_disturb_each_other_and_arguments_stay_whole(B):
    model, (x, target, state) = small_model(), a_batch(B=B)
    before = copy.deepcopy((x, target, state, model.params))
    expected = gradients(model, x, target, state, "squared_error")
    y, trace = model.forward(x, state)
    dy = core.squared_error(y, target)[1]
    kept = y.copy(), dy.copy()
    other_y, other = model.forward(2 * x, -state)
    model.backward(other, other_y)
    for _ in range(2):  # twice gives the same
        grads, dstate = model.backward(trace, dy)
        np.testing.assert_equal({**grads, "state": dstate}, expected[1])
    np.testing.assert_equal((x, target, state, model.params), before)
    np.testing.assert_equal((y, dy), kept)


@pytest.mark.parametrize("B", [1, 3])
@pytest.mark.parametrize("activation", core.ACTIVATIONS)
def test_used_buffers_change_no_number(activation, B):
    model, (x, target, state) = small_model(activation), a_batch(B=B)
    value, expected = gradients(model, x, target, state, "squared_error")
    _, used = model.forward(-3 * x, 2 * state)
    grads, _ = model.backward(used, np.ones((5, B, 5)))
    y, trace = model.forward(x, state, out=used)
    got, dstate = model.backward(trace, core.squared_error(y, target)[1], out=grads)
    assert trace is used and got is grads
    np.testing.assert_equal({**got, "state": dstate}, expected)
    _, other = model.forward(x[:2], state, out=used)  # of another shape: a new one
    assert other is not used and other.y.shape == (2, B, 5)


def test_weights_are_drawn_by_the_seed_with_the_variance_of_lecun():
    a, b, c = (RNN(50, 200, 40, rng=seed).params for seed in (1, 1, 2))
    np.testing.assert_equal(a, b)
    assert (a["Whh"] != c["Whh"]).all()
    for name, n in ("Wxh", 50), ("Whh", 200), ("Why", 200):
        assert abs(a[name].mean()) < 0.05 / n**0.5
        assert a[name].std() == pytest.approx(n**-0.5, 0.05)
    assert not a["bh"].any() and not a["by"].any()
    assert {k: W.shape for k, W in a.items()} == {
        "Wxh": (50, 200), "Whh": (200, 200), "Why": (200, 40), "bh": (200,),
        "by": (40,)}


# ------------------------------------------------------------- clipping and optimisers
def sgd(p, g, memory, step):
    return p - 0.1 * g

def momentum(p, g, memory, step):
    memory["v"] = 0.9 * memory.get("v", 0) - 0.1 * g
    return p + memory["v"]

def adagrad(p, g, memory, step):
    memory["sum"] = memory.get("sum", 0) + g**2
    return p - 0.1 * g / np.sqrt(memory["sum"] + 1e-8)

def rmsprop(p, g, memory, step):
    memory["mean"] = 0.9 * memory.get("mean", 0) + 0.1 * g**2
    return p - 0.001 * g / (np.sqrt(memory["mean"]) + 1e-8)

def adam(p, g, memory, step):
    memory["m"] = 0.9 * memory.get("m", 0) + 0.1 * g
    memory["v"] = 0.999 * memory.get("v", 0) + 0.001 * g**2
    m, v = memory["m"] / (1 - 0.9**step), memory["v"] / (1 - 0.999**step)
    return p - 0.001 * m / (np.sqrt(v) + 1e-8)


@pytest.mark.parametrize("kind", ["one piece", "plain dict", "replaced", "deep copy"])
@pytest.mark.parametrize("slow", [sgd, momentum, adagrad, rmsprop, adam])
def test_optimisers_agree_with_their_definitions(slow, kind):
    by_name = {name.lower(): value for name, value in vars(core).items()}
    optimizer, rng = by_name[slow.__name__](), np.random.default_rng(3)
    params = small_model().params
    if kind == "plain dict":
        params = dict(params)
    expected = {name: array.copy() for name, array in params.items()}
    memory = {name: {} for name in params}
    for step in range(1, 8):
        if kind == "replaced" and step == 4:
            params["Whh"], expected["Whh"] = np.ones((4, 4)), np.ones((4, 4))
        if kind == "deep copy" and step == 4:
            params = copy.deepcopy(params)
        grads = {name: rng.normal(size=array.shape) for name, array in params.items()}
        if kind == "one piece":
            grads = core.Arrays(grads)
        optimizer.step(params, grads)
        for name, g in grads.items():
            expected[name] = slow(expected[name], g, memory[name], step)
            np.testing.assert_allclose(params[name], expected[name], 1e-11, 1e-13)


@pytest.mark.parametrize("kind", [core.Arrays, dict, copy.deepcopy])
def test_clipping_cuts_values_or_shortens_the_whole(kind):
    def arrays():
        return kind(core.Arrays({"a": np.array([3.0, -9.0]), "b": np.array([[4.0]])}))
    clipped = core.clip_by_value(grads := arrays(), 3.5)
    assert clipped is grads
    np.testing.assert_equal({**grads}, {"a": [3, -3.5], "b": [[3.5]]})
    core.clip_by_norm(grads := arrays(), 2.0)  # of norm sqrt(106)
    for name, array in arrays().items():
        np.testing.assert_allclose(grads[name], array * 2 / 106**0.5, rtol=1e-15)
    np.testing.assert_equal({**core.clip_by_norm(arrays(), 20.0)}, {**arrays()})
    nothing = core.clip_by_norm({"a": np.zeros(3)}, 1.0)
    assert nothing["a"].tolist() == [0, 0, 0]
    grads = arrays()
    grads["b"] = np.array([[-8.0]])  # another array under an old name
    assert core.clip_by_value(grads, 1)["b"].tolist() == [[-1]]


@pytest.mark.parametrize("change", [copy.deepcopy, copy.copy, "replace"])
def test_training_moves_the_models_own_parameters_whatever_became_of_them(change):
    x, target, _ = a_batch()
    models = small_model(), small_model()
    if change == "replace":
        models[1].params["Whh"] = models[1].params["Whh"].copy()
    else:
        models = models[0], change(models[1])
    for model in models:
        run = core.train(model, [(x, target)] * 5, core.squared_error, core.Adam(0.01))
        losses = [progress.loss for progress in run]
        assert all(a > b for a, b in zip(losses[:-1], losses[1:], strict=True))
    np.testing.assert_equal({**models[1].params}, {**models[0].params})
    assert (models[0].params["Whh"] != small_model().params["Whh"]).all()


def test_a_deep_copy_is_independent():
    model, (x, target, _) = small_model(), a_batch()
    twin = copy.deepcopy(model)
    next(core.train(twin, [(x, target)], core.squared_error, core.SGD(0.1)))
    np.testing.assert_equal({**model.params}, {**small_model().params})


def test_train_clips_by_a_limit_or_by_any_function():
    x, target, _ = a_batch()
    moved = {}
    for name, clip in {"none": None, "value": 0.01,
                       "norm": lambda grads: core.clip_by_norm(grads, 0.01)}.items():
        model = small_model()
        next(core.train(model, [(x, target)], core.squared_error, core.SGD(1.0), clip))
        moved[name] = core.Arrays({
            k: W - small_model().params[k] for k, W in model.params.items()}).flat
    np.testing.assert_allclose(moved["value"], moved["none"].clip(-0.01, 0.01), 1e-10)
    assert np.linalg.norm(moved["norm"]) == pytest.approx(0.01)
    assert np.linalg.norm(moved["none"]) > 0.1


def test_a_run_that_diverges_stops_before_it_spoils_the_parameters():
    rng = np.random.default_rng(0)
    model = RNN(3, 8, 5, activation="relu", rng=0)
    batches = ((10 * rng.normal(size=(5, 3, 3)), rng.normal(size=(5, 3, 5)))
               for _ in range(100))
    done, before = [], None
    with pytest.raises(FloatingPointError) as error:
        for progress in core.train(model, batches, core.squared_error, core.SGD(9.0)):
            done.append(progress)
            before = copy.deepcopy(dict(model.params))
    np.testing.assert_equal(dict(model.params), before)
    assert np.isfinite(done[-1].loss)
    for word in f"step {len(done) + 1} ", f"{done[-1].loss:g}", "below 9,", "clip":
        assert word in str(error.value)


# -------------------------------------------------------------------- binary addition
def test_one_sum_by_hand():
    x, target = core.binary_addition(5, 3, 4)  # 0101 + 0011 = 1000
    assert x[:, 0].tolist() == [[1, 1], [0, 1], [1, 0], [0, 0]]
    assert target[:, 0, 0].tolist() == [0, 0, 0, 1]


@pytest.mark.parametrize("n_bits", [1, 2, 7, 8, 9, 63, 64, 65, 1023, 1024])
def test_sums_of_any_length_are_written_and_read_back(n_bits):
    rng = np.random.default_rng(n_bits)
    low = [int.from_bytes(rng.bytes(128), "little") >> (1025 - n_bits)
           for _ in range(20)]
    a, b = [*low[:10], 0, 2**n_bits - 1], [*low[10:], 0, 0]
    x, target = core.binary_addition(a, b, n_bits)
    assert x.shape == (n_bits, 12, 2) and target.shape == (n_bits, 12, 1)
    assert core.bits_to_int(x[:, :, 0]) == a
    assert core.bits_to_int(x[..., 1] > 0.5) == b
    assert core.bits_to_int(target) == [i + j for i, j in zip(a, b, strict=True)]
    assert core.bits_to_int(target[:, 3, 0]) == a[3] + b[3]


def test_right_sums_are_counted_as_a_slow_loop_counts_them():
    rng, model = np.random.default_rng(4), RNN(2, 8, 1, rng=4)
    batches = (core.binary_addition(*rng.integers(8, size=(2, 16)), 4)
               for _ in range(120))
    for _ in core.train(model, batches, core.sigmoid_cross_entropy, core.Adam(0.02)):
        pass
    slow = 0
    for a in range(8):
        for b in range(8):
            y, _ = model.forward(core.binary_addition(a, b, 4)[0])
            slow += core.bits_to_int(y > 0) == [a + b]
    assert core.count_right_sums(model, 4) == slow
    assert 5 < slow < 64  # or it would say nothing
