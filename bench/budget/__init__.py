"""Budgets held: calls in a real room against stand-ins, judged by `agent/latency/budgets.toml`.

ways       how a worker is set while it is measured, and by which tier that is judged   (pure)
plants     a delay for each stage, to prove that a slow stage is named                  (pure)
judging    reports against limits, and against what was usual a moment ago             (pure)
calls      makes the calls and reads what the worker wrote of them
planted    the worker, with a delay planted in it
command    `python -m bench budget` and `python -m bench plants`
"""
