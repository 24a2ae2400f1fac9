"""Texts, their tokens, their windows, and the text that a model writes."""

import copy
import sys
import types

import numpy as np
import pytest
import reference

import rnn_core as core
from rnn_core import RNN, Vocabulary

EMOJI = "na\u00efve \U0001f98b\u200d\u2603\ufe0f \U0001d518\n\t\0"


@pytest.fixture
def writer():
    """A vocabulary of 6 symbols and a model of it with clear preferences."""
    vocabulary = Vocabulary("abcde ")
    model = RNN(6, 20, 6, rng=0)
    rng = np.random.default_rng(1)
    for name, array in model.params.items():
        array[:] = rng.normal(size=array.shape, scale=0.4 if name == "Whh" else 1)
    return model, vocabulary


# ------------------------------------------------------------- vocabulary, splitting
def test_a_vocabulary_is_sorted_and_gives_every_text_back():
    vocabulary = Vocabulary.from_text(EMOJI)
    assert vocabulary.symbols == "".join(sorted(set(EMOJI)))
    assert len(vocabulary) == len(set(EMOJI))
    ids = vocabulary.encode(EMOJI)
    assert ids.shape == (len(EMOJI),) and ids.dtype.kind == "i"
    assert [vocabulary.symbols[i] for i in ids] == [*EMOJI]
    assert vocabulary.decode(ids) == vocabulary.decode([*ids]) == EMOJI
    assert vocabulary.decode(vocabulary.encode("")) == vocabulary.decode([]) == ""
    assert Vocabulary("cab").encode("abc").tolist() == [0, 1, 2]


def test_split_text_keeps_every_character_in_order():
    text = "0123456789"
    assert core.split_text(text) == ("012345678", "9")
    learn, test = core.split_text(np.arange(100), held_out=0.25)
    assert learn.tolist() == [*range(75)] and test.tolist() == [*range(75, 100)]


# ------------------------------------------------------------------------- windows
@pytest.mark.parametrize("n, T, B", [(100, 7, 3), (26, 25, 1), (51, 5, 10), (9, 1, 4)])
def test_each_stream_reads_its_own_stretch_and_starts_again(n, T, B):
    ids = np.arange(n)
    length = (n - 1) // B
    batches = core.text_batches(ids, window=T, n_streams=B)
    for _ in range(3):  # passes
        for i in range(length // T):
            x, target, carry = next(batches)
            assert x.shape == target.shape == (T, B) and carry == (i > 0)
            for b in range(B):
                first = b * length + i * T
                assert x[:, b].tolist() == [*range(first, first + T)]
                assert target[:, b].tolist() == [*range(first + 1, first + T + 1)]


@pytest.mark.parametrize("start", [1, 5, 11, 12, 13, 2000])
def test_windows_go_on_from_any_step(start):
    ids = np.random.default_rng(0).integers(9, size=64)
    every, later = (core.text_batches(ids, 5, 1, start=i) for i in (start % 12, start))
    for _ in range(30):
        np.testing.assert_equal(next(later), next(every))


def test_train_carries_the_state_on_within_a_pass_and_clears_it_at_its_end(writer):
    model, _ = writer
    ids = np.random.default_rng(0).integers(6, size=31)
    before, states, start = copy.deepcopy(model), [], []
    still = core.SGD(1e-300)  # moves nothing
    batches = core.text_batches(ids, 5, 2)
    for _, progress in zip(range(7), core.train(
            model, batches, core.softmax_cross_entropy, still), strict=False):
        states.append(progress.state)
    for step in range(7):
        x, _, carry = next(core.text_batches(ids, 5, 2, start=step))
        start = states[step - 1] if step % 3 else None
        assert carry == bool(step % 3)
        np.testing.assert_array_equal(before.forward(x, start)[1].state, states[step])


# ------------------------------------------------------------------ bits a character
def test_bits_per_character_is_the_mean_of_minus_log2_p(writer):
    model, _ = writer
    ids = np.random.default_rng(5).integers(6, size=2345)
    y, _ = model.forward(ids[:-1, None])
    p = core.softmax(y[:, 0])[np.arange(2344), ids[1:]]
    assert core.bits_per_character(model, ids) == pytest.approx(-np.log2(p).mean())
    model.params["Why"][:] = 0
    model.params["by"][:] = 0
    assert core.bits_per_character(model, ids) == pytest.approx(np.log2(6))


# --------------------------------------------------------------------------- files
def test_texts_are_read_by_name_and_by_path(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # a name works from every folder
    text = core.load_text("the_night_ferry")
    assert len(text) > 120_000 and "\r" not in text
    assert core.load_text(core.DATA / "the_night_ferry.txt") == text
    path = tmp_path / "mine.txt"
    path.write_bytes("\ufeffcafé \U0001f98b\r\none\rtwo\n".encode())
    for name in path, str(path), "mine.txt":
        assert core.load_text(name) == "café \U0001f98b\none\ntwo\n"


def test_public_texts_are_fetched_once_by_name_and_checksum(tmp_path, monkeypatch):
    asked = []

    def retrieve(url, known_hash, fname, path):
        asked.append((url, known_hash, fname, path))
        (tmp_path / fname).write_text("as it was published")
        return str(tmp_path / fname)
    fake = types.SimpleNamespace(retrieve=retrieve, os_cache=lambda name: name)
    monkeypatch.setitem(sys.modules, "pooch", fake)
    for name, (place, sha256) in core.PUBLIC_TEXTS.items():
        assert core.load_text(name) == "as it was published"
        url, known_hash, fname, path = asked.pop()
        assert url == f"https://raw.githubusercontent.com/{place}"
        assert known_hash == sha256 and len(sha256) == 64
        assert fname == f"{name}.txt" and path == "recurrent-networks-by-hand"


@pytest.mark.parametrize("missing", ["pooch", "network"])
def test_a_text_that_cannot_be_fetched_says_how_to_get_it(missing, monkeypatch):
    def retrieve(*_):
        raise OSError("no route to host")
    fake = types.SimpleNamespace(retrieve=retrieve, os_cache=lambda name: name)
    monkeypatch.setitem(sys.modules, "pooch", fake if missing == "network" else None)
    with pytest.raises(ValueError) as error:
        core.load_text("kafka")
    message = str(error.value)
    for part in "'kafka'", "https://raw.githubuser", "kafka.txt", str(core.DATA):
        assert part in message
    assert "no route to host" in message or missing == "pooch"


# --------------------------------------------------------------------------- sampling
def test_sampling_at_temperature_1_writes_the_text_of_the_reference(writer):
    model, vocabulary = writer
    (first,), slow = vocabulary.encode("c"), reference.from_core(model.params)
    tokens = reference.sample(slow, first, 300, np.random.default_rng(7))
    text = core.sample(model, vocabulary, "c", 300, rng=np.random.default_rng(7))
    assert text == vocabulary.decode(tokens)
    assert text == core.sample(model, vocabulary, "c", 300, rng=7)
    assert len(set(text)) > 3


def test_a_trained_model_writes_the_text_of_the_reference_after_a_long_prime():
    text = core.load_text("the_night_ferry")
    vocabulary = Vocabulary.from_text(text)
    model = RNN(len(vocabulary), 50, len(vocabulary), rng=0)
    batches = core.text_batches(vocabulary.encode(text))
    for _, _ in zip(range(300), core.train(
            model, batches, core.softmax_cross_entropy, core.Adagrad(), 5),
            strict=False):
        pass
    slow, prime = reference.from_core(model.params), vocabulary.encode(text[:40])
    h = reference.loss_and_gradients(slow, prime[:-1], prime[1:], np.zeros((50, 1)))[2]
    tokens = reference.sample(slow, prime[-1], 250, np.random.default_rng(3), h)
    assert core.sample(model, vocabulary, text[:40], 250, rng=3) == vocabulary.decode(
        tokens)
    _, trace = model.forward(prime[:-1, None])
    assert core.sample(model, vocabulary, text[39], 250, rng=3, state=trace.state
                       ) == vocabulary.decode(tokens)


def test_temperature_0_writes_the_likeliest(writer):
    model, vocabulary = writer
    text = core.sample(model, vocabulary, "ab", 30, temperature=0)
    written = "ab"
    while len(written) < 32:
        y, _ = model.forward(vocabulary.encode(written)[:, None])
        written += vocabulary.symbols[y[-1, 0].argmax()]
    assert written == "ab" + text
    assert text == core.sample(model, vocabulary, "ab", 30, temperature=1e-9, rng=5)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("temperature", [1e-300, 0.5, 1, 2, 1e299])
def test_temperature_divides_the_logits(temperature, dtype):
    """The share of each symbol in 40,000 draws is its probability, within 1 %."""
    vocabulary, model = Vocabulary("abcd"), RNN(4, 2, 4, rng=0, dtype=dtype)
    logits = np.array([0.3, -1, 1.2, 0])
    model.params["Why"][:] = 0
    model.params["by"][:] = logits
    text = "".join(core.sample(model, vocabulary, ["a"] * 1000, 40, temperature, 0))
    shares = [text.count(symbol) / 40_000 for symbol in vocabulary.symbols]
    if temperature == 1e-300:
        assert shares == [0, 0, 1, 0]
    else:
        np.testing.assert_allclose(
            shares, core.softmax(logits / temperature), atol=0.01)


def test_many_streams_are_written_side_by_side(writer):
    model, vocabulary = writer
    primes = ["a", "bc", "dead abc" * 10, "a"]
    texts = core.sample(model, vocabulary, primes, 50, rng=0)
    assert [len(text) for text in texts] == [50] * 4
    assert texts[0] != texts[3]  # each draws for itself
    texts = core.sample(model, vocabulary, primes, 20, temperature=0)
    assert texts == [core.sample(model, vocabulary, p, 20, temperature=0)
                     for p in primes]
    assert core.sample(model, vocabulary, ["b"], 50, rng=1) == [
        core.sample(model, vocabulary, "b", 50, rng=1)]
    assert core.sample(model, vocabulary, "b", 0) == ""


def test_sampling_leaves_the_model_and_the_state_as_they_were(writer):
    model, vocabulary = writer
    state = np.random.default_rng(0).normal(size=(1, 20))
    before = copy.deepcopy((vars(model), state))
    core.sample(model, vocabulary, "abc", 20, state=state)
    core.sample(model, vocabulary, ["abc", "d"], 20, state=state)
    np.testing.assert_equal((vars(model), state), before)
