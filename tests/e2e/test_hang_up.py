"""A caller who hangs up while the agent speaks, in a real room; and how that call was."""

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from agent.latency.live.sampler import INTERVAL
from agent.latency.marks import Kind
from bench.real_calls import AGENT, dialled, written
from sandbox.caller.call import synthesise
from sandbox.caller.script import parse
from sandbox.stack.stack import stack

QUESTION = 'title = "A question"\n[[lines]]\ntext = "I want an appointment with doctor Rao"'
pytestmark = pytest.mark.real_time


async def metrics(port: int) -> dict[str, float]:
    """The samples of the worker's page, added up by name."""
    address = f"http://127.0.0.1:{port}/metrics"
    async with aiohttp.ClientSession() as session, session.get(address) as answer:
        page = await answer.text()
    found: dict[str, float] = {}
    for family in text_string_to_metric_families(page):
        for sample in family.samples:
            found[sample.name] = found.get(sample.name, 0.0) + sample.value
    return found


@pytest.mark.timeout(300)
async def test_a_caller_who_hangs_up_has_interrupted_nobody(make_options, tmp_path):
    """Neither in the journal nor in the metrics; and the call's network, connections and memory
    were sampled while it went on."""
    journal = tmp_path / "journal"
    options = make_options(JOURNAL_DIR=str(journal), AGENT_NAME=AGENT)
    script = parse(QUESTION)
    (speech,) = await synthesise(script)
    async with stack(options) as running:
        async with dialled(running, "hang-up", agent_name=AGENT) as caller:
            assert await caller.until(lambda _: caller.turn_taking.state == "listening", timeout=60)
            # Until a sample has a round trip, which the first one may be too early for.
            for samples in range(1, 4):
                until = caller.joined + samples * INTERVAL + 2
                await caller.until(lambda now, until=until: now > until, timeout=60)
                sampled = await metrics(options.ports.worker)
                if sampled["agent_network_round_trip_seconds_count"]:
                    break
            _, ended = await caller.say(speech)
            assert await caller.until(
                lambda _: caller.turn_taking.onset_since(ended) is not None, timeout=60
            )
        reports = await written(journal, "hang-up")
        counted = await metrics(options.ports.worker)
    assert [report.kind for report in reports] == [Kind.GREETING, Kind.TURN]
    assert not reports[-1].flags.interrupted
    assert counted["agent_interruptions_total"] == 0
    assert sampled["agent_packets_total"] > 25 * INTERVAL
    assert sampled["agent_network_round_trip_seconds_count"] == 1, "no sample had a round trip"
    assert sampled["agent_tts_sockets"] > 0
    assert sampled["agent_jobs_memory_bytes"] == sampled["agent_job_memory_max_bytes"] > 30e6
    assert counted["agent_packets_total"] >= sampled["agent_packets_total"]
    assert counted["agent_refused_calls_total"] == 0
