"""How long training takes, beside the peers, at equal precision and in one run.

    python -m benchmarks.training [--mnist DIR] [--work NAME ...] [--rounds N] [--quick]
                                  [--ours NAME ...] [--json FILE] [--figure FILE.svg]
    python -m benchmarks.training --read FILE [FILE ...] [--figure FILE.svg]
    python -m benchmarks.training --memory
    python -m benchmarks.training --callback

Every contestant gets the same rows and the same λ, one BLAS thread, and the loosest
tolerance with which it reaches the precision: a relative suboptimality (J − J*)/J* of
1e-4 and of 1e-8. J* comes from Newton's method in float64, and the same float64 J, on
all rows, judges the θ that each of them ends with. The contestants take turns, A B C
A B C; the table shows the median of CPU time, since another program on the machine
lengthens wall time only.

Without ``--mnist`` the data are the bundled digits; where a work asks for more rows
than there are, copies shifted by a few pixels fill it.
"""
