"""Run a reader's code safely: it may not break the lesson or fill the page."""

import contextlib
import ctypes
import io
import linecache
import threading
import warnings


class Stopped(BaseException):
    """What stops an answer that goes on and on; no `except Exception` holds it up."""


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


@contextlib.contextmanager
def time_limit(seconds: float):
    """Raise Stopped in the block if it takes longer, on every operating system.

    A thread asks Python to raise it between two steps of the program, again and again
    until the block has ended: a bare `except` cannot hold it up for long.
    """
    thread, lock, ended = threading.get_ident(), threading.Lock(), threading.Event()

    def stop(exception):
        ctypes.pythonapi.PyThreadState_SetAsyncExc(
            ctypes.c_ulong(thread), exception and ctypes.py_object(exception))

    def watch():
        pause = seconds
        while not ended.wait(pause):
            with lock:
                if not ended.is_set():
                    stop(Stopped)
            pause = 0.05

    threading.Thread(target=watch, daemon=True).start()
    try:
        yield
    finally:
        with lock:
            ended.set()
            stop(None)  # takes back what has not been raised yet


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
