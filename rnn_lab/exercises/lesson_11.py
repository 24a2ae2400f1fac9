"""Exercises of lesson 11: training the writer."""

import math

import numpy as np

from .checking import exercise, need


# ----------------------------------------------------------------------------- smooth
def losses(n, seed=0):
    """Draw n losses that fall."""
    return 100 / np.arange(1, n + 1) + np.random.default_rng(seed).random(n)


def smooth_cases():
    """Short and long runs, one of a single step, with several shares to keep."""
    return [(np.array([10.0, 20.0]), 0.9), (np.array([4.0, 0.0, 8.0, 0.0]), 0.5),
            (losses(1), 0.75), (losses(30, 1), 0.8), (losses(200, 2), 0.99)]


def steady_stays(answer):
    """a loss that never changes stays what it is"""
    got = np.asarray(answer(np.full(50, 3.0), 0.99))
    need(np.allclose(got, 3.0), f"of 50 losses of 3 your smooth loss makes {got[0]:.4g}"
         f" at first and {got[-1]:.4g} at the end, and both should be 3")


def future_is_unknown(answer):
    """a later loss changes no earlier value"""
    early = np.asarray(answer(losses(8), 0.7))
    late = np.asarray(answer(np.append(losses(8), 1000.0), 0.7))
    need(np.allclose(early, late[:8]), "a ninth loss changes your first eight values: "
         "step t may look at the losses up to t, and at no later one")


def running(first=lambda losses: losses[0], keep=lambda k: k, skip=1, take=0):
    """Make a running mean, right or with a fault."""
    def answer(losses, share):
        k, value, out = keep(share), first(losses), []
        if skip:
            out.append(value)
        for t in range(skip, len(losses)):
            value = k * value + (1 - k) * losses[min(t + take, len(losses) - 1)]
            out.append(value)
        return np.array(out)
    return answer


def raw_last(losses, keep):
    """Mix with the raw loss before, and not with the mean before."""
    before = np.append(losses[0], losses[:-1])
    return keep * before + (1 - keep) * losses


def adds_only(losses, keep):
    """Forget nothing: the new loss comes in whole."""
    value, out = losses[0], [losses[0]]
    for loss in losses[1:]:
        value = keep * value + loss
        out.append(value)
    return np.array(out)


def last_alone(losses, keep):
    """Give the end of the curve and not the curve."""
    return running()(losses, keep)[-1]


@exercise(
    cases=smooth_cases,
    properties=[steady_stays, future_is_unknown],
    mistakes=[
        (running(keep=lambda k: 1 - k), "`keep` is the share of the old mean. You give "
         "it to the new loss: keep and 1 - keep are swapped."),
        (running(first=lambda losses: 0.0, skip=0), "Your mean starts at 0, and it "
         "takes long to forget that: start at the first loss."),
        (running(take=1), "Each value looks one loss too far, into the future."),
        (raw_last, "You mix each loss with the loss before it. Mix it with the smooth "
         "loss before it: that one remembers all of them."),
        (last_alone, "This is the last value alone. Put the value of every step into "
         "a list."),
        (lambda losses, keep: running()(losses, keep)[1:], "The first value is "
         "missing: the curve begins with the first loss."),
        (adds_only, "The new loss comes in whole, so the sum grows. It gets the share "
         "1 - keep."),
        (lambda losses, keep: np.cumsum(losses) / np.arange(1, len(losses) + 1),
         "This is the mean of all losses so far, all with the same weight. Here old "
         "losses fade: each step keeps the share `keep` of the old mean."),
    ],
    hints=[
        "The first value is the first loss. Every other one is made of the value "
        "before it and of the loss of its step.",
        "In a loop: value = keep * value + (1 - keep) * loss, and append each value "
        "to a list.",
    ],
)
def smooth(losses, keep):
    """The running mean of losses, of which each step keeps a share."""
    values = [losses[0]]                   # starts at the first loss
    for loss in losses[1:]:
        values.append(keep * values[-1] + (1 - keep) * loss)
    return np.array(values)


# --------------------------------------------------------------------- bits_from_nats
LOGARITHM = ("The loss is a logarithm already, with base e. Do not take another one: "
             "divide by np.log(2) to come to base 2.")


@exercise(
    cases=lambda: [(math.log(2), 1), (25 * math.log(61), 25), (58.3, 25), (6.5, 4),
                   (0.0, 7)],
    mistakes=[
        (lambda loss, n: loss / n, "These are nats per character. One bit is ln 2 = "
         "0.693 nats, so there are more bits than nats."),
        (lambda loss, n: loss / n * math.log(2), "The wrong way round: a bit is "
         "the smaller unit, so divide by ln 2."),
        (lambda loss, n: loss / math.log(2), "These are the bits of the whole window: "
         "divide by the number of characters."),
        (lambda loss, n: loss * n / math.log(2), "The loss is a sum already: divide it "
         "by the number of characters."),
        (lambda loss, n: loss / n / math.log(10), "np.log10 and ln 10 count decimal "
         "digits. A bit goes with base 2."),
        (lambda loss, n: loss / n / 0.693, "Nearly: divide by np.log(2) itself, and "
         "not by a rounded number."),
        (lambda loss, n: np.log2(loss) / n, LOGARITHM),
        (lambda loss, n: np.log2(loss / n), LOGARITHM),
        (lambda loss, n: math.exp(loss / n), "This is the perplexity, and not the "
         "bits."),
    ],
    hints=[
        "First per character, then from nats to bits.",
        "A nat is 1 / ln 2 bits, about 1.44: divide by np.log(2) itself, and not by a "
        "rounded number.",
    ],
)
def bits_from_nats(loss, n_characters):
    """Bits per character of a loss in nats, summed over the characters."""
    return loss / n_characters / np.log(2)


# ---------------------------------------------------------------------------- streams
def streams_cases():
    """Texts that fit, that have some left over, of one stream and of many."""
    rng = np.random.default_rng(3)
    return [(np.arange(7), 2), (np.arange(8), 2), (np.arange(9), 2), (np.arange(13), 3),
            (rng.integers(61, size=50), 1), (rng.integers(61, size=103), 5),
            (np.arange(5), 4), (rng.integers(61, size=12), 4)]


def reads_on(answer):
    """in each stream the target is the next input"""
    x, target = map(np.asarray, answer(np.arange(100, 131), 3))
    need(x.shape == target.shape == (10, 3), f"31 characters in 3 streams are 10 steps:"
         f" x and target of shape (10, 3), and yours are {x.shape} and {target.shape}")
    need(target[:-1] == x[1:], "target[t] of a stream must be its x[t + 1]")


def make_streams(length=lambda n, B: (n - 1) // B, cut=None, shift=None):
    """Make a function that cuts a text into streams, right or with a fault."""
    def standard(part, B, n):
        return part[: B * n].reshape(B, n).T

    def answer(ids, n_streams):
        n = length(len(ids), n_streams)
        x = (cut or standard)(ids, n_streams, n)
        if shift:
            return x, shift(x)
        return x, (cut or standard)(ids[1:], n_streams, n)
    return answer


def end_of_text(part, B, n):
    """Leave out the start and not the end."""
    return part[len(part) - B * n :].reshape(B, n).T


def inputs_only(ids, n_streams):
    """Forget the targets."""
    return make_streams()(ids, n_streams)[0]


def shifted_columns(ids, n_streams):
    """Cut once, and take the targets from the same columns, one step on."""
    n = len(ids) // n_streams
    x = ids[: n * n_streams].reshape(n_streams, n).T
    return x[:-1], x[1:]


@exercise(
    cases=streams_cases,
    properties=[reads_on],
    mistakes=[
        (make_streams(cut=lambda part, B, n: part[: B * n].reshape(n, B)),
         "reshape(T, B) deals the characters out like cards: in a column, each is B "
         "places after the last. Cut into B stretches, reshape(B, T), and transpose."),
        (make_streams(cut=lambda part, B, n: part[: B * n].reshape(B, n)),
         "Each row is a stream here. Time comes first: transpose, so that each column "
         "is one."),
        (make_streams(shift=lambda x: np.roll(x, -1, axis=0)),
         "The last target of each stream is its own first character. Cut the targets "
         "from the text as well, one place further on."),
        (make_streams(shift=lambda x: x.copy()),
         "The target is the input itself. It should be one place further on: ids[1:]."),
        (make_streams(shift=lambda x: np.roll(x, 1, axis=0)),
         "The targets are the characters before. They should be those after."),
        (make_streams(length=lambda n, B: n // B), "The last character of the text "
         "has no next one. So where the text fits exactly, there is one target too "
         "few: T = (n - 1) // n_streams."),
        (make_streams(length=lambda n, B: n // B,
                      shift=lambda x: np.roll(x, -1, axis=0)),
         "The last target of each stream is its own first character. Cut the targets "
         "from the text as well, one place further on."),
        (make_streams(length=lambda n, B: (n - 2) // B),
         "Where the text fits exactly, one step is lost: n - 1 characters have a next "
         "one, so T = (n - 1) // n_streams."),
        (inputs_only, "This is x alone. Give both: return x, target."),
        (shifted_columns, "Each stream loses its last step, since its last target "
         "stands at the start of the next column. Cut the targets from ids[1:]."),
        (make_streams(cut=end_of_text),
         "What is left over should be left out at the end of the text, and not at its "
         "start."),
    ],
    hints=[
        "Of n characters, n - 1 have a next one. So each stream has T = (n - 1) // "
        "n_streams steps, and what is left over at the end is left out.",
        "ids[:B * T].reshape(B, T) has a stretch of the text in each row. Transposed, "
        "it has one in each column.",
        "The targets are cut in the same way from ids[1:].",
    ],
)
def streams(ids, n_streams):
    """Inputs and targets, (T, n_streams) each: every column reads its own stretch."""
    T = (len(ids) - 1) // n_streams      # the last character has no next one
    used = n_streams * T
    x = ids[:used].reshape(n_streams, T).T  # a stretch a row, then a column
    target = ids[1:used + 1].reshape(n_streams, T).T
    return x, target


# ------------------------------------------------------------------------- early_stop
def score_cases():
    """Held-out scores that turn, fall to the end, wobble, recover too late."""
    return [([5.0, 4.0, 3.0, 3.5, 4.0, 4.5], 2), ([3.0, 2.5, 2.4, 2.3], 2),
            ([4.0, 3.0, 3.2, 2.8, 3.1, 2.9, 3.0, 1.0], 2),
            ([4.0, 3.0, 3.2, 2.8, 3.1, 2.9, 3.0, 1.0], 4),
            ([4.0, 3.0, 3.0, 3.0, 2.0], 2), ([4.0, 3.0, 3.5, 3.4, 2.0], 3),
            ([2.0], 1), ([1.0, 2.0, 0.5], 1), ([4.0, 5.0, 4.5, 3.0, 9.0], 3),
            ([2.0, 3.0, 1.0, 4.0, 5.0, 0.5], 2)]


def the_rest_is_never_seen(answer):
    """scores after the stop change nothing"""
    for late in (0.0, 9.0):
        kept = answer([3.0, 2.0, 2.5, 2.6, late, late], 2)
        need(kept == 1, "with patience 2, training on [3, 2, 2.5, 2.6, ...] stops "
             f"after 2.6 and keeps step 1, whatever would come: yours keeps {kept}")


def stopper(better=lambda score, best: score < best, reset=True, wait=0, give="best"):
    """Make an early stop, right or with a fault."""
    def answer(scores, patience):
        best, waited = 0, 0
        for i in range(1, len(scores)):
            if better(scores[i], scores[best]):
                best, waited = i, 0 if reset else waited
            else:
                waited += 1
            if waited >= patience + wait:
                break
        else:
            i = len(scores) - 1
        return {"best": best, "last": i, "score": scores[best]}[give]
    return answer


def against_the_last(scores, patience):
    """Count rises against the score before, and not against the best."""
    best, waited = 0, 0
    for i in range(1, len(scores)):
        waited = waited + 1 if scores[i] >= scores[i - 1] else 0
        if scores[i] < scores[best]:
            best = i
        if waited >= patience:
            break
    return best


@exercise(
    cases=score_cases,
    properties=[the_rest_is_never_seen],
    mistakes=[
        (lambda scores, patience: int(np.argmin(scores)), "This looks at all scores, "
         "but training stops when `patience` scores in a row are no better than the "
         "best: what comes later is never known."),
        (stopper(give="score"), "This is the best score. Give its index: its place in "
         "`scores`, counted from 0."),
        (stopper(give="last"), "This is the step at which training stops. Keep the "
         "step with the best score: the weights have become worse since."),
        (stopper(reset=False), "A new best score starts the waiting anew: set the "
         "count back to 0."),
        (stopper(wait=1), "You wait for one score more than `patience`."),
        (stopper(better=lambda score, best: score > best), "Bits are a cost: lower is "
         "better."),
        (stopper(better=lambda score, best: score <= best), "An equal score is no "
         "better one, so it counts as waiting."),
        (against_the_last, "You compare each score with the one before it. Compare it "
         "with the best so far: a wobble is no progress."),
    ],
    hints=[
        "Walk through the scores, and remember the place of the best one so far.",
        "How many scores have come since the best? When it is `patience` of them, stop "
        "looking.",
        "if scores[i] < scores[best]: best = i; elif i - best >= patience: break.",
    ],
)
def early_stop(scores, patience):
    """The place of the score to keep."""
    best = 0
    for i in range(1, len(scores)):
        if scores[i] < scores[best]:
            best = i
        elif i - best >= patience:     # so many in a row were no better
            break                      # the rest is never trained
    return best
