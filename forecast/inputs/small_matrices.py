"""What must be known of a few small matrices while files are read, where no numerical library is loaded.

Both answers come from squaring a matrix again and again: of a power B^m with m = 2^k, what is left is what
belongs to the eigenvalues of largest modulus.
"""

from __future__ import annotations

import math
from operator import mul

Matrix = list[list[float]]

#: B^m is followed to m = 2^40: eigenvalues within about 1e-11 of the boundary are not told from it.
SQUARINGS = 40
#: A norm of B^m that no transient of a matrix with entries of ordinary size comes near.
RUNAWAY = 1e100
#: A pivot this small, against entries of order one, means that the matrix has no inverse.
SINGULAR = 1e-14


def is_stable(a: Matrix) -> bool:
    """Whether every eigenvalue of a real matrix has a negative real part, so that dx/dt = A x dies away.

    By the Cayley transform B = (s I - A)^-1 (s I + A), s > 0, which takes an eigenvalue l of A to
    (s + l) / (s - l): inside the unit circle if and only if Re l < 0. Then B^m -> 0 if and only if A is
    stable, and a row-sum norm of B^m below 1 proves it. A power that runs away, or that decides nothing up to
    m = 2^40, counts as unstable: what is within 1e-11 of the boundary is not promised to be stable.
    Source for the powers: Horn and Johnson (2013), theorem 5.6.12.

    >>> is_stable([[-1.0, 0.9], [0.9, -1.0]]), is_stable([[-1.0, 1.1], [1.1, -1.0]])
    (True, False)
    """
    scale = _norm(a) or 1.0
    n = range(len(a))
    plus = [[a[i][j] / scale + (i == j) for j in n] for i in n]
    minus = [[(i == j) - a[i][j] / scale for j in n] for i in n]
    b = _solve(minus, plus)
    if b is None:  # s is an eigenvalue, and it is positive
        return False
    for _ in range(SQUARINGS):
        norm = _norm(b)
        if norm < 1:
            return True
        if norm > RUNAWAY:
            return False
        b = product(b, b)
    return False


def least_eigenvalue(r: Matrix) -> tuple[float, list[float]]:
    """The smallest eigenvalue of a symmetric matrix, and an eigenvector of length 1.

    M = c I - R with c above every eigenvalue of R (Gershgorin) is positive definite, and its largest
    eigenvalue belongs to the smallest of R: M^m tends to the projector on it. The eigenvalue is the Rayleigh
    quotient, whose error is the square of the vector's.

    >>> round(least_eigenvalue([[1.0, 0.5], [0.5, 1.0]])[0], 12)
    0.5
    """
    n = range(len(r))
    bound = _norm(r) + 1.0
    m = [[bound * (i == j) - r[i][j] for j in n] for i in n]
    for _ in range(SQUARINGS):
        largest = max(abs(x) for row in m for x in row)
        m = [[x / largest for x in row] for row in m]
        m = product(m, m)
    column = max((list(row) for row in m), key=lambda row: math.fsum(x * x for x in row))
    length = math.sqrt(math.fsum(x * x for x in column))
    vector = [x / length for x in column]
    image = [math.fsum(map(mul, row, vector)) for row in r]
    return math.fsum(map(mul, vector, image)), vector


def product(a: Matrix, b: Matrix) -> Matrix:
    """A B."""
    columns = list(zip(*b, strict=True))
    return [[sum(map(mul, row, column)) for column in columns] for row in a]


def _norm(a: Matrix) -> float:
    """The largest row sum of absolute values: a bound on the modulus of every eigenvalue."""
    return max(sum(map(abs, row)) for row in a)


def _solve(a: Matrix, b: Matrix) -> Matrix | None:
    """A^-1 B by Gauss-Jordan elimination with partial pivoting; None where A has no inverse."""
    n = len(a)
    rows = [[*left, *right] for left, right in zip(a, b, strict=True)]
    for k in range(n):
        pivot = max(range(k, n), key=lambda i: abs(rows[i][k]))
        if abs(rows[pivot][k]) < SINGULAR:
            return None
        rows[k], rows[pivot] = rows[pivot], rows[k]
        rows[k] = [x / rows[k][k] for x in rows[k]]
        for i in range(n):
            if i != k and rows[i][k]:
                factor = rows[i][k]
                rows[i] = [x - factor * y for x, y in zip(rows[i], rows[k], strict=True)]
    return [row[n:] for row in rows]
