"""Exercises of lesson 8: momentum, Adam, the best learning rate, a rate that falls."""

import numpy as np

from rnn_core import SGD, Adam

from .checking import exercise, need


# ------------------------------------------------------------------------ momentum
def momentum_cases():
    """Make parameters, gradients and velocities; the dicts list their keys anyhow."""
    rng = np.random.default_rng(8)
    shapes = {"Wxh": (2, 3), "Whh": (3, 3), "bh": (3,)}
    params, grads, velocity = ({name: rng.standard_normal(shapes[name])
                                for name in names}
                               for names in (shapes, [*shapes][::-1], sorted(shapes)))
    single = tuple({name: a.astype(np.float32) for name, a in arrays.items()}
                   for arrays in (params, grads, velocity))
    return [({"W": np.array([1.0, 2.0])}, {"W": np.array([10.0, -20.0])},
             {"W": np.array([4.0, 0.0])}, 0.1, 0.5),
            (params, grads, velocity, 0.7, 0.9), (*single, 0.7, 0.9)]


def forgets_all_with_decay_0(answer):
    """with decay 0 it is plain gradient descent"""
    params, grads, velocity, rate, _ = momentum_cases()[1]
    moved, _ = answer(params, grads, velocity, rate, 0.0)
    twin = {name: array.copy() for name, array in params.items()}
    SGD(rate).step(twin, grads)
    need(all(np.allclose(moved[name], twin[name]) for name in twin),
         "with decay 0 the step is not that of plain gradient descent")


def grows_ten_times(answer):
    """a gradient that never changes ends in steps ten times as long, with decay 0.9"""
    params, velocity = {"W": np.zeros(1)}, {"W": np.zeros(1)}
    for _ in range(300):
        before = params["W"]
        params, velocity = answer(params, {"W": np.ones(1)}, velocity, 0.01, 0.9)
    step = float(np.squeeze(params["W"] - before))
    need(abs(step + 0.1) < 1e-6, "with a gradient of 1 all the time, a rate of 0.01 "
         "and "
         f"decay 0.9, the steps end up as {step:.4g}, and -0.1 is right")


def momentum_rule(speed, move=lambda W, v, old, rate: W + v):
    """Make an answer that moves with other rules."""
    def answer(params, grads, velocity, learning_rate, decay):
        v = {name: speed(velocity[name], grads[name], learning_rate, decay)
             for name in params}
        moved = {name: move(W, v[name], velocity[name], learning_rate)
                 for name, W in params.items()}
        return moved, v
    return answer


def momentum_in_place(params, grads, velocity, learning_rate, decay):
    """Move the arrays of the caller: a mistake."""
    for name, W in params.items():
        velocity[name] *= decay
        velocity[name] -= learning_rate * grads[name]
        W += velocity[name]
    return params, velocity


def momentum_without_velocity(params, grads, velocity, learning_rate, decay):
    """Give the parameters alone: a mistake."""
    return momentum_step(params, grads, velocity, learning_rate, decay)[0]


def momentum_by_order(params, grads, velocity, learning_rate, decay):
    """Trust the order of the keys: a mistake."""
    v = {name: decay * u - learning_rate * g for name, u, g in zip(
        params, velocity.values(), grads.values(), strict=True)}
    return {name: params[name] + v[name] for name in params}, v


@exercise(
    cases=momentum_cases,
    properties=[forgets_all_with_decay_0, grows_ten_times],
    mistakes=[
        (momentum_rule(lambda v, g, rate, decay: decay * v - rate * g,
                       lambda W, v, old, rate: W + old),
         "The parameters move by the old velocity. Renew the velocity first, and then "
         "move by the new one."),
        (momentum_rule(lambda v, g, rate, decay: decay * v + rate * g),
         "The sign: the gradient points uphill, so it is taken off the velocity."),
        (momentum_rule(lambda v, g, rate, decay: decay * v - (1 - decay) * rate * g),
         "This is a running mean of the gradients: the 1 - decay in it takes away the "
         "gain. Here the velocity is a fading sum, without that factor."),
        (momentum_rule(lambda v, g, rate, decay: decay * v + g,
                       lambda W, v, old, rate: W - rate * v),
         "That is another form of momentum: its parameters move alike, but its "
         "velocity "
         "has no learning rate and the other sign. Here the velocity is the step "
         "itself."),
        (momentum_rule(lambda v, g, rate, decay: decay * v - rate * g,
                       lambda W, v, old, rate: W - v),
         "The minus stands in the velocity already: add the velocity to the "
         "parameter."),
        (momentum_rule(lambda v, g, rate, decay: decay * v - rate * g,
                       lambda W, v, old, rate: W + rate * v),
         "The learning rate comes in twice: it stands in the velocity already."),
        (momentum_rule(lambda v, g, rate, decay: v - rate * g),
         "Nothing of the old velocity fades: multiply it by decay first."),
        (momentum_rule(lambda v, g, rate, decay: decay * (v - rate * g)),
         "Only the old velocity fades. The new gradient counts in full."),
        (momentum_rule(lambda v, g, rate, decay: 0.9 * v - rate * g),
         "0.9 stands in place of decay."),
        (momentum_by_order,
         "The dicts may list their keys in another order: take each array by its "
         "name."),
        (momentum_in_place,
         "`*=`, `-=` and `+=` change the arrays that the caller owns: make new ones."),
        (momentum_without_velocity,
         "Give two dicts, the parameters and the velocity: the next step needs both."),
        (lambda *given: momentum_step(*given)[::-1],
         "The two dicts have changed places: the parameters come first."),
    ],
    hints=[
        "Two lines for each name: the new velocity, then the parameter plus that.",
        "decay * velocity[name] - learning_rate * grads[name] is the new velocity. "
        "Keep "
        "it in a new dict.",
        "Give both at once: return moved, renewed.",
    ],
)
def momentum_step(params, grads, velocity, learning_rate, decay):
    """One step with momentum: the new parameters and the new velocity."""
    renewed = {name: decay * velocity[name] - learning_rate * grads[name]
               for name in params}
    moved = {name: params[name] + renewed[name] for name in params}
    return moved, renewed


# ------------------------------------------------------------------------ Adam
def adam_cases():
    """Make first and later steps; in one of them the gradients are as small as 1e-8."""
    rng = np.random.default_rng(3)
    param, grad, m, v = rng.standard_normal((4, 2, 3))
    later = param, grad, m, v * v, 7, 0.01, 0.8, 0.95
    tiny = 1e-8 * rng.standard_normal((2, 4))
    return [(np.array([1.0, 2.0]), np.array([3.0, -0.5]), np.zeros(2), np.zeros(2), 1,
             0.1, 0.9, 0.999),
            later,
            (np.zeros(4), tiny[0], tiny[1], 2 * tiny[1] ** 2, 3, 0.01, 0.9, 0.99),
            tuple(a.astype(np.float32) if isinstance(a, np.ndarray) else a
                  for a in later)]


def first_step_is_the_rate(answer):
    """the first step is as long as the learning rate, whatever the gradient"""
    for size in (1e-3, 1.0, 1e6):
        zero = np.zeros(1)
        p, _, _ = answer(zero, np.full(1, size), zero.copy(), zero.copy(), 1, 0.01, 0.9,
                         0.999)
        step = float(np.squeeze(p))
        need(abs(step + 0.01) < 1e-6, f"the first step for a gradient of {size:g} is "
             f"{step:.4g}, and -0.01, the learning rate, is right")


def stays_where_nothing_pulls(answer):
    """without any gradient nothing moves, and nothing is divided by 0"""
    ones, zero = np.ones(2), np.zeros(2)
    p, _, _ = answer(ones, zero, zero.copy(), zero.copy(), 1, 0.01, 0.9, 0.999)
    need(np.array_equal(p, ones), "gradients of 0 from the start move the parameters, "
         "or make them nan")


def goes_with_the_core(answer):
    """ten steps go the way of rnn_core's Adam"""
    rng, core = np.random.default_rng(5), Adam(0.03, 0.9, 0.99)
    p, m, v = np.ones(3), np.zeros(3), np.zeros(3)
    twin = {"W": np.ones(3)}
    for n_steps in range(1, 11):
        g = rng.standard_normal(3)
        core.step(twin, {"W": g})
        p, m, v = answer(p, g, m, v, n_steps, 0.03, 0.9, 0.99)
    need(np.allclose(p, twin["W"], rtol=1e-9), "after ten steps the parameters are not "
         "those of `rnn_core.Adam`")


def spoilt_adam(power_m=lambda n: n, power_v=lambda n: n, sign=-1, square=True,
                inside=False, swap=False, give="means", first=None, betas=1,
                tiny=1e-8, late=False):
    """Make an Adam with one fault."""
    def answer(param, grad, m, v, n_steps, learning_rate, beta1, beta2):
        if betas != 1:
            beta1, beta2 = betas(beta1, beta2)
        old = m, v
        m = beta1 * m + (1 - beta1) * grad
        v = beta2 * v + (1 - beta2) * (grad * grad if square else abs(grad))
        m_now = (old[0] if late else m) / (1 - beta1 ** power_m(n_steps))
        v_now = (old[1] if late else v) / (1 - beta2 ** power_v(n_steps))
        if swap:
            m_now, v_now = v_now, m_now
        root = np.sqrt(v_now + 1e-8) if inside else np.sqrt(v_now) + tiny
        step = learning_rate * (grad if first else m_now) / root
        return (param + sign * step, *((m, v) if give == "means" else (m_now, v_now)))
    return answer


def adam_in_place(param, grad, m, v, n_steps, learning_rate, beta1, beta2):
    """Change the arrays of the caller: a mistake."""
    m += (1 - beta1) * (grad - m)
    v += (1 - beta2) * (grad * grad - v)
    v_now = v / (1 - beta2**n_steps)
    param -= learning_rate * m / (1 - beta1**n_steps) / (np.sqrt(v_now) + 1e-8)
    return param, m, v


def adam_without_root(param, grad, m, v, n_steps, learning_rate, beta1, beta2):
    """Divide by the mean square: a mistake."""
    _, m, v = adam_update(param, grad, m, v, n_steps, learning_rate, beta1, beta2)
    m_now, v_now = m / (1 - beta1**n_steps), v / (1 - beta2**n_steps)
    return param - learning_rate * m_now / (v_now + 1e-8), m, v


def never(n_steps):
    """Give a power that makes the correction 1."""
    return np.inf


@exercise(
    cases=adam_cases,
    properties=[first_step_is_the_rate, stays_where_nothing_pulls, goes_with_the_core],
    mistakes=[
        (spoilt_adam(never, never),
         "Both means begin at 0 and are too small at first: divide m by "
         "1 - beta1**n_steps and v by 1 - beta2**n_steps."),
        (spoilt_adam(power_v=never),
         "m is corrected and v is not: divide v by 1 - beta2**n_steps."),
        (spoilt_adam(power_m=never),
         "v is corrected and m is not: divide m by 1 - beta1**n_steps."),
        (spoilt_adam(lambda n: n - 1, lambda n: n - 1),
         "The power is one too small: n_steps is 1 in the first step already, and "
         "with 0 the correction divides by 0."),
        (spoilt_adam(lambda n: n + 1, lambda n: n + 1),
         "The power is one too large: n_steps counts this step, so it is 1 in the "
         "first one."),
        (spoilt_adam(lambda n: 1, lambda n: 1),
         "The correction is that of the first step, each time. The power of beta1 and "
         "beta2 is n_steps."),
        (spoilt_adam(inside=True),
         "The 1e-8 stands outside the root: sqrt(v) + 1e-8. Inside, it would be as "
         "much "
         "as a gradient of 1e-4."),
        (spoilt_adam(tiny=0),
         "The 1e-8 beside the root is missing: it counts where gradients are tiny."),
        (spoilt_adam(late=True),
         "The step uses the means from before this gradient. Renew m and v first."),
        (spoilt_adam(swap=True),
         "m and v have changed places: the mean gradient goes above, the root of the "
         "mean square below."),
        (spoilt_adam(betas=lambda beta1, beta2: (beta2, beta2)),
         "beta2 is used for m. It belongs to v; m has beta1."),
        (spoilt_adam(betas=lambda beta1, beta2: (beta1, beta1)),
         "beta1 is used for v. It belongs to m; v has beta2."),
        (spoilt_adam(betas=lambda beta1, beta2: (beta2, beta1)),
         "beta1 and beta2 have changed places: beta1 is for m, beta2 for v."),
        (spoilt_adam(give="corrected"),
         "Give m and v as they are, without the correction: the next step goes on from "
         "those, and corrects them anew."),
        (spoilt_adam(first=True),
         "The step uses this gradient alone. Use m, the mean of all."),
        (spoilt_adam(sign=1), "The step goes uphill: take it off the parameter."),
        (spoilt_adam(square=False),
         "v is the mean of the squared gradient, grad * grad."),
        (adam_without_root,
         "The root is missing: m is divided by sqrt(v), so that the size of the "
         "gradient cancels."),
        (adam_in_place,
         "`+=` and `-=` change the arrays that the caller owns. `m + ...` makes a new "
         "one."),
    ],
    hints=[
        "Five lines: the new m, the new v, m corrected, v corrected, and the step.",
        "m + (1 - beta1) * (grad - m) is the new m. For v put beta2, and grad * grad "
        "in "
        "the place of grad.",
        "Corrected: m / (1 - beta1**n_steps), and v the same with beta2. The step is "
        "learning_rate times the first over (the root of the second, plus 1e-8).",
    ],
)
def adam_update(param, grad, m, v, n_steps, learning_rate, beta1, beta2):
    """One step of Adam: the new parameter and the new means m and v."""
    m = m + (1 - beta1) * (grad - m)          # mean gradient
    v = v + (1 - beta2) * (grad * grad - v)   # mean square
    m_now = m / (1 - beta1**n_steps)          # corrected for the start at 0
    v_now = v / (1 - beta2**n_steps)
    param = param - learning_rate * m_now / (np.sqrt(v_now) + 1e-8)
    return param, m, v


# ------------------------------------------------------------------ the best rate
def sweeps():
    """Make sweeps: learning rates, and a row of final losses for each, one a seed."""
    nan, inf = np.nan, np.inf
    rates = np.array([0.001, 0.01, 0.1, 1.0])
    calm = np.array([[0.9, 0.8, 0.7], [0.4, 0.5, 0.3], [0.2, 0.1, 0.3],
                     [0.6, 5.0, 0.8]])
    outlier = np.array([[0.9, 0.8, 0.7], [0.3, 0.2, 9.0], [0.6, 0.5, 0.4],
                        [7.0, 0.1, 8.0]])
    crashed = np.array([[0.9, 0.8, 0.7], [0.3, 0.4, 0.5], [nan, 0.1, inf],
                        [nan, nan, nan]])
    some = np.array([[0.9, 0.8, 0.7, 0.6, 0.9], [0.2, nan, 0.3, 0.1, 0.2],
                     [0.25, 0.3, 0.35, 0.4, 0.45], [0.05, nan, nan, inf, 0.1]])
    uneven = np.array([[0.1, 1.0, 0.2], [0.5, 0.6, 0.5]])  # least mean, and least worst
    return [(rates, calm), (rates, outlier), (rates, crashed), (rates, some),
            (rates[:2], uneven),
            (rates[[2, 0, 1]], calm[[2, 0, 1]]), (rates[:2], -calm[:2])]


def order_does_not_matter(answer):
    """neither the order of the rates nor that of the seeds matters"""
    for rates, losses in sweeps():
        order = np.arange(len(rates))[::-1]
        turned, _ = answer(rates[order].copy(), losses[order][:, ::-1].copy())
        right, _ = best_rate(rates, losses)
        need(float(turned) == right, f"with the same rows in the opposite order you "
             f"give {float(turned):g}, and {right:g} is still the best")


def judged_by(typical):
    """Make an answer that judges each rate in another way."""
    def answer(rates, losses):
        with np.errstate(all="ignore"):
            heights = np.asarray(typical(losses))
        place = np.argmin(heights)
        return rates[place], heights[place]
    return answer


def crashed_last(losses):
    """Count nan as infinite."""
    return np.where(np.isnan(losses), np.inf, losses)


def repaired_in_place(rates, losses):
    """Change the losses of the caller: a mistake."""
    losses[np.isnan(losses)] = np.inf
    return best_rate(rates, losses)


def middle_of_the_finite(losses):
    """Take the median of the runs that did not crash."""
    return [np.median(row[np.isfinite(row)]) if np.isfinite(row).any() else np.inf
            for row in losses]


@exercise(
    cases=sweeps,
    properties=[order_does_not_matter],
    mistakes=[
        (judged_by(lambda losses: np.median(losses, axis=1)),
         "np.median of a row with a nan is nan, and np.argmin takes nan for the least. "
         "Make each nan infinite first."),
        (judged_by(lambda losses: crashed_last(np.median(losses, axis=1))),
         "A single nan makes the median of its row nan, so one crashed seed rules out "
         "a good rate. Make each nan infinite first, and then take the median."),
        (judged_by(lambda losses: np.mean(losses, axis=1)),
         "np.mean of a row with a nan is nan, and np.argmin takes nan for the least. "
         "Besides, one bad seed rules a mean: take the median."),
        (judged_by(lambda losses: np.mean(crashed_last(losses), axis=1)),
         "One bad seed rules the mean of a row. The median asks for the seed in the "
         "middle."),
        (judged_by(lambda losses: np.nanmean(losses, axis=1)),
         "One bad seed rules the mean of a row, and the runs that crashed are left "
         "out. "
         "Take the median, and count nan as infinite."),
        (judged_by(lambda losses: np.nan_to_num(
            np.nanmedian(losses, axis=1), nan=np.inf)),
         "nanmedian leaves out the runs that crashed, so a rate at which most of them "
         "crash looks good. Count a nan as infinite."),
        (judged_by(middle_of_the_finite),
         "The runs that crashed are left out, so a rate at which most of them crash "
         "looks good. Count nan as infinite, and keep it in the row."),
        (judged_by(lambda losses: np.min(crashed_last(losses), axis=1)),
         "This asks for the luckiest seed. The median asks for the one in the middle."),
        (judged_by(lambda losses: np.max(crashed_last(losses), axis=1)),
         "This asks for the unluckiest seed. That is a careful choice, but here the "
         "seed in the middle is to decide: the median."),
        (lambda rates, losses: (np.argmin(np.median(crashed_last(losses), axis=1)),
                                np.median(crashed_last(losses), axis=1).min()),
         "This is the place of the best rate. Give the rate itself, rates[place]."),
        (lambda rates, losses: best_rate(rates, losses)[::-1],
         "The two numbers have changed places: the rate comes first, then its loss."),
        (judged_by(lambda losses: np.median(np.nan_to_num(losses), axis=1)),
         "np.nan_to_num makes each nan 0, which is the best of losses. Make it "
         "infinite."),
        (lambda rates, losses: best_rate(rates, losses)[0],
         "This is the rate alone. Give its loss, too: two numbers."),
        (lambda rates, losses: (best_rate(rates, losses)[0],
                                np.min(crashed_last(losses))),
         "The rate is right. But the loss beside it is that of one seed: give the "
         "median of the seeds at this rate."),
        (repaired_in_place,
         "The nan are replaced in the losses of the caller. np.where makes a new "
         "array."),
    ],
    hints=[
        "Three steps: count each nan as infinite, take the median of each row, find "
        "the row where it is least.",
        "np.where(np.isnan(losses), np.inf, losses) makes the new array, and "
        "np.median(..., axis=1) is one number for each rate.",
    ],
)
def best_rate(rates, losses):
    """The rate at which the typical seed ends lowest, and its loss there."""
    losses = np.where(np.isnan(losses), np.inf, losses)  # no number: the worst
    typical = np.median(losses, axis=1)                  # over the seeds
    place = np.argmin(typical)
    return rates[place], typical[place]


# ------------------------------------------------------------------ a rate that falls
def never_rises(answer):
    """it never rises, and from step n_steps on it is 0"""
    rates = [float(answer(step, 40, 0.3)) for step in range(100)]
    rise = next((i for i in range(1, 100) if rates[i] > rates[i - 1] + 1e-12), None)
    need(rise is None, f"of 40 steps: from step {(rise or 1) - 1} to step {rise} the "
         "rate "
         "rises")
    need(np.abs(rates[40:]) < 1e-12, "the rate is not 0 from step n_steps on")


def half_way_down(answer):
    """it is the highest at step 0, and half of that in the middle"""
    for n_steps, highest in ((10, 1.0), (600, 0.02)):
        for step, right in ((0, highest), (n_steps // 2, highest / 2)):
            given = float(answer(step, n_steps, highest))
            need(abs(given - right) < 1e-9, f"at step {step} of {n_steps} the rate is "
                 f"{given:.4g}, and {right:g} is right")


def wave(shape, n=lambda n_steps: n_steps, hold=True):
    """Make an answer with another fall."""
    def answer(step, n_steps, highest):
        done = step / n(n_steps)
        return highest * shape(min(done, 1) if hold else done)
    return answer


def either(shape, hint):
    """Make a mistake and the same without the 0 after the end, with one hint."""
    return [(wave(shape, hold=hold), hint) for hold in (True, False)]


@exercise(
    cases=lambda: [(0, 100, 0.02), (25, 100, 0.02), (50, 100, 0.02), (100, 100, 0.02),
                   (7, 12, 3.0), (1, 4, 1.0), (11, 12, 0.5), (130, 100, 0.02),
                   (250, 100, 0.02)],
    properties=[half_way_down, never_rises],
    mistakes=[
        (wave(lambda done: (1 + np.cos(np.pi * done)) / 2, hold=False),
         "After n_steps your wave comes up again: the share of the way that is done is "
         "never above 1."),
        *either(lambda done: np.cos(np.pi * done),
                "The cosine goes on down to -1, and a learning rate below 0 walks "
                "uphill. Lift it by 1 and halve it."),
        *either(lambda done: 1 + np.cos(np.pi * done),
                "1 + cos begins at 2: halve it."),
        *either(lambda done: np.cos(np.pi * done / 2),
                "This is a quarter of a wave. It falls fastest at the very end; half a "
                "wave is level there. Take cos of pi times the share, lift it by 1 and "
                "halve it."),
        *either(lambda done: (1 + np.cos(2 * np.pi * done)) / 2,
                "This is a whole wave, which is back at the top in the end. Take half "
                "of it: pi, not 2 pi."),
        *either(lambda done: (1 - np.cos(np.pi * done)) / 2,
                "This rises from 0: the sign of the cosine is the other."),
        *either(lambda done: (1 + np.cos(180 * done)) / 2,
                "np.cos counts in radians: half a turn is np.pi and not 180."),
        *either(lambda done: 1 - done,
                "This is a straight line. It works well, too, but half a cosine is "
                "asked for."),
        (wave(lambda done: (1 + np.cos(np.pi * done)) / 2, n=lambda n: n - 1),
         "The rate is 0 one step too early: n_steps is the step at which it reaches "
         "0."),
    ],
    hints=[
        "First the share of the way that is done, from 0 to 1. Then a curve that goes "
        "from 1 to 0 as the share goes from 0 to 1.",
        "np.cos(np.pi * share) goes from 1 to -1. Add 1, halve it.",
        "min(step / n_steps, 1) stays at 1 after the end.",
    ],
)
def cosine_rate(step, n_steps, highest):
    """A learning rate that falls from highest to 0 along half a cosine."""
    done = min(step / n_steps, 1)  # the share of the way; 1 after the end
    return highest * (1 + np.cos(np.pi * done)) / 2
