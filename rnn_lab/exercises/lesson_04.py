"""Exercises of lesson 4: blame travels back through time."""

import numpy as np

from rnn_core import sigmoid, sigmoid_cross_entropy

from .checking import exercise, need

# For a loop that adds into an array of its own.
WIDE = ("np.zeros and np.ones make float64, unless you say otherwise: np.zeros(shape, "
        "{}.dtype).")


def draws(seed, *shapes, dtype=float):
    """Draw arrays of these shapes from the normal distribution."""
    rng = np.random.default_rng(seed)
    return tuple(rng.standard_normal(shape).astype(dtype) for shape in shapes)


# ------------------------------------------------------------- blame from the outputs
def output_cases():
    """Outputs, targets and output weights: one number first, then all sizes differ."""
    cases = []
    for seed, (T, B, n_hidden, n_out) in enumerate(
            [(1, 1, 1, 1), (1, 2, 3, 1), (4, 3, 5, 2), (3, 2, 4, 4)]):
        y, Why = draws(seed, (T, B, n_out), (n_hidden, n_out))
        cases.append((y, (y[::-1] + Why[0] > 0) * 1.0, Why))
    y, target, Why = (a.astype(np.float32) for a in cases[2])
    return [*cases, (y, target, Why)]


def moves_with_the_states(answer):
    """it is the slope of the loss along every state"""
    h, Why, by = draws(7, (4, 3, 5), (5, 2), (2,))
    target = np.ones((4, 3, 2))
    given = np.asarray(answer(h @ Why + by, target, Why))
    for place in [(0, 0, 0), (3, 2, 4), (1, 2, 3)]:
        nudged = h.astype(complex)
        nudged[place] += 1e-100j
        loss, _ = sigmoid_cross_entropy(nudged @ Why + by, target)
        need(abs(given[place] - loss.imag / 1e-100) < 1e-9,
             "your result is not the slope of the loss along a state")


@exercise(
    cases=output_cases,
    properties=[moves_with_the_states],
    mistakes=[
        (lambda y, target, Why: (sigmoid(y) - target) @ Why.T,
         "The loss is the mean over the batch: each sum has a share of 1 / B only."),
        (lambda y, target, Why: (sigmoid(y) - target) / y[..., 0].size @ Why.T,
         "The loss is averaged over the batch and summed over time: divide by B, "
         "which is y.shape[1]."),
        (lambda y, target, Why: (target - sigmoid(y)) / y.shape[1] @ Why.T,
         "The sign is turned round: where the network says too much, dy is positive."),
        (lambda y, target, Why: (sigmoid(y) - target) / y.shape[1] @ Why,
         "Why leads from the states to the outputs. Blame goes the other way: Why.T."),
        (lambda y, target, Why: (y - target) / y.shape[1] @ Why.T,
         "y holds logits. What is compared with the target is the sigmoid of them."),
        (lambda y, target, Why: (sigmoid(y) - target) * sigmoid(y) * (1 - sigmoid(y))
         / y.shape[1] @ Why.T,
         "The slope of the sigmoid cancels out of the cross entropy: leave p (1 - p) "
         "away."),
        (lambda y, target, Why:
         ((sigmoid(y) - target) / y.shape[1] @ Why.T).astype(float),
         WIDE.format("y")),
        (lambda y, target, Why: (sigmoid(y) - target) / y.shape[1],
         "This is dy, the blame of the logits. The states answer for it through Why: "
         "go on to dy @ Why.T."),
    ],
    hints=[
        "Go in two steps: the blame dy of the logits, of the shape of y, then that "
        "of the states, of shape (T, B, n_hidden).",
        "For the cross entropy, dy is the belief minus the target, divided by B.",
        "A state reaches the outputs through Why, (n_hidden, n_out). So dy, (T, B, "
        "n_out), goes back through Why.T, (n_out, n_hidden).",
    ],
)
def output_delta(y, target, Why):
    """The blame that the outputs send to the states, all time steps at once."""
    B = y.shape[1]
    dy = (sigmoid(y) - target) / B  # (T, B, n_out)
    return dy @ Why.T               # (T, B, n_hidden)


# -------------------------------------------------------- one step back: both together
def delta_cases():
    """Blame from above and from the right: one unit, then more, then float32."""
    cases = []
    for seed, (B, n) in enumerate([(1, 1), (1, 3), (4, 3), (3, 3)]):
        dh_out, dz_next, Whh, z = draws(seed, (B, n), (B, n), (n, n), (B, n))
        cases.append((dh_out, dz_next, Whh, sigmoid(z)))
    return [*cases, tuple(a.astype(np.float32) for a in cases[2])]


def adds_both_blames(answer):
    """twice the blame from both sides is twice the delta"""
    dh_out, dz_next, Whh, h = delta_cases()[2]
    once, twice = (np.asarray(answer(k * dh_out, k * dz_next, Whh, h)) for k in (1, 2))
    need(abs(twice - 2 * once) < 1e-9, "with twice the blame, your delta is not twice "
         "as large")


@exercise(
    cases=delta_cases,
    properties=[adds_both_blames],
    mistakes=[
        (lambda dh_out, dz_next, Whh, h: (dh_out + dz_next @ Whh) * h * (1 - h),
         "Forward, the state goes through Whh. Blame goes the other way: Whh.T."),
        (lambda dh_out, dz_next, Whh, h: dh_out * h * (1 - h),
         "The blame from the future is left out: dz_next @ Whh.T."),
        (lambda dh_out, dz_next, Whh, h: dz_next @ Whh.T * h * (1 - h),
         "The blame from the output is left out: dh_out."),
        (lambda dh_out, dz_next, Whh, h:
         (dh_out + dz_next @ Whh.T) * sigmoid(h) * (1 - sigmoid(h)),
         "h is the output of the sigmoid already: its slope is h (1 - h), without "
         "another sigmoid."),
        (lambda dh_out, dz_next, Whh, h: dh_out * h * (1 - h) + dz_next @ Whh.T,
         "Both blames go through the sigmoid: add them first, then multiply the sum by "
         "the slope."),
        (lambda dh_out, dz_next, Whh, h: dh_out + dz_next @ Whh.T * h * (1 - h),
         "Both blames go through the sigmoid, the one from the output too: put the sum "
         "in brackets before you multiply by the slope."),
        (lambda dh_out, dz_next, Whh, h: dh_out + dz_next @ Whh.T,
         "This is the blame of the state, dh. For dz, multiply it by the slope of the "
         "sigmoid."),
        (lambda dh_out, dz_next, Whh, h: (dh_out + dz_next @ Whh.T) * (1 - h * h),
         "1 - h^2 is the slope of tanh. For the sigmoid, told from its output, it is "
         "h (1 - h)."),
    ],
    hints=[
        "First collect all the blame of the state: from the output, from the future. "
        "Then go back through the sigmoid.",
        "The blame from the future is dz_next @ Whh.T. The slope of the sigmoid, told "
        "from its output, is h (1 - h).",
    ],
)
def hidden_delta(dh_out, dz_next, Whh, h):
    """The delta of one step: blame from the output and the future, times the slope."""
    dh = dh_out + dz_next @ Whh.T  # (B, n_hidden), all the blame of the state
    return dh * h * (1 - h)        # back through the sigmoid


# -------------------------------------------------------------- shares of the weights
def share_cases(with_states=True):
    """States (T + 1, B, n) and deltas (T, B, n): small whole numbers first."""
    cases = [(np.arange(4.0).reshape(4, 1, 1), np.array([1.0, 10, 100])[:, None, None])]
    for seed, (T, B, n) in enumerate([(3, 1, 2), (3, 2, 4), (5, 3, 2)]):
        cases.append(draws(seed, (T + 1, B, n), (T, B, n)))
    cases.append(tuple(a.astype(np.float32) for a in cases[2]))
    return cases if with_states else [(dz,) for _, dz in cases]


def any_order_of_the_batch(answer):
    """the order of the sums in the batch does not matter"""
    h, dz = share_cases()[3]
    same = abs(np.asarray(answer(h, dz)) - answer(h[:, ::-1], dz[:, ::-1])) < 1e-9
    need(same, "with the sums of the batch in another order your result changes")


def rows(a):
    """All time steps and sums as rows: (T, B, n) -> (T * B, n)."""
    return a.reshape(-1, a.shape[-1])


@exercise(
    cases=share_cases,
    properties=[any_order_of_the_batch],
    mistakes=[
        (lambda h, dz: rows(h[1:]).T @ rows(dz),
         "dz[t] arose from h[t], the state before step t, and h[1:] holds the states "
         "after the steps: take h[:-1]."),
        (lambda h, dz: rows(dz).T @ rows(h[:-1]),
         "This is the transposed matrix: in Whh[i, j], unit i is where a number comes "
         "from, so the states stand first."),
        (lambda h, dz: rows(h[:-1]).T @ rows(dz) / dz.shape[1],
         "The mean over the batch is in dz already: the shares are added, without "
         "dividing once more."),
        (lambda h, dz: h[-2].T @ dz[-1],
         "This is the share of the last step alone. Every step has used Whh: add the "
         "shares of all steps."),
        (lambda h, dz: h[:-1].swapaxes(1, 2) @ dz,
         "These are the shares of the steps, one matrix a step: add them up."),
        (lambda h, dz: h[:-1].T @ dz,
         "Look at the shapes. There is one state more than there are deltas: take "
         "h[:-1]. And `.T` of an array with three axes turns all three round, time "
         "too: go step by step, or lay all rows below one another first."),
        (lambda h, dz: (rows(h[:-1]).T @ rows(dz)).astype(float), WIDE.format("dz")),
    ],
    hints=[
        "The share of one step is h[t].T @ dz[t]. A loop that adds them is a right "
        "answer.",
        "Without a loop: the sum over t and over the batch is one matrix product, if "
        "you lay all T * B rows below one another.",
        "h has T + 1 states. The last one was not fed into Whh any more: h[:-1].",
    ],
)
def whh_gradient(h, dz):
    """The gradient of Whh: the shares of all time steps in one product."""
    T, B, n = dz.shape
    before = h[:-1].reshape(T * B, n)  # the states that went into each step
    return before.T @ dz.reshape(T * B, n)


@exercise(
    cases=lambda: share_cases(with_states=False),
    mistakes=[
        (lambda dz: dz.mean(axis=(0, 1)),
         "The shares are added: over time since the loss is a sum over time, and over "
         "the batch because the mean is in dz already."),
        (lambda dz: dz.sum(axis=0).mean(axis=0),
         "The mean over the batch is in dz already: add over the batch too."),
        (lambda dz: dz.sum(axis=0),
         "This is a sum over time alone. bh is shared by all sums of the batch too, "
         "so its gradient has the shape (n_hidden,)."),
        (lambda dz: dz.sum(axis=1),
         "This is a sum over the batch alone. bh is used at every time step, so add "
         "over time too."),
        (lambda dz: dz[-1].sum(axis=0),
         "This is the share of the last step alone: add over all time steps."),
        (lambda dz: dz.sum(axis=(0, 1)).astype(float), WIDE.format("dz")),
        (lambda dz: dz.sum(),
         "This is one number for all units: each hidden unit has a bias of its own."),
    ],
    hints=[
        "A bias is a weight on an input of 1, always. What is left of x[t].T @ dz[t] "
        "if every row of x[t] is a single 1?",
        "bh is used T * B times: its gradient is the sum of that many rows of dz.",
    ],
)
def bias_gradient(dz):
    """The gradient of bh: it has added the same to every row, so add all rows."""
    T, B, n = dz.shape
    return dz.reshape(T * B, n).sum(axis=0)


# ------------------------------------------------------------------------ all of BPTT
def tanh_network(seed, T, B, n_in, n_hidden, n_out, dtype=float):
    """Draw a network of tanh units, run it, and give (params, x, h, dy)."""
    shapes = {"Wxh": (n_in, n_hidden), "Whh": (n_hidden, n_hidden), "bh": (n_hidden,),
              "Why": (n_hidden, n_out), "by": (n_out,)}
    *W, x, start, dy = draws(seed, *shapes.values(), (T, B, n_in), (B, n_hidden),
                             (T, B, n_out), dtype=dtype)
    params = {name: array / 2 for name, array in zip(shapes, W, strict=True)}
    return params, x, tanh_states(params, x, start), dy


def tanh_states(params, x, start):
    """Run the network forward and give all its states, (T + 1, B, n_hidden)."""
    h = [start]
    for x_t in x:
        h.append(np.tanh(x_t @ params["Wxh"] + h[-1] @ params["Whh"] + params["bh"]))
    return np.array(h)


def passes_the_check(answer):
    """every gradient agrees with the complex step"""
    params, x, h, dy = tanh_network(9, 4, 2, 3, 5, 2)
    grads = answer(dict(params), x, h, dy)
    for name, W in params.items():
        for place in [*np.ndindex(W.shape)][::3]:
            twin = W.astype(complex)
            twin[place] += 1e-100j
            p = params | {name: twin}
            y = tanh_states(p, x, h[0])[1:] @ p["Why"] + p["by"]
            slope = (y * dy).sum().imag / 1e-100
            need(abs(grads[name][place] - slope) < 1e-8,
                 f"the gradient of {name} does not agree with the complex step")


def spoilt_bptt(back=lambda Whh: Whh.T, slope=lambda h: 1 - h * h, late=False,
                early=False, of=1, mean=False, steep=False, last=False):
    """Make a BPTT with one fault, or with none."""
    def answer(params, x, h, dy):
        dz, dh_next = np.empty_like(h[1:]), 0
        for t in reversed(range(len(dy))):
            dh = dy[t] @ params["Why"].T + dh_next
            dz[t] = dh * slope(h[t + of])
            dh_next = (dh if steep else dz[t]) @ back(params["Whh"])
        if last:
            x, h, dz, dy = x[:1], h[:2], dz[:1], dy[:1]
        grads = {"Wxh": rows(x).T @ rows(dz), "bh": rows(dz).sum(axis=0),
                 "Whh": rows(h[1:] if late else h[:-1]).T @ rows(dz),
                 "Why": rows(h[:-1] if early else h[1:]).T @ rows(dy),
                 "by": rows(dy).sum(axis=0)}
        return {k: g / dy.shape[1] for k, g in grads.items()} if mean else grads
    return answer


@exercise(
    cases=lambda: [tanh_network(0, 1, 1, 1, 1, 1), tanh_network(1, 3, 1, 1, 2, 1),
                   tanh_network(2, 3, 2, 3, 4, 2), tanh_network(3, 5, 3, 2, 3, 4),
                   tanh_network(2, 3, 2, 3, 4, 2, np.float32)],
    properties=[passes_the_check],
    mistakes=[
        (spoilt_bptt(back=lambda Whh: Whh),
         "The blame from the future goes through Whh, and must go through Whh.T."),
        (spoilt_bptt(back=lambda Whh: 0 * Whh),
         "The blame from the future is left out, so each step answers for its own "
         "output alone: after each step keep dz @ Whh.T for the step before."),
        (spoilt_bptt(slope=lambda h: h * (1 - h)),
         "h (1 - h) is the slope of the sigmoid. For tanh, told from its output, it is "
         "1 - h^2."),
        (spoilt_bptt(slope=lambda h: 1 - np.tanh(h) ** 2),
         "h is the output of tanh already: its slope is 1 - h^2, with no other tanh."),
        (spoilt_bptt(slope=lambda h: 1),
         "Going back through tanh multiplies the blame by the slope 1 - h^2."),
        (spoilt_bptt(late=True),
         "For Whh, dz[t] belongs to h[t], the state before step t, not to h[t + 1]."),
        (spoilt_bptt(early=True),
         "For Why, dy[t] belongs to h[t + 1], the state after step t, not to h[t]."),
        (spoilt_bptt(of=0),
         "Step t leads to h[t + 1], so the slope of its tanh is 1 - h[t + 1]^2."),
        (spoilt_bptt(steep=True),
         "What goes back to the step before is dz @ Whh.T, not dh @ Whh.T: the blame "
         "has gone through tanh before it goes through Whh."),
        (spoilt_bptt(last=True),
         "These are the shares of step 0 alone: in the loop, add the shares of all "
         "steps with +=."),
        (spoilt_bptt(mean=True),
         "The mean over the batch is in dy already: add over the batch."),
    ],
    hints=[
        "Begin with rnn_backward_step_by_step from this lesson. What changes if the "
        "units are tanh?",
        "The one new thing is the slope: 1 - h[t + 1] ** 2.",
        "In the loop, from the last step to the first: dh = dy[t] @ Why.T + dh_next, "
        "then dz, then five shares to add, then dh_next = dz @ Whh.T.",
    ],
)
def bptt(params, x, h, dy):
    """All gradients of a network of tanh units, one step at a time."""
    Whh, Why = params["Whh"], params["Why"]
    grads = {name: np.zeros_like(W) for name, W in params.items()}
    dh_next = 0  # after the last step there is no future
    for t in reversed(range(len(x))):
        dh = dy[t] @ Why.T + dh_next     # from the output, from the future
        dz = dh * (1 - h[t + 1] ** 2)    # back through tanh
        grads["Wxh"] += x[t].T @ dz
        grads["Whh"] += h[t].T @ dz      # the state before the step
        grads["bh"] += dz.sum(axis=0)
        grads["Why"] += h[t + 1].T @ dy[t]
        grads["by"] += dy[t].sum(axis=0)
        dh_next = dz @ Whh.T             # for the step before
    return grads
