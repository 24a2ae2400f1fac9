"""What the lessons show and ask: pictures in `plots`, code recalled by `show`."""

import inspect
import textwrap

import numpy  # noqa: F401  (its threads can be limited once it is there)
from threadpoolctl import threadpool_limits

# Matrices as small as ours are multiplied slower by several threads than by one:
# where another program is busy, up to eight times slower.
threadpool_limits(1)


def show(*things) -> None:
    """Print the source of functions or classes as it is today, without docstrings.

    - things: functions, methods or classes that were written in Python
    """
    for thing in things:
        source = textwrap.dedent(inspect.getsource(thing)).rstrip()
        if thing.__doc__:
            head, _, rest = source.partition('"""')
            source = head.rstrip() + rest.partition('"""')[2]
        print(source)
