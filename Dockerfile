# syntax=docker/dockerfile:1.24@sha256:87999aa3d42bdc6bea60565083ee17e86d1f3339802f543c0d03998580f9cb89
# The worker, in two stages: the first has pip and compiles bytecode, the last only runs.
# Build: docker build -t india-voice-agent .
# Run:   docker run --env-file .env --read-only --tmpfs /tmp -v agent:/var/lib/agent india-voice-agent
# The target `sandbox` has the stand-ins and the playground, for development alone.
# Each image is pinned by the digest of its index, so that every build begins with the same bytes
# (here Python 3.11.16 and Node 22.23.3). Debian's fixes come with a new digest:
# docker buildx imagetools inspect python:3.11-slim-bookworm

FROM python:3.11-slim-bookworm@sha256:a36c24f9cbdf4fd0f52d67f0823eeac19c2028c637cecc392d97f980d4fec56b AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app
RUN python -m venv /app/.venv
# The lock alone first: a change of our own code leaves this layer as it is.
COPY requirements.lock ./
RUN .venv/bin/pip install --require-hashes --requirement requirements.lock
COPY agent.py LICENSE NOTICE ./
COPY agent/ agent/
COPY assistants/ assistants/
COPY prewarm/ prewarm/
COPY plugins/ plugins/
COPY voice_agent_env/ voice_agent_env/
# Bytecode for a quick start, and no installer left for the next stage.
RUN .venv/bin/python -m compileall -q .venv agent.py agent assistants prewarm plugins voice_agent_env \
    && .venv/bin/pip uninstall --yes pip setuptools

FROM node:22-bookworm-slim@sha256:43ac6c60b8f89723f746e8a92ce91abd5017e627ce1ddfe4238355d3a30b772c AS page
WORKDIR /app/playground
COPY playground/package.json playground/package-lock.json ./
RUN npm ci --ignore-scripts

FROM python:3.11-slim-bookworm@sha256:a36c24f9cbdf4fd0f52d67f0823eeac19c2028c637cecc392d97f980d4fec56b AS sandbox
WORKDIR /app
COPY requirements-dev.lock ./
RUN pip install --no-cache-dir --require-hashes --requirement requirements-dev.lock \
    && useradd --uid 10001 --create-home --shell /usr/sbin/nologin agent
COPY LICENSE NOTICE ./
COPY voice_agent_env/ voice_agent_env/
COPY sandbox/ sandbox/
COPY playground/ playground/
COPY --from=page /app/playground/node_modules playground/node_modules
ENV PYTHONPATH=/app PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER 10001
ENTRYPOINT ["python"]

FROM python:3.11-slim-bookworm@sha256:a36c24f9cbdf4fd0f52d67f0823eeac19c2028c637cecc392d97f980d4fec56b AS worker
# libmpg123 decodes MP3; certificates for the providers' TLS. Debian keeps one version per release.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates libmpg123-0 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --create-home --shell /usr/sbin/nologin agent \
    && install --directory --owner=agent --group=agent --mode=700 \
        /var/lib/agent /var/lib/agent/phrases /var/lib/agent/journal /var/lib/agent/data
WORKDIR /app
COPY --from=build --chown=root:root /app /app
# `livekit` is a namespace package: the plugin's folder on the path adds to what is installed.
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONPATH=/app:/app/plugins/livekit-plugins-sarvam-pooled \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    METRICS_PORT=8081 \
    PHRASE_STORE_DIR=/var/lib/agent/phrases \
    DATA_DIR=/var/lib/agent/data
# All that is written goes to /var/lib/agent and /tmp: the rest may be read-only. A new volume takes
# over owner and mode of the folder that it covers.
USER 10001
# Health, /worker and /metrics; 503 when the connection to LiveKit is lost. On loopback: to publish the
# port of a bridge network (`docker run -p 127.0.0.1:8081:8081`), METRICS_HOST=0.0.0.0.
EXPOSE 8081
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import http.client, os; c = http.client.HTTPConnection(os.environ.get('METRICS_HOST') or '127.0.0.1', int(os.environ['METRICS_PORT']), timeout=2); c.request('GET', '/'); raise SystemExit(c.getresponse().status != 200)"]
# SIGTERM drains: calls in progress finish before the worker ends.
STOPSIGNAL SIGTERM
ENTRYPOINT ["python", "agent.py"]
CMD ["start"]
