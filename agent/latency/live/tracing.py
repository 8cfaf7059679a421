"""Exports reports as OpenTelemetry spans under LiveKit's own, by the standard variables.

Nothing is exported unless OTEL_TRACES_EXPORTER or an address of a collector
(OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT) is set; OTEL_SDK_DISABLED=true
disables the export. These spans never hold words of the caller or the agent. LiveKit's own spans do
if LIVEKIT_TELEMETRY_ALLOW_PII is true.

    agent_turn (LiveKit's)
      latency.turn                an event for each Mark
        latency.turn.endpoint     a span for each stage of the critical path
        latency.turn.stt  ...     and for overlapped work, with `latency.beside`
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Mapping
from typing import Final

from livekit.agents import telemetry
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.sdk.resources import OTELResourceDetector, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, ConsoleSpanExporter, SpanExporter

from ..turn_report import TurnReport

logger = logging.getLogger(__name__)

_ADDRESSES: Final = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
_SERVICE: Final = "india-voice-agent"
_FLUSH_MS: Final = 2000


_providers: list[TracerProvider] = []


def start(environ: Mapping[str, str] = os.environ) -> None:
    """Export this process's traces if the environment asks for it; only the first call counts."""
    if _providers or (exporter := _exporter(environ)) is None:
        return
    named = Resource({"service.name": _SERVICE}).merge(OTELResourceDetector().detect())
    provider = TracerProvider(resource=named)
    provider.add_span_processor(BatchSpanProcessor(exporter))
    telemetry.set_tracer_provider(
        provider, allow_pii=environ.get("LIVEKIT_TELEMETRY_ALLOW_PII", "").lower() in ("1", "true")
    )
    _providers.append(provider)


async def flush() -> None:
    """Send the queued spans; LiveKit ends the process soon."""
    for provider in _providers:
        await asyncio.to_thread(provider.force_flush, _FLUSH_MS)


def record(report: TurnReport, context: Context | None) -> None:
    """Record a report as spans. Without an exporter it takes some 10 us."""
    line, origin = report.timeline, report.at
    span = telemetry.tracer.start_span(
        f"latency.{report.kind}", context=context, start_time=_ns(origin, 0)
    )
    if span.is_recording():
        span.set_attributes(
            {
                "latency.turn": report.turn,
                "latency.total_ms": line.total_us / 1000,
                "latency.flags": list(report.flags.names),
                "latency.breaches": [b.stage for b in report.budget.breaches]
                if report.budget
                else [],
            }
        )
        for mark, us in line.marks.items():
            span.add_event(mark.value, timestamp=_ns(origin, us))
        inside = trace.set_span_in_context(span, context)
        for stage in line.stages:
            _child(f"{report.kind}.{stage.name}", inside, origin, stage.start_us, stage.us)
        for overlapped in line.overlapped:
            _child(
                f"{report.kind}.{overlapped.name}",
                inside,
                origin,
                overlapped.start_us,
                overlapped.us,
                why=overlapped.why,
            )
    span.end(_ns(origin, line.total_us))


def _child(
    name: str, inside: Context, origin: float, start_us: int, us: int, *, why: str = ""
) -> None:
    attributes = {"latency.beside": why} if why else None
    span = telemetry.tracer.start_span(
        f"latency.{name}", context=inside, start_time=_ns(origin, start_us), attributes=attributes
    )
    span.end(_ns(origin, start_us + us))


def _ns(origin: float, us: int) -> int:
    return round(origin * 1e9) + us * 1000


def _exporter(environ: Mapping[str, str]) -> SpanExporter | None:
    if environ.get("OTEL_SDK_DISABLED", "").strip().lower() == "true":
        return None
    # An empty variable counts as one that is not set (OpenTelemetry's specification).
    default = "otlp" if any(environ.get(name) for name in _ADDRESSES) else "none"
    wanted = environ.get("OTEL_TRACES_EXPORTER", "").strip().lower() or default
    if wanted == "none":
        return None
    if wanted == "console":
        return ConsoleSpanExporter()
    if wanted != "otlp":
        logger.warning(
            "traces are not exported: OTEL_TRACES_EXPORTER must be otlp, console or none",
            extra={"value": wanted},
        )
        return None
    protocol = environ.get("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL") or environ.get(
        "OTEL_EXPORTER_OTLP_PROTOCOL"
    )
    # Imported lazily: each brings its own network library.
    if protocol == "grpc":
        from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter as Grpc

        return Grpc()
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter as Http

    return Http()
