"""Budgets held: calls in a real room against stand-ins, judged by `agent/latency/budgets.toml`.

configurations    how a worker is set while it is measured, and which budget judges that     (pure)
injected_delays   a delay for each stage, to prove that a slow stage is named              (pure)
judging           reports against limits, and against those measured just before           (pure)
calls             makes the calls and reads what the worker wrote of them
delayed_worker    the worker, with a delay injected
command           `python -m bench budget` and `python -m bench injected-delays`
"""
