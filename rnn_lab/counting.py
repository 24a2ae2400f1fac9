"""A model that counts: the mark that a network has to beat (lesson 9)."""

import numpy as np


class CountingModel:
    """Guesses the next character from the last few, by what followed them in a text:

        P(c | context) = (count of c + kinds * P(c | shorter)) / (total + kinds)

    where total characters followed the context, of so many different kinds; shorter is
    the context without its first character, and below the empty one all characters are
    equally likely. A context never seen leaves all to the shorter one. (The smoothing
    is that of Witten and Bell, 1991.)

    - ids: the text's tokens, integers from 0 to n_symbols - 1, of shape (n,)
    - n_symbols: how many different characters there are
    - n_context: how many characters it looks back, 0 or more
    """

    def __init__(self, ids, n_symbols: int, n_context: int):
        sizes = {"n_symbols": (n_symbols, 1), "n_context": (n_context, 0)}
        for name, (size, least) in sizes.items():
            if not isinstance(size, int | np.integer) or size < least:
                raise ValueError(f"{name} is {size!r:.60}: give {least} or more")
        if int(n_symbols) ** (int(n_context) + 1) >= 2**62:
            raise ValueError(f"n_context is {n_context}, which is too long for "
                             f"{n_symbols} symbols: give a smaller number")
        self.n_symbols, self.n_context = int(n_symbols), int(n_context)
        self.tables = [np.unique(code, return_counts=True)
                       for code in self._codes(self._tokens(ids, 1))]

    def odds(self, context) -> np.ndarray:
        """Give the probability of every character after a context, (n_symbols,).
        - context: tokens, (n,), of any length; the last n_context of them count"""
        n, context = self.n_symbols, self._tokens(context, 0)
        p, code = np.full(n, 1 / n), 0
        for k, (found, counts) in enumerate(self.tables[: context.size + 1]):
            code += int(context[-k]) * n ** (k - 1) if k else 0
            low, high = found.searchsorted([code * n, (code + 1) * n])
            if high > low:  # the context was seen, and high - low kinds followed it
                p *= high - low
                p[found[low:high] - code * n] += counts[low:high]
                p /= counts[low:high].sum() + high - low
        return p

    def surprises(self, ids) -> np.ndarray:
        """Tell what each character of a text but the first costs: -log2 P, (n - 1,).
        - ids: the text's tokens, (n,), n of 2 or more"""
        ids = self._tokens(ids, 2)
        p = np.full(len(ids), 1 / self.n_symbols)
        pairs = zip(self.tables, self._codes(ids), strict=False)  # up to the shorter
        for k, ((found, counts), code) in enumerate(pairs):
            first = code - code % self.n_symbols  # the same context and character 0
            low, here, after, high = map(found.searchsorted, (
                first, code, code + 1, first + self.n_symbols))
            sums, kinds = np.append(0, counts.cumsum()), high - low
            np.divide(sums[after] - sums[here] + kinds * p[k:],
                      sums[high] - sums[low] + kinds, out=p[k:], where=kinds > 0)
        return -np.log2(p[1:])

    def bits_per_character(self, ids) -> float:
        """Measure what each next character costs on average, in bits: the figure that
        `rnn_core.bits_per_character` gives for a network."""
        return float(self.surprises(ids).mean())

    def _codes(self, ids) -> list:  # runs of 1, 2, ... tokens, each as one number
        codes = [ids]
        for k in range(1, min(self.n_context + 1, len(ids))):
            codes.append(codes[-1][1:] + ids[:-k] * self.n_symbols**k)
        return codes

    def _tokens(self, ids, shortest: int) -> np.ndarray:
        ids = np.asarray(ids, None if np.size(ids) else int)
        whole = ids.ndim == 1 and ids.size >= shortest and ids.dtype.kind in "iu"
        if not whole or ids.size and not 0 <= ids.min() <= ids.max() < self.n_symbols:
            raise ValueError(f"the tokens are {ids!r:.60}: give {shortest} or more "
                             f"integers from 0 to {self.n_symbols - 1}, of shape (n,)")
        return ids.astype(np.int64)
