"""Pictures for the lessons: arrays in, a matplotlib figure out.

`base` has the style and what several lessons draw; the others, one lesson's each.
"""

from .base import *  # noqa: F403
from .lesson_05 import addition_states, columns_learnt, sum_maps  # noqa: F401
from .lesson_10 import next_characters  # noqa: F401
