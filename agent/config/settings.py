"""All settings, with types and bounds. A variable is the field's name in capitals."""

from __future__ import annotations

import re
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    field_validator,
)

from voice_agent_env.addresses import exposure

from .languages import Language, language
from .number_languages import parse_numbers
from .webhook_secret import key_of

_PROJECT = Path(__file__).resolve().parents[2]


def _address(*schemes: str) -> AfterValidator:
    """Accept absolute addresses with one of these schemes; the last is the message's example."""

    def check(value: str) -> str:
        try:
            parts = urlsplit(value)
            good = parts.scheme in schemes and parts.hostname and parts.port != 0
        except ValueError:
            good = False
        if not good or re.search(r"\s", value):
            raise ValueError(f"must be an address such as {schemes[-1]}://host:port/path")
        if exposed := exposure(value):
            raise ValueError(exposed)
        return value

    return AfterValidator(check)


def _key(value: SecretStr) -> SecretStr:
    """Refuse what an HTTP header cannot carry: the call would fail later."""
    if not re.fullmatch(r"[!-~]+", value.get_secret_value()):
        raise ValueError("has a space, a line break or a letter that no key has: copy it again")
    return value


def _interface(value: str) -> str:
    """The address that the worker listens on. A name would need a lookup."""
    try:
        return str(ip_address(value))
    except ValueError:
        raise ValueError("must be an IP address of this machine, such as 127.0.0.1") from None


def _long(value: SecretStr) -> SecretStr:
    """The plugin requires the same length."""
    if len(value) < 32:
        raise ValueError("must have at least 32 characters: `openssl rand -hex 32` makes one")
    return value


def _webhook_secret(value: SecretStr) -> SecretStr:
    key_of(value.get_secret_value())
    return value


def _database(value: SecretStr) -> SecretStr:
    """SQLAlchemy reads the rest, when a call needs it."""
    if not re.match(r"[a-z][a-z0-9]*(\+[a-z0-9_]+)?://", value.get_secret_value()):
        raise ValueError(
            "must be a URL as SQLAlchemy writes it, such as sqlite:////folder/file.sqlite3"
        )
    return value


def _absolute(value: Path) -> Path:
    """Relative folders start at the project's folder."""
    try:
        return _PROJECT / value.expanduser()
    except RuntimeError:
        raise ValueError("names the home of a user that this machine does not have") from None


HttpAddress = Annotated[str, _address("http", "https")]
Address = Annotated[str, _address("ws", "wss", "http", "https")]
# For clients that know no other scheme.
SocketAddress = Annotated[
    str,
    _address("http", "https", "ws", "wss"),
    AfterValidator(lambda url: re.sub("^http", "ws", url)),
]
# Clients append paths that begin with a slash.
Root = Annotated[HttpAddress, AfterValidator(lambda url: url.rstrip("/"))]
Interface = Annotated[str, AfterValidator(_interface)]
Folder = Annotated[Path, AfterValidator(_absolute)]
LanguageCode = Annotated[str, AfterValidator(lambda spelling: language(spelling).code)]
Key = Annotated[SecretStr, AfterValidator(_key)]
SigningKey = Annotated[SecretStr, AfterValidator(_long)]
DatabaseUrl = Annotated[SecretStr, AfterValidator(_database)]
WebhookSecret = Annotated[SecretStr, AfterValidator(_webhook_secret)]
Level = Annotated[
    Literal["DEBUG", "INFO", "WARN", "ERROR"],
    BeforeValidator(lambda level: str(level).upper().replace("WARNING", "WARN")),
]
Numbers = Annotated[
    dict[str, str],
    BeforeValidator(lambda pairs: parse_numbers(pairs) if isinstance(pairs, str) else pairs),
]
Names = Annotated[
    tuple[str, ...],
    BeforeValidator(lambda text: re.findall(r"[^,\s]+", text) if isinstance(text, str) else text),
]


class Settings(BaseModel):
    """The settings of a worker, made by `config.load_settings`."""

    model_config = ConfigDict(
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
        use_attribute_docstrings=True,
        validate_default=True,
    )

    # LiveKit. A LiveKit Cloud project or your own server. Empty: `make run` starts a server with
    # keys of its own. `docker compose` needs keys for the server that it starts: run `make keys`.
    livekit_url: SocketAddress | None = None
    """Address of the LiveKit server or project."""
    livekit_api_key: Key | None = None
    """API key of that server or project."""
    livekit_api_secret: Key | None = None
    """API secret of that key."""

    # Keys. Without one, `make run` and `make demo` use a stand-in; `python agent.py start` fails.
    sarvam_api_key: Key
    """Sarvam, the TTS."""
    deepgram_api_key: Key
    """Deepgram, the STT."""
    openai_api_key: Key
    """OpenAI, or a server with its protocol: the LLM."""
    cartesia_api_key: Key
    """Cartesia, the fallback TTS."""

    # Addresses. Other servers of the same protocols.
    sarvam_ws_url: SocketAddress = "wss://api.sarvam.ai/text-to-speech/ws"
    """Sarvam's WebSocket; all synthesis goes over it."""
    sarvam_base_url: HttpAddress = "https://api.sarvam.ai/text-to-speech"
    """Accepted, as in the official plugin, and not used: SARVAM_WS_URL is."""
    deepgram_base_url: Address = "https://api.deepgram.com/v1/listen"
    """Deepgram's address, http or ws."""
    openai_base_url: HttpAddress = "https://api.openai.com/v1"
    """Address of OpenAI, or of a server with its protocol."""
    cartesia_base_url: Root = "https://api.cartesia.ai"
    """Cartesia's address."""

    # The agent. What it speaks, hears and thinks with.
    agent_name: str = ""
    """Name for explicit dispatch. Empty: automatic dispatch to every room."""
    assistant: str | None = Field(None, pattern=r"^[a-z][a-z0-9_]*$")
    """The assistant that answers a call whose dispatch names none: a folder of ASSISTANTS_DIR.
    Empty: the one with `default = true` in its assistant.toml."""
    assistants_dir: Folder = Path("assistants")
    """Folder of the assistants; relative to the project's folder. The worker loads all of them."""
    data_dir: Folder = Path(".data")
    """Folder of the assistants' databases, as SQLite, and of outcomes that wait to be posted;
    relative to the project's folder."""
    database_url: DatabaseUrl | None = None
    """Database of the assistants, as SQLAlchemy writes it. Empty: a file for each in DATA_DIR."""
    agent_language: LanguageCode = "en-IN"
    """Language of greeting and TTS, one of the assistant's: en-IN hi-IN bn-IN gu-IN kn-IN ml-IN
    mr-IN od-IN pa-IN ta-IN te-IN. Empty: the first of the assistant's."""
    number_languages: Numbers = Field(default_factory=dict)
    """Language by called number: +918012345678=kn-IN,+914412345678=ta-IN. Metadata wins."""
    sarvam_model: str = "bulbul:v3"
    """Sarvam's model: bulbul:v3 or bulbul:v4-flash."""
    sarvam_speaker: str | None = None
    """Sarvam's speaker, in lower case. Empty: the model's default."""
    sarvam_pace: float = Field(1.0, ge=0.5, le=2)
    """Rate of Sarvam's speech. The fallback TTS keeps its own."""
    sarvam_temperature: float = Field(0.6, ge=0.01, le=1)
    """How much Sarvam's speech varies. bulbul:v4-flash ignores it."""
    sarvam_pitch: float = Field(0.0, ge=-0.5, le=0.5)
    """Pitch of Sarvam's speech. bulbul:v4-flash only."""
    sarvam_loudness: float = Field(1.0, ge=0.1, le=2.5)
    """Loudness of Sarvam's speech. bulbul:v4-flash only."""
    sarvam_dict_id: str | None = None
    """Id of a pronunciation dictionary made at Sarvam. Empty: none."""
    sarvam_detect_language: bool = False
    """Speak each Segment of a reply in the language of its script."""
    deepgram_model: str = "nova-3"
    """Deepgram's model."""
    deepgram_language: str | None = None
    """Language that Deepgram transcribes. Empty: the call's. `multi`: Hindi and English mixed."""
    openai_model: str = "gpt-4.1-mini"
    """The LLM."""
    cartesia_model: str = "sonic-3"
    """Cartesia's model."""
    cartesia_voice: str | None = None
    """Id of Cartesia's voice. Empty: the default of its plugin, an American voice."""

    # The worker. Ports, capacity, limits of a call, and the log.
    metrics_port: int | None = Field(None, ge=0, le=65535)
    """Port of health (`/`), `/worker` and `/metrics`; 0: any. Empty: 8081, and any in `dev`."""
    metrics_host: Interface = "127.0.0.1"
    """Address of that port. 0.0.0.0: every network of the machine; there is no login."""
    worker_idle_processes: int | None = Field(None, ge=0, le=64)
    """Warm processes kept for the next calls. Empty: one for each CPU, at most 4."""
    worker_load_threshold: float = Field(0.7, gt=0)
    """CPU load (1: all CPUs) above which calls are refused. A value above 1 never refuses calls;
    nor does `dev`."""
    worker_memory_warn_mb: float = Field(500, ge=0)
    """Megabytes of a call's process above which a warning is logged; 0: never."""
    worker_memory_limit_mb: float = Field(1000, ge=0)
    """Megabytes of a call's process above which the call is ended; 0: no limit."""
    worker_drain_timeout: int = Field(3600, ge=0)
    """Seconds that calls in progress may take to finish after SIGTERM; 0: no limit."""
    caller_timeout: float = Field(60, ge=1)
    """Seconds that the agent stays in a room without a caller."""
    call_limit: float = Field(1800, ge=0)
    """Seconds that a call may last; then the agent says goodbye and ends it. 0: no limit."""
    silence_limit: float = Field(300, ge=0)
    """Seconds without a word, spoken or typed, after which the agent ends the call. 0: no limit."""
    log_level: Level = "INFO"
    """Level of the log."""
    log_words: bool = False
    """Keep what callers and the agent say in log records. False: it is removed."""

    # Timing. Where the milliseconds of each turn went: docs/latency.md.
    latency_budget: str = "1200"
    """Limits that turns are checked against: a budget of agent/latency/budgets.toml."""
    latency_relief: Names = ()
    """Mitigations of a call that is slow turn after turn: docs/latency.md. Empty: none. `hedge`
    needs TTS_HEDGE=false."""
    timing_in_room: bool = False
    """Send the timing to the caller, for the playground page, and let a caller whose token allows
    it switch optimisations. `make run` sets this."""
    journal_dir: Folder | None = None
    """Folder for each call's timing as JSON lines, with what was said in it. Empty: no files."""

    # Outcomes. What an assistant declares to be known of a call when it has ended.
    outcome_webhook_url: HttpAddress | None = None
    """Address that outcomes are posted to: docs/operating.md. Empty: they are in the journal."""
    outcome_webhook_secret: WebhookSecret | None = None
    """Secret that signs them: whsec_ and 24 to 64 bytes in base64."""

    # Time limits, in seconds. After one, the request is retried, or goes to the fallback TTS.
    stt_timeout: float = Field(5.0, gt=0, le=60)
    """Connecting to Deepgram. LiveKit's default: 10."""
    llm_timeout: float = Field(6.0, gt=0, le=120)
    """Each wait for the LLM. LiveKit's default: 10."""
    tts_timeout: float = Field(2.0, gt=0, le=60)
    """First audio of a TTS. LiveKit's default: 10."""
    tool_timeout: float = Field(8.0, gt=0, le=300)
    """A tool of the assistant; after that it is stopped, and the model is to say so to the caller.
    LiveKit sets no limit."""

    # Switches. "LiveKit's default" is that of LiveKit Agents 1.8.9, "official plugin" that of
    # livekit-plugins-sarvam. What each switch is worth: docs/measurements.md.
    prewarm: bool = True
    """Load modules, make clients and read phrases before a call, and connect to all providers while
    the room connects. LiveKit's default: false; it connects to the LLM and the primary TTS alone,
    when the session starts."""
    vad: Literal["bundled", "plugin"] = "bundled"
    """Silero from LiveKit's own runtime (`bundled`), or from livekit-plugins-silero (`plugin`).
    LiveKit's default: bundled."""
    vad_min_silence: float = Field(0.25, ge=0.05, le=2)
    """Seconds of silence that end speech; the turn detector needs 0.25. LiveKit's default: 0.25,
    and 0.55 with VAD=plugin."""
    turn_detector: bool = True
    """Bundled end-of-turn model. False: silence alone ends a turn. LiveKit's default: true."""
    endpointing_min_delay: float = Field(0.0, ge=0, le=5)
    """Seconds after the caller's last sound before a reply may start. LiveKit's default: 0.3, and
    0.5 with TURN_DETECTOR=false."""
    endpointing_doubt_delay: float = Field(0.8, ge=0, le=10)
    """Seconds of silence that end a turn if the words could end here but the turn detector expects
    more, or while the transcript or a playable reply is missing. Must not exceed
    ENDPOINTING_MAX_DELAY, which stock LiveKit uses for this case too."""
    endpointing_max_delay: float = Field(1.5, ge=0, le=10)
    """Seconds of silence that end a turn after words such as "my name is". With TURN_WORDS,
    TURN_ASKS_AGAIN and TURN_WAITS all off, also a turn that the model expects to continue.
    LiveKit's default: 2.5."""
    endpointing_dictation_delay: float = Field(3.0, ge=0, le=10)
    """Seconds of silence that end a turn amid a number that the agent has asked for, as callers
    look up the next digits; at least ENDPOINTING_MAX_DELAY. Needs TURN_WORDS."""
    turn_words: bool = True
    """Wait longer after words that cannot end a sentence; needs TURN_DETECTOR. LiveKit's default:
    false."""
    turn_asks_again: bool = True
    """Ask the model again as the silence lasts, because it then hears more of it; needs
    TURN_DETECTOR. LiveKit's default: false."""
    turn_waits: bool = True
    """End no turn before its reply is playable: the reply is heard as early, and fewer callers are
    cut off; needs TURN_DETECTOR, PREEMPTIVE_LLM and PREEMPTIVE_TTS. LiveKit's default: false."""
    stt_finalize_after: float = Field(0.06, ge=0, le=2)
    """Seconds of silence after which Deepgram is asked to finalise its transcript; 0: never.
    LiveKit's default: 0."""
    preemptive_llm: bool = True
    """Ask the LLM before the turn has certainly ended. LiveKit's default: true."""
    preemptive_tts: bool = True
    """Synthesise that preemptive reply too, into a buffer. LiveKit's default: false."""
    preemptive_attempts: int = Field(5, ge=1, le=20)
    """Most preemptive replies in one turn; each pause prepares one. LiveKit's default: 3."""
    interruption_min_duration: float = Field(0.3, ge=0, le=5)
    """Seconds of speech that interrupt the agent. LiveKit's default: 0.5."""
    false_interruption_timeout: float = Field(0.5, ge=0, le=10)
    """Seconds after which speech without words, such as a cough, lets the agent continue. LiveKit's
    default: 2."""
    aec_warmup: float = Field(0, ge=0, le=10)
    """Seconds of the agent's first words that cannot be interrupted. LiveKit's default: 3."""
    audio_frame_ms: int = Field(10, ge=10, le=100)
    """Milliseconds of one frame of the caller's audio. LiveKit's default: 50."""
    audio_rate: int = Field(16000, ge=16000, le=48000, multiple_of=8000)
    """Hz of the caller's audio. VAD, turn detector and Deepgram use 16000, and each resamples a
    higher rate. LiveKit's default: 24000."""
    text_transforms: bool = False
    """LiveKit's text filters ahead of the plugin's own cleaning; they delay the text by a token.
    LiveKit's default: true."""
    tts_first_clause: bool = True
    """Start synthesis at the first clause. False: at the first sentence. Official plugin: false."""
    tts_parallel: int = Field(3, ge=1, le=8)
    """Segments synthesised at once. Official plugin: 1."""
    tts_hedge: bool = True
    """Send a second request when the first is late. Official plugin: false."""
    tts_pool_idle: int = Field(2, ge=0, le=10)
    """Idle connections to Sarvam kept in a call; 0: connect on demand. The official plugin opens
    one in advance, and another in the turn after each barge-in."""
    tts_max_connections: int = Field(6, ge=1, le=30)
    """Connections to Sarvam that one call may have open; at least TTS_PARALLEL and TTS_POOL_IDLE.
    Sarvam limits those of an account (Starter: 30)."""
    tts_codec: Literal["linear16", "mp3"] = "linear16"
    """Audio from Sarvam; mp3 takes a third of the bytes on a poor line. Official plugin: mp3."""
    phrase_cache: bool = True
    """Play phrases that were synthesised before, without a request. Official plugin: false."""
    phrase_store_dir: Folder = Path(".cache/phrases")
    """Folder of the phrases, as WAV, shared by all calls; relative to the project's folder."""
    phrase_min_calls: int = Field(3, ge=1)
    """Different calls in which a phrase is heard before it is kept on disk, unless listed."""
    phrase_redis_url: SecretStr | None = None
    """Redis or Valkey in which several machines share phrases. Anyone who can write there chooses
    what callers hear: use TLS, a password and a database of its own,
    rediss://:password@host:6379/1."""
    phrase_signing_key: SigningKey | None = None
    """Secret that signs stored phrases, where others can write to the folder or to Redis; the same
    on all machines, 32 characters or more. Unsigned phrases are synthesised again."""
    fillers: bool = True
    """Say a short stored phrase when the LLM or a tool takes long; needs PHRASE_CACHE. LiveKit's
    default: false."""
    filler_after: float = Field(0.8, ge=0.1, le=10)
    """Seconds without a word from the LLM, or of silence while a tool runs, after which a filler is
    said."""

    @field_validator("*", mode="before")
    @classmethod
    def _strip(cls, value: Any) -> Any:
        return value.strip() if isinstance(value, str) else value

    @property
    def language(self) -> Language:
        """The language to begin in, as each provider spells it."""
        return language(self.agent_language)

    @property
    def outcome_spool_dir(self) -> Path:
        """Folder of the outcomes that wait to be posted."""
        return self.data_dir / "outbox"

    @property
    def waits_for_playable_reply(self) -> bool:
        """Whether a turn is held until its reply can be heard: only one made early can be."""
        return self.turn_waits and self.preemptive_llm and self.preemptive_tts

    @property
    def delays_turns(self) -> bool:
        """Whether the turn detector's answer is not the last word on the end of a turn."""
        more = self.turn_words or self.turn_asks_again or self.waits_for_playable_reply
        return self.turn_detector and more

    def stt_language_for(self, language: Language) -> str:
        """The language that Deepgram transcribes in a call that begins in `language`."""
        return self.deepgram_language or language.stt
