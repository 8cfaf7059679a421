"""The flags for latency and faults of `sandbox serve`, `up` and `demo`. Pure.

`--latency [PROVIDER.]FIELD=SECONDS`   e.g. `sarvam.first_byte=0.4`, `round_trip=0.12`
`--fault PROVIDER:KIND[:PROBABILITY[:FIELD=VALUE,...]]`   e.g. `deepgram:drop:0.1`,
                                       `sarvam:slow:0.1:factor=6`
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from pydantic import ValidationError

from .conditions import Fault, Latency


def parse_latency(flags: Iterable[str], providers: Collection[str]) -> dict[str, dict[str, float]]:
    """Provider -> the fields of `Latency` that flags change; later flags win.

    Raises `ValueError` with a line that shows the form.
    """
    changes: dict[str, dict[str, float]] = {provider: {} for provider in providers}
    for flag in flags:
        target, _, value = flag.partition("=")
        provider, dot, field = target.rpartition(".")
        if dot and provider not in changes:
            raise ValueError(f"--latency {flag}: {_unknown(provider, providers)}")
        if field not in Latency.model_fields:
            names = ", ".join(Latency.model_fields)
            raise ValueError(f"--latency {flag}: write [PROVIDER.]FIELD=NUMBER, FIELD of {names}")
        try:
            seconds = float(value)
            Latency.model_validate({field: seconds})
        except ValidationError as error:
            raise ValueError(f"--latency {flag}: {_reason(error)}") from None
        except ValueError:
            raise ValueError(f"--latency {flag}: {value!r} is not a number") from None
        for name in (provider,) if dot else tuple(changes):
            changes[name][field] = seconds
    return changes


def parse_faults(flags: Iterable[str], providers: Collection[str]) -> dict[str, tuple[Fault, ...]]:
    """Provider -> its faults, in the order of the flags.

    Raises `ValueError` with a line that shows the form.
    """
    faults: dict[str, tuple[Fault, ...]] = dict.fromkeys(providers, ())
    for flag in flags:
        provider, kind, probability, fields = (*flag.split(":", 3), "", "", "")[:4]
        if provider not in faults:
            raise ValueError(f"--fault {flag}: {_unknown(provider, providers)}")
        values: dict[str, str] = {"kind": kind}
        if probability:
            values["probability"] = probability
        for pair in filter(None, fields.split(",")):
            name, _, value = pair.partition("=")
            values[name.strip()] = value.strip()
        try:
            fault = Fault.model_validate(values)
        except ValidationError as error:
            raise ValueError(f"--fault {flag}: {_reason(error)}") from None
        faults[provider] += (fault,)
    return faults


def _unknown(provider: str, providers: Collection[str]) -> str:
    return f"{provider!r} is not one of {', '.join(providers)}"


def _reason(error: ValidationError) -> str:
    return "; ".join(f"{detail['loc'][0]}: {detail['msg']}" for detail in error.errors())
