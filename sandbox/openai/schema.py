"""The bodies of requests, as OpenAI documents them and its SDK types them.

`errors.from_validation` turns a `ValidationError` of these models into the service's error.
Arguments without effect on rules (temperature, seed, ...) are checked for their range and ignored;
an unknown one is refused, as by the service, so that a misspelt argument does not pass here and
fail there.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

Role = Literal["system", "developer", "user", "assistant", "tool", "function"]
_MAX_TOOLS = 128  # documented
_MAX_STOPS = 4  # documented
_TOOL_NAME = r"^[a-zA-Z0-9_-]{1,64}$"  # documented


def refuse(message: str, param: str, code: str | None = None) -> PydanticCustomError:
    """A refusal in the service's words."""
    # As data: a template would take a client's braces for fields.
    return PydanticCustomError(
        "openai", "{message}", {"message": message, "param": param, "code": code}
    )


class Strict(BaseModel):
    """A body or a part of one: JSON types are not converted into each other."""

    model_config = ConfigDict(strict=True)


class Part(Strict):
    """One part of a message's content; only its text is used."""

    type: Literal["text", "image_url", "input_audio", "file", "refusal"]
    text: str = ""


class CalledFunction(Strict):
    """The function of a call in an assistant message."""

    name: str
    arguments: str


class ToolCall(Strict):
    """One call in an assistant message."""

    id: str
    type: Literal["function", "custom"] = "function"
    function: CalledFunction | None = None


class ChatMessage(Strict):
    """One message of the conversation."""

    role: Role
    content: str | list[Part] | None = None
    tool_calls: list[ToolCall] | None = None
    tool_call_id: str | None = None

    @property
    def text(self) -> str:
        """All text of the message."""
        if isinstance(self.content, list):
            return "".join(part.text for part in self.content)
        return self.content or ""


class Function(Strict):
    """A function that the model may call."""

    name: Annotated[str, Field(pattern=_TOOL_NAME)]
    description: str | None = None
    parameters: dict[str, Any] | None = None
    strict: bool | None = None


class Tool(Strict):
    """A tool that the model may call."""

    type: Literal["function"]
    function: Function


class NamedFunction(Strict):
    """The name in a `tool_choice`."""

    name: str


class NamedTool(Strict):
    """A `tool_choice` of one function."""

    type: Literal["function"]
    function: NamedFunction


class JsonSchema(Strict):
    """The schema of a `response_format`."""

    name: str
    schema_: dict[str, Any] = Field(default_factory=dict, alias="schema")


class ResponseFormat(Strict):
    """Text, any JSON object, or JSON of a schema."""

    type: Literal["text", "json_object", "json_schema"] = "text"
    json_schema: JsonSchema | None = None


class StreamOptions(Strict):
    """Options of a stream."""

    include_usage: bool = False


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


class ChatRequest(Strict):
    """`POST /v1/chat/completions`."""

    model_config = ConfigDict(extra="forbid")

    model: Annotated[str, Field(min_length=1)]
    messages: Annotated[list[ChatMessage], Field(min_length=1)]
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    tools: Annotated[list[Tool], Field(max_length=_MAX_TOOLS)] | None = None
    tool_choice: Literal["none", "auto", "required"] | NamedTool | None = None
    parallel_tool_calls: bool | None = None
    response_format: ResponseFormat | None = None
    max_tokens: Annotated[int, Field(ge=1)] | None = None
    max_completion_tokens: Annotated[int, Field(ge=1)] | None = None
    stop: Annotated[list[str], BeforeValidator(_listed), Field(max_length=_MAX_STOPS)] | None = None
    n: Annotated[int, Field(ge=1, le=128)] | None = None
    temperature: Annotated[float, Field(ge=0, le=2)] | None = None
    top_p: Annotated[float, Field(ge=0, le=1)] | None = None
    presence_penalty: Annotated[float, Field(ge=-2, le=2)] | None = None
    frequency_penalty: Annotated[float, Field(ge=-2, le=2)] | None = None
    top_logprobs: Annotated[int, Field(ge=0, le=20)] | None = None

    # Accepted and ignored.
    logit_bias: Any = None
    logprobs: Any = None
    metadata: Any = None
    modalities: Any = None
    moderation: Any = None
    prediction: Any = None
    prompt_cache_key: Any = None
    prompt_cache_options: Any = None
    prompt_cache_retention: Any = None
    reasoning_effort: Any = None
    safety_identifier: Any = None
    seed: Any = None
    service_tier: Any = None
    store: Any = None
    user: Any = None
    verbosity: Any = None
    web_search_options: Any = None

    @property
    def limit(self) -> int | None:
        """The most tokens of a reply."""
        return self.max_completion_tokens or self.max_tokens

    @model_validator(mode="after")
    def _arguments_fit(self) -> Self:
        if self.n is not None and self.n > 1:
            raise refuse(
                "This stand-in has one answer to a conversation. Send n=1 or leave it out.",
                "n",
                "unsupported_value",
            )
        if self.max_tokens and self.max_completion_tokens:
            raise refuse(
                "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not"
                " supported.",
                "max_tokens",
                "invalid_parameter_combination",
            )
        if self.stream_options is not None and not self.stream:
            raise refuse(
                "The 'stream_options' parameter is only allowed when 'stream' is enabled.",
                "stream_options",
            )
        if not self.tools:
            for name in ("tool_choice", "parallel_tool_calls"):
                if getattr(self, name) is not None:
                    raise refuse(f"'{name}' is only allowed when 'tools' are specified.", name)
        if isinstance(self.tool_choice, NamedTool):
            chosen = self.tool_choice.function.name
            if all(tool.function.name != chosen for tool in self.tools or ()):
                raise refuse(
                    f"Tool choice '{chosen}' not found in 'tools' parameter.", "tool_choice"
                )
        return self

    @model_validator(mode="after")
    def _tool_messages_fit(self) -> Self:
        """Each call is followed at once by its result, and each result has a call."""
        open_calls: dict[str, None] = {}
        for index, message in enumerate(self.messages):
            if message.role == "tool":
                if message.tool_call_id not in open_calls:
                    raise refuse(
                        "Invalid parameter: messages with role 'tool' must be a response to a"
                        " preceeding message with 'tool_calls'.",
                        f"messages.[{index}].role",
                    )
                del open_calls[message.tool_call_id]
                continue
            _all_answered(open_calls, index)
            _has_content(message, index)
            open_calls = dict.fromkeys(call.id for call in message.tool_calls or ())
        _all_answered(open_calls, len(self.messages))
        return self


def _all_answered(open_calls: dict[str, None], index: int) -> None:
    if open_calls:
        raise refuse(
            "An assistant message with 'tool_calls' must be followed by tool messages responding"
            " to each 'tool_call_id'. The following tool_call_ids did not have response messages:"
            f" {', '.join(open_calls)}",
            f"messages.[{index}].role",
        )


def _has_content(message: ChatMessage, index: int) -> None:
    if message.content is None and not message.tool_calls:
        raise refuse(
            "Invalid value for 'content': expected a string, got null.",
            f"messages.[{index}].content",
        )
