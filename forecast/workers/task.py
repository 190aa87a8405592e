"""One chunk of work, and what calls it: the same function wherever the chunk is worked on."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from typing import Any

#: ``task(context, chunk)``: a function of a module; its payload depends on these two alone. The context is
#: the heavy thing all chunks share, the chunk is small; both can be pickled, and so can the payload.
Task = Callable[[Any, Any], Any]


def carry_out(task: Task, context: Any, chunk: Any) -> Any:
    """``task(context, chunk)`` with one BLAS thread.

    The order in which a matrix product is summed, and so its last bits, depends on the number of threads:
    with one of them the payload is the same in this process, in a pool and on a cluster (of machines with
    the same kind of processor: BLAS and NumPy have other kernels for others).
    """
    with one_blas_thread():
        return task(context, chunk)


def spread(count: int, *, size: int) -> list[range]:
    """``range(count)`` cut into ranges of ``size``, the last one maybe shorter.

    The size never depends on the number of workers: a chunk kept by one run is found again by the next,
    and one that works on the first chunks of a longer job finds them too.

    Examples
    --------
    >>> spread(7, size=3)
    [range(0, 3), range(3, 6), range(6, 7)]
    """
    if size < 1:
        raise ValueError(f"a chunk holds at least one point (found size={size})")
    return [range(start, min(start + size, count)) for start in range(0, count, size)]


_lock = threading.Lock()
#: Limits in force, the first with the numbers of threads to go back to.
_limits: list[Any] = []


@contextlib.contextmanager
def one_blas_thread() -> Iterator[None]:
    """Inside, every BLAS of this process has one thread; after the last of overlapping ones, as before.

    A cluster's worker may run several tasks in threads of one process, where the number of threads is
    shared: the first to end must not give it back while another is at work.
    """
    # A BLAS that is loaded inside would start with all its threads: the two there are come first.
    import numpy.linalg  # noqa: F401  # loading it is what is wanted
    import scipy.linalg  # noqa: F401  # likewise
    from threadpoolctl import threadpool_limits

    with _lock:
        # Also where another has done so: an OpenMP build counts for each calling thread.
        _limits.append(threadpool_limits(1))
    try:
        yield
    finally:
        with _lock:
            if len(_limits) == 1:
                _limits[0].restore_original_limits()
            # The first stays at its place until all have ended.
            _limits.pop()
