"""Small random faults in a worked solution, to see that its check finds them.

    python tests/mutations.py                  every exercise: survivors
    python tests/mutations.py stable_sigmoid   one exercise, all its mutants
"""

import ast
import copy
import difflib
import random
import sys
import warnings

from rnn_lab.exercises import checking

# Mutants that compute the same as the solution, or are right in another way:
# {exercise: {the changed line as ast.unparse writes it: why it is as good}}.
EQUIVALENT = {
    # lesson 0
    # lesson 1
    "stable_sigmoid": {
        "return np.where(z >= 0, 1, e) / (1 + e)": "at 0 both numerators are 1",
    },
    # lesson 2
    "numerical_gradient": {
        "gradient = np.ones(x.shape)": "every entry is overwritten",
    },
    "complex_gradient": {
        "gradient = np.ones(x.shape)": "every entry is overwritten",
    },
    "cross_entropy": {
        "s = np.maximum(0, y) + np.log1p(e)": "the larger of two, in either order",
    },
    "xor_by_hand": {
        "sure = 19": "large weights are sure, whatever they are",
        "sure = 21": "large weights are sure, whatever they are",
        "Wxh = sure / np.ones((2, 2))": "to divide by 1 is to multiply by it",
        "Wxh = sure + np.ones((2, 2))": "21 is as good as 20",
        "Why = sure / np.array([[1.0], [-1.0]])": "the same weights",
        "Why = sure * np.array([[1.0], [-2.0]])": "AND may switch off harder",
    },
    # lesson 3
    "unroll": {
        "return states": "a list of T + 1 equal shapes counts as an array",
    },
    "parity_network": {
        "W, factor = (model.params, 19)": "any factor above 5 or so will do",
        "W, factor = (model.params, 21)": "any factor above 5 or so will do",
        "W['Why'][:] = [[1], [-2]]": "for two ones 1 - 2 is below 0, as 1 - 1 - 0.5 is",
    },
    # lesson 4
    # lesson 5
    "exhaustive_accuracy": {
        "a, b = np.indices((n, n)).reshape(2, -2)": "NumPy takes any negative length",
        "x, target = binary_addition(b, a, n_bits)": "all pairs hold both orders",
    },
    # lesson 6
    "carry_into": {
        "return [odd >> t & 1 for t in range(n_bits)]": "a list of numbers will do",
    },
    "fit_probe": {
        "w, b = (np.zeros(states.shape[1]), -1.0)": "any place to begin will do",
        "w, b = (np.zeros(states.shape[1]), 1.0)": "any place to begin will do",
        "w, b = (np.ones(states.shape[1]), 0.0)": "any place to begin will do",
        "w = w - states.T @ error / len(states)": "another learning rate",
        "w = w - 0.5 * states.T @ error": "another learning rate",
        "w = w - 1.5 * states.T @ error / len(states)": "another learning rate",
        "w = w - (0.5 + states.T) @ error / len(states)": "downhill, slantwise",
        "b = b - error.mean()": "another learning rate",
        "b = b - 1.5 * error.mean()": "another learning rate",
        "b = b - 0.5 * error.sum()": "another learning rate",
        "for _ in range(1999):": "one step more or less",
        "for _ in range(2001):": "one step more or less",
    },
    "variance_kept": {
        "centred = states.mean(axis=0) - states": "squares do not mind the sign",
    },
    # lesson 7
    "gradient_against_lag": {
        "return sizes": "a list of numbers will do",
    },
    "clip_to_norm": {
        "factor = limit / norm if norm >= limit else 1.0": "at the limit both are 1",
    },
    # lesson 8
    "cosine_rate": {
        "done = min(1, step / n_steps)": "the smaller of two, in either order",
    },
    # lesson 9
    "next_odds": {
        "counts[ids[t], ids[t + 1]] += 2": "shares of twice the counts are the same",
        "return np.where(total > 0, counts / np.maximum(total, 0), even)":
            "np.where hides each 0 / 0",
        "return np.where(total > 0, counts / np.maximum(1, total), even)":
            "the larger of two numbers, in either order",
    },
    # lesson 10
    "read_in_windows": {
        "outputs.append(y[:, -1])": "there is one reader, the first and the last",
    },
    # lesson 11
    "smooth": {
        "return values": "a list of numbers will do",
    },
    "early_stop": {
        "for i in range(0, len(scores)):": "the first score is no better than itself",
    },
    # lesson 14
    "marked_bit": {
        "params['Wxg'][0] = 19": "any firm number will do",
        "params['Wxg'][0] = 21": "any firm number will do",
        "params['Wxi'][1], params['bi'][:] = (40, -19)": "any firm number will do",
        "params['Wxi'][1], params['bi'][:] = (40, -21)": "any firm number will do",
        "params['Wxi'][1], params['bi'][:] = (39, -20)": "any firm number will do",
        "params['Wxi'][1], params['bi'][:] = (41, -20)": "any firm number will do",
        "params['Wxf'][1], params['bf'][:] = (-40, 19)": "any firm number will do",
        "params['Wxf'][1], params['bf'][:] = (-40, 21)": "any firm number will do",
        "params['Wxf'][1], params['bf'][:] = (-39, 20)": "any firm number will do",
        "params['Wxf'][1], params['bf'][:] = (-41, 20)": "any firm number will do",
        "params['bo'][:] = 19": "any firm number will do",
        "params['bo'][:] = 21": "any firm number will do",
        "without params['bo'][:] = 20": "half open, the sign is the same",
        "params['Why'][:] = 2": "the sign is the same",
    },
    # lesson 16
    "states_kept": {
        "return states": "a list of T + 1 equal shapes counts as an array",
    },
    "honest_first_loss": {
        "return np.isclose(T * np.log(n_symbols), value)": "in either order",
        "value, _ = loss(y, np.ones((T, B), int))": "any targets will do",
        "T, B = (n_symbols + 1, n_symbols + 3)": "sizes that all differ",
        "T, B = (n_symbols + 1, n_symbols * 2)": "sizes that all differ",
        "y = np.ones((T, B, n_symbols))": "even guesses, too",
    },
    "blind_to_the_future": {
        "if not np.allclose(y[:t], y_short):": "in either order",
    },
    "same_when_split": {
        "for cut in range(2, len(x)):": "some cuts are enough",
        "if not np.isclose(whole, first + second):": "in either order",
    },
    # lesson 17
    "attend_causally": {
        "allowed = np.tri(len(k))": "to np.where the numbers 1 and 0 are yes and no",
    },
}

OPERATORS = {
    ast.Add: [ast.Sub, ast.Mult], ast.Sub: [ast.Add, ast.Mult],
    ast.Mult: [ast.Add, ast.Div], ast.Div: [ast.Mult, ast.Sub],
    ast.MatMult: [ast.Mult], ast.Pow: [ast.Mult], ast.Mod: [ast.FloorDiv],
    ast.FloorDiv: [ast.Mod], ast.BitAnd: [ast.BitOr, ast.BitXor],
    ast.BitOr: [ast.BitAnd], ast.BitXor: [ast.BitAnd, ast.BitOr],
    ast.LShift: [ast.RShift], ast.RShift: [ast.LShift],
}
COMPARISONS = {
    ast.Gt: [ast.GtE, ast.Lt], ast.GtE: [ast.Gt, ast.Lt], ast.Lt: [ast.LtE, ast.Gt],
    ast.LtE: [ast.Lt, ast.Gt], ast.Eq: [ast.NotEq], ast.NotEq: [ast.Eq],
}
NAMES = {"sum": ["mean", "max"], "mean": ["sum"], "max": ["min", "sum"],
         "min": ["max"], "zeros": ["ones"], "ones": ["zeros"], "exp": ["log"],
         "log": ["exp"], "tanh": ["sin"], "sin": ["tanh"], "all": ["any"],
         "any": ["all"], "argmax": ["argmin"], "abs": ["negative"],
         "reversed": ["list"], "zeros_like": ["ones_like"], "sigmoid": ["tanh"],
         "real": ["imag"], "imag": ["real"], "cumsum": ["cumprod"]}


def replacements(node):
    """Give functions that each spoil one node of the tree in one way."""
    if isinstance(node, ast.BinOp):
        for kind in OPERATORS.get(type(node.op), []):
            yield lambda n, kind=kind: setattr(n, "op", kind())
        if isinstance(node.op, ast.Sub | ast.MatMult | ast.Div | ast.Pow):
            yield lambda n: n.__dict__.update(left=n.right, right=n.left)
    if isinstance(node, ast.AugAssign):
        for kind in OPERATORS.get(type(node.op), []):
            yield lambda n, kind=kind: setattr(n, "op", kind())
    if isinstance(node, ast.Compare):
        for kind in COMPARISONS.get(type(node.ops[0]), []):
            yield lambda n, kind=kind: setattr(n, "ops", [kind()])
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        yield lambda n: setattr(n, "value", n.value + 1)
        yield lambda n: setattr(n, "value", n.value - 1)
    if isinstance(node, ast.Constant) and type(node.value) is bool:
        yield lambda n: setattr(n, "value", not n.value)
    if isinstance(node, ast.Attribute | ast.Name):
        key = "attr" if isinstance(node, ast.Attribute) else "id"
        for name in NAMES.get(getattr(node, key), []):
            yield lambda n, key=key, name=name: setattr(n, key, name)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield lambda n: setattr(n, "op", ast.UAdd())
    if isinstance(node, ast.Slice):
        for key in ("lower", "upper", "step"):
            if getattr(node, key) is not None:
                yield lambda n, key=key: setattr(n, key, None)
    if isinstance(node, ast.Call) and len(node.args) >= 2:
        yield lambda n: n.__dict__.update(
            args=[n.args[1], n.args[0], *n.args[2:]])
    if isinstance(node, ast.Call) and node.keywords:
        for i in range(len(node.keywords)):
            yield lambda n, i=i: n.keywords.pop(i)
    if isinstance(node, ast.Return) and isinstance(node.value, ast.Tuple):
        yield lambda n: n.value.elts.reverse()


def without(node):
    """Give the part that is left when a wrapper is taken off: `.T`, `.copy()`, -."""
    if isinstance(node, ast.Attribute) and node.attr == "T":
        return [node.value]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and (
            node.func.attr in ("copy", "sum", "mean", "astype", "transpose")):
        return [node.func.value]
    if isinstance(node, ast.Call) and len(node.args) == 1 and not node.keywords:
        return [node.args[0]]
    if isinstance(node, ast.BinOp):
        return [node.left, node.right]
    return []


def mutants(source: str):
    """Give (the changed line, code) of every mutant of a function's source."""
    tree = ast.parse(source)
    if ast.get_docstring(tree.body[0]):
        del tree.body[0].body[0]
    plain, seen = ast.unparse(tree), set()

    def finish(spoilt):
        try:
            code = ast.unparse(ast.fix_missing_locations(spoilt))
            compile(code, "<mutant>", "exec")
        except (SyntaxError, ValueError, AttributeError, TypeError):
            return
        if code != plain and code not in seen:
            seen.add(code)
            old, new = plain.splitlines(), code.splitlines()
            lines = [line[2:].strip() for line in difflib.ndiff(old, new)
                     if line.startswith("+ ")]
            gone = [line[2:].strip() for line in difflib.ndiff(old, new)
                    if line.startswith("- ")]
            yield " / ".join(lines) or f"without {' / '.join(gone)}", code

    n_nodes = sum(1 for _ in ast.walk(tree))
    for i in range(n_nodes):
        node = list(ast.walk(tree))[i]
        for spoil in replacements(node):
            twin = copy.deepcopy(tree)
            try:
                spoil(list(ast.walk(twin))[i])
            except (TypeError, OverflowError):
                continue
            yield from finish(twin)
        for part in without(node):
            twin = copy.deepcopy(tree)
            target, part = list(ast.walk(twin))[i], copy.deepcopy(part)
            for parent in ast.walk(twin):
                for key, value in ast.iter_fields(parent):
                    if value is target:
                        setattr(parent, key, part)
                    elif isinstance(value, list) and target in value:
                        value[value.index(target)] = part
            yield from finish(twin)
        body = getattr(node, "body", None)
        if isinstance(body, list) and len(body) > 1:
            for k, statement in enumerate(body):
                if not isinstance(statement, ast.Return | ast.FunctionDef):
                    twin = copy.deepcopy(tree)
                    del list(ast.walk(twin))[i].body[k]
                    yield from finish(twin)


def some_mutants(name: str, most: int = 40):
    """Give at most so many mutants of an exercise, always the same ones."""
    found = list(mutants(checking.EXERCISES[name].source))
    random.Random(name).shuffle(found)
    return found[:most]


def answer_from(code: str, ex):
    """Make a function from code, with all the names that the solution's module has."""
    names = dict(ex.solution.__globals__)
    exec(compile(code, "<mutant>", "exec"), names)
    return names[ex.name]


def survivors(name: str, most: int = 40):
    """List the mutants that the check takes for right: (tried, [changed lines])."""
    ex, found = checking.EXERCISES[name], []
    tried = some_mutants(name, most)
    for line, code in tried:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if checking.judge(name, answer_from(code, ex)).state == "right":
                found.append(line)
    return len(tried), found


if __name__ == "__main__":
    checking.MOST_SECONDS = 2.0
    for exercise_name in sys.argv[1:] or checking.EXERCISES:
        n_tried, left = survivors(exercise_name, 1000 if sys.argv[1:] else 40)
        known = EQUIVALENT.get(exercise_name, {})
        print(f"{exercise_name}: {n_tried} mutants, {len(left)} taken for right")
        for line in left:
            print("  ", "equivalent:" if line in known else "SURVIVES:  ", line)
