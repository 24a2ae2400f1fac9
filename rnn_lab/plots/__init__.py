"""Pictures for the lessons: arrays in, a matplotlib figure out.

`base` has the style and what several lessons draw; the others, one lesson's each.
"""

from .base import *  # noqa: F403
from .lesson_00 import course_map, shapes_of_a_step  # noqa: F401
from .lesson_01 import siblings, soft_switches, tangents  # noqa: F401
from .lesson_02 import (  # noqa: F401
    answers_on_the_plane,
    bent_plane,
    chain,
    descent,
    step_sizes,
    two_losses,
)
from .lesson_03 import right_against_factor, unrolled_addition  # noqa: F401
from .lesson_04 import blame_flow, blame_maps, bundles  # noqa: F401
from .lesson_05 import (  # noqa: F401
    addition_states,
    columns_learnt,
    many_seeds,
    sum_maps,
)
from .lesson_06 import cut_units, state_map  # noqa: F401
from .lesson_07 import cliff, clipped_steps, lag_map, reach, two_clips  # noqa: F401
from .lesson_08 import five_paths, letter_steps, rate_sweep  # noqa: F401
from .lesson_09 import odds_bars, seen_and_unseen, surprise_lines  # noqa: F401
from .lesson_10 import next_characters  # noqa: F401
from .lesson_11 import (  # noqa: F401
    learnt_by_heart,
    marks_and_curves,
    one_change,
    raw_and_smooth,
)
from .lesson_12 import cut_costs, guesses, painted_text, who_tells  # noqa: F401
from .lesson_13 import (  # noqa: F401
    beyond_the_range,
    carried_on,
    errors_in_and_out,
    rings,
    three_arrangements,
)
from .lesson_14 import (  # noqa: F401
    adding_runs,
    gates_in_time,
    latch,
    lstm_cell,
    reach_lines,
    two_marks,
)
from .lesson_15 import (  # noqa: F401
    gru_cell,
    influence_maps,
    layers_and_ways,
    wrong_maps,
)
from .lesson_16 import sick_and_healthy, who_sees_what  # noqa: F401
from .lesson_17 import looked_up, moved_gates  # noqa: F401
