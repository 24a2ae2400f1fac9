"""Exercises of lesson 7: gradients that vanish and explode, and what to do."""

import numpy as np

from rnn_core import RNN, clip_by_value

from .checking import exercise, need


def normal(seed, *shapes, dtype=float):
    """Draw arrays of these shapes from the normal distribution."""
    rng = np.random.default_rng(seed)
    return [rng.standard_normal(shape).astype(dtype) for shape in shapes]


# ------------------------------------------------------------ the size on the way back
def walk_cases():
    """Whh, slopes and the last blame: one unit with round numbers first."""
    cases = [(np.array([[0.5]]), np.array([[[1.0]], [[0.5]]]), np.array([[8.0]]))]
    for seed, (T, B, n) in enumerate([(1, 1, 2), (3, 1, 3), (5, 4, 3)]):
        Whh, z, dh = normal(seed, (n, n), (T, B, n), (B, n))
        cases.append((Whh, 1 - np.tanh(z) ** 2, dh))
    return [*cases, tuple(a.astype(np.float32) for a in cases[-1])]


def agrees_with_the_core(answer):
    """the last number is the blame that `backward` gives to the start state"""
    model = RNN(2, 4, 1, rng=3)
    x, dy = normal(5, (6, 3, 2), (6, 3, 1))
    dy[:-1] = 0  # the last output alone is blamed
    y, trace = model.forward(x)
    slopes, dh = 1 - trace.h[1:] ** 2, dy[-1] @ model.params["Why"].T
    sizes = np.asarray(answer(model.params["Whh"].copy(), slopes.copy(), dh))
    _, dstate = model.backward(trace, dy)
    need(abs(sizes[-1] - np.linalg.norm(dstate)) < 1e-9,
         "your last number is not the norm of what `backward` gives as dstate")


def walk(back=lambda W: W.T, order=reversed, step=None, first=True, size=None,
         turn=False):
    """Make a walk back with one fault, or with none."""
    step = step or (lambda dh, slope, back: (dh * slope) @ back)
    size = size or np.linalg.norm

    def answer(Whh, slopes, dh):
        sizes = [size(dh)] if first else []
        for t in order(range(len(slopes))):
            dh = step(dh, slopes[t], back(Whh))
            sizes.append(size(dh))
        return np.array(sizes[::-1] if turn else sizes)
    return answer


@exercise(
    cases=walk_cases,
    properties=[agrees_with_the_core],
    mistakes=[
        (walk(back=lambda W: W),
         "Forward, the state goes through Whh. Blame goes back through Whh.T."),
        (walk(order=list),
         "The blame begins at the last step: use slopes[T - 1] first and slopes[0] "
         "last."),
        (walk(step=lambda dh, slope, back: dh @ back * slope),
         "The order within a step: first back through the squashing (times the slope), "
         "then back through Whh."),
        (walk(step=lambda dh, slope, back: dh @ back),
         "The slopes are left out. This is right for a linear network only."),
        (walk(step=lambda dh, slope, back: dh * slope),
         "Whh is left out: after the slope, the blame goes back through Whh.T."),
        (walk(first=False),
         "Lag 0 is missing: the first of the T + 1 numbers is the norm of dh itself."),
        (walk(turn=True),
         "The order of the result: lag 0, the last state, comes first."),
        (walk(size=lambda dh: (dh ** 2).sum()),
         "This is the square of the norm: take the root."),
        (walk(size=lambda dh: np.linalg.norm(dh, axis=-1).mean()),
         "Take one norm of the whole array dh, over the batch and the units together."),
        (walk(size=lambda dh: np.abs(dh).sum()),
         "The norm is the root of the sum of squares, and not the sum of sizes."),
    ],
    hints=[
        "Keep a list that begins with np.linalg.norm(dh). Walk back from the last "
        "step, and append a norm after each.",
        "One step back is two lines of lesson 4: dz = dh * slopes[t], and then "
        "dh = dz @ Whh.T.",
    ],
)
def gradient_against_lag(Whh, slopes, dh):
    """The norm of the blame, 0, 1, ..., T steps back."""
    sizes = [np.linalg.norm(dh)]
    for slope in slopes[::-1]:       # from the last step to the first
        dh = (dh * slope) @ Whh.T    # through the squashing, then through Whh
        sizes.append(np.linalg.norm(dh))
    return np.array(sizes)


# ------------------------------------------------------------------ a matrix to order
def matrix_cases():
    """Matrices whose leading eigenvalue is positive, negative, a pair; not normal."""
    W, V = normal(0, (4, 4), (7, 7))
    turn = np.array([[0.0, -2.0], [2.0, 0.0]])  # eigenvalues 2i and -2i
    return [(np.array([[4.0]]), 1.0), (np.diag([1.0, -4.0]), 1.0), (turn, 0.5),
            (np.array([[2.0, 30.0], [0.0, 1.0]]), 1.5), (W, 0.9), (V, 1.1),
            (W.astype(np.float32), 0.9)]


def has_the_radius(answer):
    """the largest |eigenvalue| of the result is the radius"""
    for W, radius in matrix_cases():
        found = np.abs(np.linalg.eigvals(answer(W.copy(), radius))).max()
        need(abs(found - radius) < 1e-5 * radius,
             f"the spectral radius of your result is {found:.4g}, and {radius:g} was "
             "asked for")


def rescale_in_place(W, radius):
    """Change the caller's matrix: a mistake."""
    W *= radius / np.abs(np.linalg.eigvals(W)).max()
    return W


@exercise(
    cases=matrix_cases,
    properties=[has_the_radius],
    mistakes=[
        (lambda W, radius: W * radius / np.linalg.norm(W, 2),
         "This sets the largest singular value, the most that one step can stretch. "
         "The radius is the largest |eigenvalue|."),
        (lambda W, radius: W * radius / np.linalg.eigvals(W).max(),
         "An eigenvalue can be negative or complex, so the largest one need not be the "
         "one of the largest size. Take np.abs first, then the max."),
        (lambda W, radius: W * radius / np.abs(np.linalg.eigvals(W).max()),
         "An eigenvalue can be negative, so the largest one need not be the one of the "
         "largest size. Take np.abs of all of them first, then the max."),
        (lambda W, radius: W * radius / np.linalg.eigvals(W).real.max(),
         "This is the largest real part. An eigenvalue can be negative or complex: "
         "take its size, np.abs."),
        (lambda W, radius: W * radius / np.abs(np.linalg.eigvals(W).real).max(),
         "Eigenvalues can be complex. Take np.abs of them before you drop anything."),
        (lambda W, radius: W * radius / np.linalg.norm(W),
         "This divides by the root of the sum of all squares: that is no eigenvalue."),
        (lambda W, radius: W * radius / np.abs(np.linalg.eigvalsh(W)).max(),
         "eigvalsh is for symmetric matrices only, and does not check: use eigvals."),
        (lambda W, radius: W * radius,
         "This multiplies the radius that W has. Divide by that one first."),
        (lambda W, radius: W / np.abs(np.linalg.eigvals(W)).max(),
         "This gives a matrix of radius 1: now multiply by the radius asked for."),
        (rescale_in_place,
         "W *= ... changes the matrix of the caller. Give a new one: W * ..."),
    ],
    hints=[
        "If all numbers of a matrix are multiplied by c, so are its eigenvalues. Which "
        "c is needed?",
        "np.linalg.eigvals(W) gives all eigenvalues, some of them complex. np.abs "
        "gives their sizes.",
    ],
)
def with_radius(W, radius):
    """W, rescaled so that its largest |eigenvalue| is the radius."""
    present = np.abs(np.linalg.eigvals(W)).max()
    return W * (radius / present)


# ----------------------------------------------------------------- clip, all together
def gradient_cases():
    """Dicts of gradients: long ones, short ones, none at all."""
    Whh, by, Why = normal(2, (3, 3), (2,), (3, 2))
    mixed = {"Whh": 5 * Whh, "Why": 0.1 * Why, "by": 20 * by}
    return [({"w": np.array([3.0]), "b": np.array([-4.0])}, 1.0),
            ({"w": np.array([3.0]), "b": np.array([-4.0])}, 20.0),
            (mixed, 2.0), ({k: g / 100 for k, g in mixed.items()}, 2.0),
            ({"w": np.zeros((2, 2)), "b": np.zeros(2)}, 1.0),
            ({k: g.astype(np.float32) for k, g in mixed.items()}, 0.5)]


def length(grads):
    """The norm over all arrays together."""
    return np.sqrt(sum((g.astype(float) ** 2).sum() for g in grads.values()))


def ends_at_the_limit(answer):
    """no result is longer than the limit, over all arrays together"""
    for grads, limit in gradient_cases():
        now = length(answer({k: g.copy() for k, g in grads.items()}, limit))
        need(now <= limit * (1 + 1e-5),
             f"over all arrays together the result has norm {now:.4g}, and the limit "
             f"is {limit:g}")


def gives_new_arrays(answer):
    """the result holds new arrays, also where nothing is shortened"""
    for grads, limit in gradient_cases():
        result = answer(grads, limit)
        need(not any(np.shares_memory(g, grads[k]) for k, g in result.items()),
             "where nothing is shortened, the result holds the arrays of the caller: "
             "give new ones")


def the_same_if_short(grads, limit):
    """Give the caller's arrays back where they are short enough: a mistake."""
    norm = length(grads)
    return {k: g * limit / norm if norm > limit else g for k, g in grads.items()}


def each_alone(grads, limit):
    """Clip each array by its own norm: a mistake."""
    return {k: g * min(1, limit / (np.linalg.norm(g) or 1)) for k, g in grads.items()}


def grown(grads, limit):
    """Bring short gradients up to the limit as well: a mistake."""
    return {k: g * (limit / (length(grads) or 1)) for k, g in grads.items()}


def clipped_in_place(grads, limit):
    """Change the caller's arrays: a mistake."""
    scale = min(1, limit / (length(grads) or 1))
    for g in grads.values():
        g *= scale
    return grads


def by_the_sum_of_norms(grads, limit):
    """Add the norms of the arrays up: a mistake."""
    total = sum(np.linalg.norm(g) for g in grads.values())
    return {k: g * min(1, limit / (total or 1)) for k, g in grads.items()}


def without_root(grads, limit):
    """Compare the sum of the squares with the limit: a mistake."""
    return {k: g * min(1, limit / (length(grads) ** 2 or 1)) for k, g in grads.items()}


def unguarded(grads, limit):
    """Divide by a norm that may be 0: a mistake."""
    norm = length(grads)
    return {k: g / norm * min(norm, limit) for k, g in grads.items()}


@exercise(
    cases=gradient_cases,
    properties=[ends_at_the_limit, gives_new_arrays],
    mistakes=[
        (each_alone,
         "Each array is shortened by its own norm, so they are shortened differently "
         "and the direction turns. Take one norm over all arrays together."),
        (grown,
         "Gradients shorter than the limit are made longer. Leave them: the factor is "
         "at most 1."),
        (clipped_in_place,
         "The arrays of the caller are changed. Give a new dict with new arrays."),
        (lambda grads, limit: clip_by_value(
            {k: g.copy() for k, g in grads.items()}, limit),
         "This cuts number by number, which turns the direction. Shorten all by the "
         "same factor."),
        (the_same_if_short,
         "If one changed your result later, the gradients of the caller would change "
         "with it. Multiply by 1, or use g.copy()."),
        (by_the_sum_of_norms,
         "Norms do not add up. Add the squares of all numbers, then take one root."),
        (without_root, "The norm is the root of the sum of squares."),
        (unguarded,
         "If all gradients are 0, so is the norm, and 0 / 0 is not a number."),
    ],
    hints=[
        "First one number, the norm: the root of the sum of all squares in all arrays. "
        "Then one factor for all of them.",
        "The factor is limit / norm if the norm is above the limit, and else 1. So a "
        "norm of 0 is never divided by.",
    ],
)
def clip_to_norm(grads, limit):
    """The gradients, all shortened alike if together they are longer than the limit."""
    norm = sum((g**2).sum() for g in grads.values()) ** 0.5
    factor = limit / norm if norm > limit else 1.0
    return {name: factor * g for name, g in grads.items()}


# ------------------------------------------------------------------ windows of a long x
def stream_cases():
    """Long sequences: (L, B, n_in), (L, B, n_out) and a window; some with a rest."""
    cases = [(np.arange(6.0).reshape(6, 1, 1), 10 * np.arange(6.0).reshape(6, 1, 1), 2)]
    for seed, (L, B, n_in, window) in enumerate([(8, 3, 2, 4), (11, 2, 3, 4),
                                                 (5, 4, 1, 1), (7, 2, 2, 7)]):
        x, target = normal(seed, (L, B, n_in), (L, B, 1))
        cases.append((x, target, window))
    return cases


def reads_as_one(answer):
    """with the state carried on, a network says what it says of the whole sequence"""
    model = RNN(2, 4, 1, rng=0)
    x, target = normal(3, (12, 2, 2), (12, 2, 1))
    whole, state, parts = model.forward(x)[0], np.full((2, 4), 9.0), []
    for part, _, carry in answer(x.copy(), target.copy(), 3):
        y, trace = model.forward(np.asarray(part), state if carry else None)
        state = trace.state.copy()
        parts.append(y.copy())
    need(abs(np.concatenate(parts) - whole) < 1e-9, "a network that reads your windows "
         "says something else than over the whole sequence")


def cut(first=False, later=True, step=None, rest=False, late=0, last=0):
    """Make a cutter with one fault, or with none."""
    def answer(x, target, window):
        end = len(x) - (0 if rest else window - 1) - last
        return [(x[i : i + window], target[i + late : i + late + window],
                 later if i else first) for i in range(0, end, step or window)]
    return answer


def cut_the_batch(x, target, window):
    """Cut along the batch: a mistake."""
    return [(x[:, i : i + window], target[:, i : i + window], i > 0)
            for i in range(0, x.shape[1], window)]


def without_flags(x, target, window):
    """Forget the carry: a mistake."""
    return [(a, b) for a, b, _ in cut()(x, target, window)]


@exercise(
    cases=stream_cases,
    properties=[reads_as_one],
    mistakes=[
        (cut(first=True),
         "The first window has no window before it: there carry is False."),
        (cut(later=False),
         "From the second window on the state goes on from the last one: carry is "
         "True."),
        (cut(first=True, later=False),
         "The flags are the wrong way round: False for the first window alone."),
        (cut(step=1),
         "The windows overlap. The next one begins where the last one ends."),
        (cut(rest=True),
         "The last window is shorter than the others: leave a rest that fills no "
         "window out."),
        (cut(last=1),
         "The last full window is missing: a window may end exactly where x ends."),
        (cut(late=1),
         "x and target must be cut at the same places: target[t] belongs to x[t]."),
        (cut_the_batch, "Time is the first axis: cut x[start : start + window]."),
        (without_flags, "Each window is a tuple of three: x, target, carry."),
    ],
    hints=[
        "A list of tuples (x, target, carry). The windows start at 0, window, "
        "2 * window, ...",
        "There are len(x) // window full windows. Window number i takes the steps from "
        "i * window to (i + 1) * window.",
        "carry is False for i = 0, and True for all others: i > 0.",
    ],
)
def windows(x, target, window):
    """Cut a long sequence into windows, each with: does it go on from the last?"""
    parts = []
    for i in range(len(x) // window):  # a rest that fills no window stays out
        steps = slice(i * window, (i + 1) * window)
        parts.append((x[steps], target[steps], i > 0))
    return parts
