"""Exercises of lesson 6: inside the adder."""

import copy

import numpy as np

from rnn_core import RNN, sigmoid

from .checking import exercise, need


# --------------------------------------------------------- the carry of two numbers
def step_by_step(carries_on):
    """Remember one carry; `carries_on` tells from the ones in a column if one goes on.
    """
    def answer(a, b, n_bits):
        comes, carry = [], 0
        for t in range(n_bits):
            comes.append(carry)
            carry = int(carries_on((a >> t & 1) + (b >> t & 1) + carry))
        return comes
    return answer


@exercise(
    cases=lambda: [(1, 1, 3), (9, 60, 8), (127, 1, 8), (5, 2, 4), (99, 33, 8),
                   (3, 3, 4), (2**70 - 1, 1, 72), (0, 1, 1)],
    mistakes=[
        (lambda a, b, n_bits: [(a ^ b ^ (a + b)) >> t + 1 & 1 for t in range(n_bits)],
         "This is the carry that goes out of each column. What comes into column t "
         "went out of column t - 1."),
        (lambda a, b, n_bits: [(a & b) >> t & 1 for t in range(n_bits)],
         "1 + 1 sends a carry to the next column. And a carry that comes in passes "
         "through a column with one 1 and one 0."),
        (step_by_step(lambda ones: ones == 2),
         "A column with 1 + 1 and a carry that comes in holds three ones: it sends a "
         "carry on, too."),
        (lambda a, b, n_bits: [(a & b) << 1 >> t & 1 for t in range(n_bits)],
         "These are the carries that are born of 1 + 1. A carry that comes in also "
         "passes through a column with one 1 and one 0."),
        (lambda a, b, n_bits: [(a ^ b ^ (a + b)) >> t & 1
                               for t in reversed(range(n_bits))],
         "This is in the order of paper. Here the least significant column comes "
         "first."),
        (lambda a, b, n_bits: [(a + b) >> t & 1 for t in range(n_bits)],
         "These are the bits of the sum. The carry makes a + b + carry + sum even in "
         "every column."),
    ],
    hints=[
        "Bit t of a whole number n is n >> t & 1. Walk from column 0 upwards and "
        "remember one carry.",
        "In each column: note the carry, then add a's bit, b's bit and the carry. The "
        "next carry is 1 if that makes 2 or 3. Or without remembering: the carry is 1 "
        "where the bits of a, b and a + b have an odd sum.",
    ],
)
def carry_into(a, b, n_bits):
    """The carry into each column, from the numbers."""
    odd = a ^ b ^ (a + b)  # bit t is 1 where a carry came in
    return np.array([odd >> t & 1 for t in range(n_bits)])


# -------------------------------------------------------------------- a linear probe
def clouds(centres, sizes, spread=0.1, seed=0):
    """Draw states around centres: [(label, centre)], so many for each."""
    draws = np.random.RandomState(seed)
    states = [centre + spread * draws.standard_normal((size, len(centre)))
              for (_, centre), size in zip(centres, sizes, strict=True)]
    labels = np.repeat([label for label, _ in centres], sizes)
    return np.concatenate(states), labels


def share_right(answer, centres, sizes):
    """Fit an answer on some states; tell its share right on others, weighed by cloud.

    The states to test on lie around the same centres, as many around each.
    """
    w, b = answer(*clouds(centres, sizes))
    states, labels = clouds(centres, [200] * len(centres), seed=1)
    return ((states @ np.asarray(w) + b > 0) == labels).mean()


NEAR = [(0, (-0.5, 0.2, 0.0)), (1, (0.5, -0.3, 0.0))]
HIGH = [(0, (1.0, 1.0, 0.2)), (1, (2.0, 2.0, 0.4))]
FAR = [(0, (0.0, 0.0, 0.0)), (1, (1.0, 0.0, 0.0)), (1, (12.0, 0.0, 0.0))]


def gives_two_things(answer):
    """it gives weights and a bias"""
    result = answer(*clouds(NEAR, (30, 30)))
    need(isinstance(result, tuple | list) and len(result) == 2,
         "give two things: `return w, b`")


def gives_weights_and_bias(answer):
    """there is one weight for each number of a state"""
    result = answer(*clouds(NEAR, (30, 30)))
    need(np.shape(result[0]) == (3,), "for states of 3 numbers, w has the shape "
         f"{np.shape(result[0])}, and (3,) is right")
    need(np.size(result[1]) == 1, "b must be a single number")
    need(np.isfinite(np.append(result[0], result[1])), "w or b is not finite: are the "
         "steps too long?")


def points_the_right_way(answer):
    """states with label 1 score higher than those with label 0"""
    w, _ = answer(*clouds(NEAR, (30, 30)))
    need(np.dot(w, (1.0, -0.5, 0.0)) > 0, "the states with label 1 score lower than "
         "those with label 0")


def reads_clouds_around_zero(answer):
    """it reads unseen states of two clouds, one on each side of zero"""
    share = share_right(answer, NEAR, (30, 30))
    need(share > 0.98, f"of two well separated clouds, one on each side of zero, it "
         f"reads {share:.0%} of unseen states rightly")


def reads_clouds_away_from_zero(answer):
    """it reads them when both clouds lie on the same side of zero"""
    share = share_right(answer, HIGH, (60, 60))
    need(share > 0.98, f"of two well separated clouds, both on the same side of zero, "
         f"it reads {share:.0%} of unseen states rightly")


def far_states_do_not_fool_it(answer):
    """states far on the right side do not fool it"""
    share = share_right(answer, FAR, (100, 75, 25))
    need(share > 0.95, "with some states of label 1 far away from the border, on the "
         f"right side, it reads {share:.0%} of unseen states rightly")


def descend(states, labels, bias=True, sign=1, steps=2000, lr=0.5):
    """Logistic regression, with room for mistakes."""
    w, b = np.zeros(states.shape[1]), 0.0
    for _ in range(steps):
        error = sigmoid(states @ w + b) - labels
        w = w - sign * lr * states.T @ error / len(states)
        b = b - sign * lr * error.mean() * bias
    return w, b


def by_least_squares(states, labels, low=-1):
    """Least squares with targets of `low` and 1: weights and bias in one vector."""
    ones = np.ones((len(states), 1))
    target = low + (1 - low) * labels
    return np.linalg.lstsq(np.hstack([states, ones]), target, rcond=None)[0]


def split(solved):
    """Take weights and bias apart."""
    return solved[:-1], solved[-1]


@exercise(
    agree=False,
    cases=lambda: [clouds(NEAR, (30, 20))],
    properties=[gives_two_things, gives_weights_and_bias, points_the_right_way,
                reads_clouds_around_zero, reads_clouds_away_from_zero,
                far_states_do_not_fool_it],
    mistakes=[
        (lambda states, labels: by_least_squares(states, labels),
         "The bias is not one of the weights. Give both: `return w, b`."),
        (lambda states, labels: (np.zeros((states.shape[1], 1)), 0.0),
         "labels have the shape (n,), so the scores need it, too: begin with "
         "`w = np.zeros(states.shape[1])`, and with 0 for b."),
        (lambda states, labels: descend(states, labels, sign=-1, steps=50),
         "You walk uphill: the gradient of the logits is p - label, and the step goes "
         "against it."),
        (lambda states, labels: split(by_least_squares(states, labels, low=0)),
         "The border is where states @ w + b is 0. The cross entropy wants labels of 0 "
         "and 1, and p - label with p = sigmoid(states @ w + b). Least squares wants "
         "-1 and 1."),
        (lambda states, labels: descend(states, labels, bias=False),
         "Without a bias every border goes through zero: fit b, too. If you do, take "
         "more steps, or longer ones: it is not there yet."),
        (lambda states, labels: split(by_least_squares(states, labels)),
         "Least squares wants every state of label 1 at a score of exactly 1, so a "
         "state that is right by far pulls at the border as hard as one that is wrong. "
         "The cross entropy leaves such a state alone."),
    ],
    hints=[
        "A probe is one neuron. Begin with w and b at zero, and go down the gradient "
        "of the cross entropy: of the logit it is p - label, with p = sigmoid(logit).",
        "error = sigmoid(states @ w + b) - labels has the shape (n,). The gradient of "
        "w is states.T @ error / n, that of b is error.mean().",
        "A learning rate of 0.5 and 2,000 steps are enough for clouds like these.",
    ],
)
def fit_probe(states, labels):
    """A linear probe by logistic regression."""
    w, b = np.zeros(states.shape[1]), 0.0
    for _ in range(2000):
        error = sigmoid(states @ w + b) - labels  # (n,): d loss / d logit
        w = w - 0.5 * states.T @ error / len(states)
        b = b - 0.5 * error.mean()
    return w, b


# ---------------------------------------------------------- what a flat map leaves out
def some_states(n, sizes, shift, seed=0):
    """Draw n states that vary by so much along mixed directions, around a shift."""
    draws = np.random.RandomState(seed)
    mix, _ = np.linalg.qr(draws.standard_normal((len(sizes), len(sizes))))
    return draws.standard_normal((n, len(sizes))) * sizes @ mix + shift


def all_of_it_in_the_end(answer):
    """all components together keep everything"""
    kept = np.asarray(answer(some_states(40, (3.0, 1.0, 0.5), 2.0)))
    need(abs(kept[-1] - 1) < 1e-9, f"the last share is {kept[-1]:.4g}, and with every "
         "component nothing is left out: it must be 1")


def a_shift_changes_nothing(answer):
    """moving all states together changes nothing"""
    states = some_states(40, (3.0, 1.0, 0.5), 0.0)
    need(np.allclose(answer(states), answer(states + np.array([5.0, -2.0, 1.0]))),
         "moving all states together changes the result")


@exercise(
    cases=lambda: [(np.array([[1.0, 0.0], [3.0, 0.0], [2.0, 1.0], [2.0, -1.0],
                              [4.0, 0.0], [0.0, 0.0]]),),
                   (some_states(30, (2.0, 1.0, 0.3), np.array([1.0, -2.0, 3.0])),),
                   (some_states(200, (1.0, 0.8, 0.5, 0.1, 0.01), 0.5, seed=1),)],
    properties=[all_of_it_in_the_end, a_shift_changes_nothing],
    mistakes=[
        (lambda states: np.cumsum(np.linalg.svd(states, compute_uv=False)**2)
         / (states**2).sum(),
         "Take the mean state away first: variance is about the distance from the "
         "mean, not from zero."),
        (lambda states: (lambda s: np.cumsum(s) / s.sum())(np.linalg.svd(
            states - states.mean(axis=0), compute_uv=False)),
         "Singular values are lengths. Variance goes with their squares."),
        (lambda states: np.cumsum(np.linalg.svd(
            states - states.mean(axis=0), compute_uv=False)**2),
         "These are sums of squares. A share is a part of the whole: divide by the sum "
         "of all."),
        (lambda states: (lambda s: np.cumsum(s**2) / (s**2).sum())(np.linalg.svd(
            states - states.mean(), compute_uv=False)),
         "You took one mean of all numbers away. Each unit has its own: the mean over "
         "the states, axis 0."),
        (lambda states: (lambda s: np.cumsum(s**2) / (s**2).sum())(np.linalg.svd(
            states - states.mean(axis=1, keepdims=True), compute_uv=False)),
         "The mean state is the mean over the states, axis 0. You took the mean over "
         "the numbers of each state."),
        (lambda states: (lambda s: s**2 / (s**2).sum())(np.linalg.svd(
            states - states.mean(axis=0), compute_uv=False)),
         "These are the shares of single components. Add them up: with k components, "
         "the first k of them are kept."),
        (lambda states: (lambda v: np.cumsum(v) / v.sum())(
            np.linalg.eigvalsh(np.cov(states.T))),
         "The smallest component comes first here. Begin with the largest."),
        (lambda states: (lambda v: np.cumsum(v) / v.sum())(states.var(axis=0)),
         "These are the variances of the single units. The components are other "
         "directions: the singular value decomposition finds them."),
    ],
    hints=[
        "np.linalg.svd(centred, compute_uv=False) gives the singular values, the "
        "largest first.",
        "The square of a singular value is the sum of squares along its component. "
        "What share of the sum of all squares have the first k? np.cumsum adds up.",
    ],
)
def variance_kept(states):
    """The share of the variance that the first 1, 2, 3, ... components keep."""
    centred = states - states.mean(axis=0)
    squares = np.linalg.svd(centred, compute_uv=False) ** 2
    return np.cumsum(squares) / squares.sum()


# --------------------------------------------------------------------- the machine
@exercise(
    cases=lambda: [(state, a, b) for state in (0, 1) for a in (0, 1) for b in (0, 1)],
    mistakes=[
        (lambda state, a, b: ((state + a + b) % 2, (state + a + b) // 2),
         "The two are there in the wrong order: first the next state, then the bit."),
        (lambda state, a, b: (a & b, (state + a + b) % 2),
         "This carries 1 only for 1 + 1. With a carry coming in, one 1 is enough."),
        (lambda state, a, b: ((state + a + b) // 2, (a + b) % 2),
         "The bit of the sum counts the carry that comes in as well."),
        (lambda state, a, b: ((a + b) // 2, (a + b) % 2),
         "This has no memory: it never looks at its state."),
    ],
    hints=[
        "Three bits come together in a column: the carry and one from each number. "
        "Their sum is 0, 1, 2 or 3. Write these four in binary.",
        "Two binary digits hold the sum: the upper one is carried, the lower one is "
        "written.",
    ],
)
def carry_machine(state, a, b):
    """One step of the machine: the next state, and the bit of the sum."""
    column = state + a + b
    return column // 2, column % 2


# --------------------------------------------------------------------- a unit cut out
def some_model(seed=0, bias=False):
    """Make a network with large random weights."""
    draws = np.random.RandomState(seed)
    model = RNN(2, 5, 3, activation="sigmoid", bias=bias, rng=seed)
    for W in model.params.values():
        W[:] = 2 * draws.standard_normal(W.shape)
    return model


def run_silenced(model, x, unit):
    """Run a network step by step, with one unit at 0 after each step: slow, sure."""
    p, h, y = model.params, np.zeros((x.shape[1], model.n_hidden)), []
    for x_t in x:
        h = sigmoid(x_t @ p["Wxh"] + h @ p["Whh"] + p.get("bh", 0))
        h[:, unit] = 0
        y.append(h @ p["Why"] + p.get("by", 0))
    return np.array(y)


def silences(answer, T, sentence):
    """Raise Wrong unless the answer's networks do as the definition on T columns."""
    x = np.random.RandomState(1).randint(2, size=(T, 4, 2)).astype(float)
    for bias in (False, True):
        for unit in (1, 4):
            model = some_model(unit, bias)
            right = run_silenced(model, x, unit)
            y, _ = answer(model, unit).forward(x)
            need(np.shape(y) == right.shape and np.allclose(y, right), sentence)


def gives_a_network(answer):
    """it gives a network"""
    twin = answer(some_model(), 1)
    need(hasattr(twin, "forward"), "the result is no network: it has no `forward`")


def of_the_same_sizes(answer):
    """it has the same sizes"""
    model = some_model()
    twin = answer(some_model(), 1)
    for name, W in model.params.items():
        shape = np.shape(twin.params[name])
        need(shape == W.shape, f"in the result {name} has the shape {shape}, and "
             f"{W.shape} is right")


def leaves_the_model_alone(answer):
    """the network that it is given stays as it was"""
    model, before = some_model(), some_model()
    twin = answer(model, 1)
    need(twin is not model, "the result is the same network, not a copy")
    for name, W in before.params.items():
        need(np.array_equal(model.params[name], W),
             f"your function changes {name} of the network that it is given")


def says_no_half(answer):
    """the unit does not say one half"""
    x = np.ones((1, 1, 2))
    y, _ = answer(some_model(), 1).forward(x)
    half = 0.5 * some_model().params["Why"][1]
    need(abs(y - run_silenced(some_model(), x, 1) - half) > 1e-9,
         "the unit still says one half to the outputs")


def the_outputs_do_not_hear_it(answer):
    """in the first column the outputs do not hear the unit"""
    silences(answer, 1, "in the first column the outputs still hear the unit, or no "
             "longer hear another one")


def the_units_do_not_hear_it(answer):
    """later on no other unit hears it either"""
    silences(answer, 4, "from the second column on the outputs are wrong: the units "
             "hear the unit, or no longer hear another one")


def cut(model, unit, copied=copy.deepcopy, hears=False, column=False, output=True):
    """Cut a unit, with room for mistakes."""
    twin = copied(model)
    p = twin.params
    if hears:
        p["Wxh"][:, unit] = p["Whh"][:, unit] = 0
        return twin
    p["Why"][unit] *= not output
    if column:
        p["Whh"][:, unit] = 0
    else:
        p["Whh"][unit] = 0
    return twin


def take_out(model, unit):
    """Take a unit out, which changes the sizes."""
    twin = copy.deepcopy(model)
    for name, axes in (("Wxh", [1]), ("Whh", [0, 1]), ("Why", [0])):
        for axis in axes:
            twin.params[name] = np.delete(twin.params[name], unit, axis)
    return twin


@exercise(
    agree=False,
    cases=lambda: [(some_model(), 1)],
    properties=[gives_a_network, of_the_same_sizes, leaves_the_model_alone,
                says_no_half, the_outputs_do_not_hear_it, the_units_do_not_hear_it],
    mistakes=[
        (lambda model, unit: cut(model, unit).params,
         "Give the whole network, not its parameters alone."),
        (take_out,
         "Keep the unit, and let it say nothing: set what it says to 0 instead of "
         "taking it out."),
        (lambda model, unit: cut(model, unit, copy.copy),
         "`copy.copy` makes a new network around the same arrays, and no copy at all "
         "makes nothing new. `copy.deepcopy` copies the arrays, too."),
        (lambda model, unit: cut(model, unit, hears=True),
         "You have cut what the unit hears. It then says sigmoid(0), which is one "
         "half, to everyone. Cut what it says: row `unit` of Whh and of Why."),
        (lambda model, unit: cut(model, unit, output=False),
         "What unit j says to the outputs stands in row j of Why. Set this row to 0, "
         "and no other."),
        (lambda model, unit: cut(model, unit, column=True),
         "The next step hears the units through h @ Whh. What unit j says stands in "
         "row j of Whh, what it hears in column j."),
    ],
    hints=[
        "A unit speaks in two places: to the outputs through Why, and to all units of "
        "the next step through Whh. What it hears does not matter then.",
        "`twin = copy.deepcopy(model)` is a network with arrays of its own. Which rows "
        "or columns of its Why and Whh must be 0?",
        "h @ Why multiplies row j of Why by unit j. Set row `unit` of both to 0.",
    ],
)
def cut_unit(model, unit):
    """A copy of the network in which a unit says nothing."""
    twin = copy.deepcopy(model)
    twin.params["Whh"][unit] *= 0  # what it says to the units of the next step
    twin.params["Why"][unit] *= 0  # what it says to the outputs
    return twin
