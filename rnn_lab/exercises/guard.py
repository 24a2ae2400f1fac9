"""Run a reader's code safely: it may not break the lesson or fill the page."""

import contextlib
import contextvars
import ctypes
import io
import linecache
import threading
import time
import warnings


class Stopped(SystemExit):
    """What stops an answer that goes on and on; no `except Exception` holds it up.

    A thread that it reaches too late ends without a word, as with every SystemExit.
    """


class Page(io.StringIO):
    """Keeps what is printed, and stops a program that prints on and on."""

    def __init__(self, most: int):
        super().__init__()
        self.most = most

    def write(self, text):
        """Take one more piece of print."""
        if self.tell() + len(text) > self.most:
            raise Stopped("It prints on and on: look for a loop that never ends.")
        return super().write(text)


def within(seconds: float, work):
    """Give what work() gives, or raise what it raises; Stopped if it takes longer.

    It runs in a thread of its own, which we ask to stop, between two steps of its
    program, again and again: a bare `except` cannot hold it up for long, and nothing
    reaches our own code late. This works on every operating system.
    """
    outcome, context = [], contextvars.copy_context()

    def run():
        try:
            outcome.append((context.run(work), None))
        except BaseException as error:  # whatever it is, the caller is to hear of it
            outcome.append((None, error))

    def stop():
        ctypes.pythonapi.PyThreadState_SetAsyncExc(
            ctypes.c_ulong(thread.ident), ctypes.py_object(Stopped))

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    end = time.monotonic() + seconds
    try:
        while thread.is_alive():
            thread.join(0.05)
            if time.monotonic() > end and thread.is_alive():
                stop()
    except KeyboardInterrupt:  # the reader's own stop
        stop()
        raise
    result, error = outcome[0] if outcome else (None, Stopped())
    if error is not None:
        raise error
    return result


@contextlib.contextmanager
def quiet(page: Page):
    """Keep the block's prints, and what Python or NumPy warn of, off the lesson's page.

    Gives a list that fills with the warnings.
    """
    with contextlib.redirect_stdout(page), contextlib.redirect_stderr(page), \
            warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield caught


def reader_line(error: BaseException) -> str:
    """Tell in which line of the reader's own code an error arose, if in any.

    The result is empty or like "in line 3, `return z + 1`".
    """
    found, trace = "", error.__traceback__
    while trace is not None:
        file, line = trace.tb_frame.f_code.co_filename, trace.tb_lineno
        if is_readers(file):
            code = linecache.getline(file, line).strip()
            found = f"in line {line}" + (f", `{code}`" if code else "")
        trace = trace.tb_next
    return found


def is_readers(file: str) -> bool:
    """Tell whether code stands in a notebook's cell, not in Python's files or ours."""
    return "ipykernel_" in file or (
        file.startswith("<") and not file.startswith(("<frozen", "<__array")))
