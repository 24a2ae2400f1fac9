"""Measure the speed of rnn_core against the step-by-step program of the tests.

Prints ratios of CPU time on one thread, measured side by side: medians of rounds
in which the contestants take turns, so that a busy machine disturbs them alike.
"""

# ruff: noqa: E402
import os

for name in "OPENBLAS", "OMP", "MKL", "VECLIB", "NUMEXPR":  # before NumPy is imported
    os.environ[f"{name}_NUM_THREADS"] = "1"

import asyncio
import json
import sys
from itertools import islice
from pathlib import Path
from statistics import median
from time import process_time

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
import reference
from jupyter_client.manager import start_new_kernel

import rnn_core as core
from rnn_lab.panels import AdderPanel

try:
    import torch
    torch.set_num_threads(1)
except ImportError:
    torch = None

ROUNDS, N_HIDDEN, WINDOW, SEEDS = 7, 100, 25, 50
TEXT = core.load_text("the_night_ferry") + "()*0123456789;X[]_/&"  # as many symbols
VOCABULARY = core.Vocabulary.from_text(TEXT)
IDS, N = VOCABULARY.encode(TEXT), len(VOCABULARY)  # as the classic text has: 81


def a_model(dtype="float64"):
    return core.RNN(N, N_HIDDEN, N, dtype=dtype, rng=0)


def seconds(run, steps):
    """CPU time of the next steps of an endless run."""
    start = process_time()
    for _ in islice(run, steps):
        pass
    return process_time() - start


def side_by_side(contestants):
    """{name: (run, steps, characters a step)} -> {name: [characters a second]}."""
    for run, _, _ in contestants.values():
        seconds(run, 20)  # warm up
    rates = {name: [] for name in contestants}
    for _ in range(ROUNDS):
        for name, (run, steps, characters) in contestants.items():
            rates[name].append(steps * characters / seconds(run, steps))
    return rates


def ratio(rates, name, base):
    return median(a / b for a, b in zip(rates[name], rates[base], strict=True))


def core_training(dtype, n_streams, kind="RNN", n_hidden=N_HIDDEN):
    batches = core.text_batches(IDS, WINDOW, n_streams)
    model = getattr(core, kind)(N, n_hidden, N, dtype=dtype, rng=0)
    return core.train(model, batches, core.softmax_cross_entropy,
                      core.Adagrad(lr=0.1), clip=5)


def torch_training(n_streams, kind="RNN", n_hidden=N_HIDDEN):
    rnn, out = getattr(torch.nn, kind)(N, n_hidden), torch.nn.Linear(n_hidden, N)
    params = [*rnn.parameters(), *out.parameters()]
    optimizer, state = torch.optim.Adagrad(params, lr=0.1), None
    for x, target, carry in core.text_batches(IDS, WINDOW, n_streams):
        x = torch.nn.functional.one_hot(torch.from_numpy(x), N).float()
        if carry:
            state = (tuple(part.detach() for part in state) if kind == "LSTM"
                     else state.detach())
        h, state = rnn(x, state if carry else None)
        loss = torch.nn.functional.cross_entropy(
            out(h).flatten(0, 1), torch.from_numpy(target).flatten(), reduction="sum")
        optimizer.zero_grad()
        (loss / n_streams).backward()
        torch.nn.utils.clip_grad_value_(params, 5)
        optimizer.step()
        yield loss.item()


def core_sampling(n_streams, length=200):
    model, rng = a_model(), np.random.default_rng(0)
    while True:
        yield core.sample(model, VOCABULARY, ["T"] * n_streams, length, rng=rng)


def reference_sampling(length=200):
    params, rng = reference.from_core(a_model().params), np.random.default_rng(0)
    while True:
        yield reference.sample(params, 0, length, rng)


def adder(seed, most=4000, check_every=5):
    """CPU time until all sums are right (or None), that of the checks, and steps."""
    rng, start = np.random.default_rng(seed), process_time()
    model = core.RNN(2, 16, 1, activation="tanh", bias=False, dtype="float32", rng=rng)
    x, target = ALL_SUMS
    columns = (rng.integers(x.shape[1], size=64) for _ in range(most))
    batches = ((x.take(i, axis=1), target.take(i, axis=1)) for i in columns)
    run = core.train(model, batches, core.sigmoid_cross_entropy,
                     core.Adam(lr=0.05, beta1=0.9, beta2=0.99))
    checks = 0.0
    for progress in run:
        if progress.step % check_every == 0:
            check = process_time()
            y, _ = model.forward(x)
            right = ((y > 0) == target).all()
            checks += process_time() - check
            if right:
                return process_time() - start - checks, checks, progress.step
    return None, checks, most


async def panel_shares(sums_a_step, slice_=1.5):
    """Shares of its speed that training keeps in an open panel; run in a kernel."""
    AdderPanel.clock = staticmethod(process_time)  # five redraws a second of work
    AdderPanel.STEPS, AdderPanel.SPEED = 10**9, "as fast as it can"
    panel = AdderPanel()
    panel.knobs["sums a step"].value = sums_a_step  # makes the network anew
    shares = []
    for _ in range(ROUNDS):  # by turns, so that all else is the same
        panel._advance()
        first, start = panel.progress.step, process_time()
        panel.start()
        while process_time() < start + slice_:
            await asyncio.sleep(0.05)
        a_step = (process_time() - start) / (panel.progress.step - first)
        panel.pause()
        while panel._serving:
            await asyncio.sleep(0.01)
        n_steps = int(slice_ / a_step)
        shares.append(seconds(panel._training, n_steps) / n_steps / a_step)
    return shares


def in_a_kernel(expression):
    """The value of an expression of this file, in a kernel with its messages."""
    printed = []
    manager, client = start_new_kernel()
    client.execute_interactive(
        f"import json, sys\nsys.path.insert(0, {str(Path(__file__).parent)!r})\n"
        f"import bench\nprint(json.dumps({expression}))", timeout=300,
        output_hook=lambda message: printed.append(message["content"].get("text", "")))
    client.stop_channels()
    manager.shutdown_kernel(now=True)
    return json.loads("".join(printed))


ALL_SUMS = [np.ascontiguousarray(table, dtype="float32") for table in
            core.binary_addition(*np.indices((128, 128)).reshape(2, -1), 8)]


def line(what, value, target=""):
    print(f"{what:<52}{value:>14}   {target}", flush=True)


def main():
    slow = reference.train(reference.from_core(a_model().params), TEXT, WINDOW)
    training = {"step by step": (slow, 60, WINDOW)}
    for n_streams, steps in (1, 240), (32, 40):
        for dtype in "float64", "float32":
            training[n_streams, dtype] = (core_training(dtype, n_streams), steps,
                                          n_streams * WINDOW)
        if torch:
            training[n_streams, "torch"] = (torch_training(n_streams), steps // 2,
                                            n_streams * WINDOW)
    line("characters per second against step by step", "measured", "target")
    rates = side_by_side(training)
    for (n_streams, dtype), target in {
            (1, "float64"): "4", (1, "float32"): "6", (1, "torch"): "",
            (32, "float64"): "20", (32, "float32"): "20",
            (32, "torch"): ""}.items():
        what = f"min-char-rnn, {n_streams} stream{'s' * (n_streams > 1)}, {dtype}"
        if (n_streams, dtype) in rates:
            value = ratio(rates, (n_streams, dtype), "step by step")
            line(what, f"{value:.2f} x", target)
        else:
            line(what, "not installed")
    if torch:
        line("characters per second against PyTorch, float32", "measured", "target")
    for kind in ("LSTM", "GRU") if torch else ():
        for n_streams, n_hidden, steps, target in (
                (1, 100, 100, "2.5"), (32, 100, 20, "1"), (32, 256, 8, "1")):
            rates = side_by_side({
                "core": (core_training("float32", n_streams, kind, n_hidden), steps,
                         n_streams * WINDOW),
                "torch": (torch_training(n_streams, kind, n_hidden), steps,
                          n_streams * WINDOW)})
            streams = f"{n_streams} stream{'s' * (n_streams > 1)}"
            line(f"{kind}, {n_hidden} units, {streams}",
                 f"{ratio(rates, 'core', 'torch'):.2f} x", target)
    rates = side_by_side({"step by step": (reference_sampling(), 1, 200),
                          1: (core_sampling(1), 3, 200),
                          64: (core_sampling(64), 1, 64 * 200)})
    for n_streams, target in (1, "4"), (64, ""):
        what = f"sampling, {n_streams} stream{'s' * (n_streams > 1)}, float64"
        line(what, f"{ratio(rates, n_streams, 'step by step'):.2f} x", target)

    times, checks, steps = zip(*(adder(seed) for seed in range(SEEDS)), strict=True)
    done = [time for time in times if time is not None]
    line("adder, all 16,384 sums right: median CPU time",
         f"{1000 * median(done):.0f} ms" if done else "-", "60 ms")
    line(f"    of {SEEDS} seeds that get there", f"{len(done)}", f"{SEEDS}")
    line("    median steps; CPU time of the checks, not counted",
         f"{median(steps):.0f}; {1000 * median(checks):.0f} ms")
    for sums in 1, 64:
        shares = in_a_kernel(f"await bench.panel_shares({sums})")
        line(f"speed kept in the adder's open panel, batches of {sums}",
             f"{100 * median(shares):.1f} %", "95 %")


if __name__ == "__main__":
    main()
