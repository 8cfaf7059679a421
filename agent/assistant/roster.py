"""The assistants of a worker: loaded and checked at its start, chosen at a call's."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from ..config.languages import Language
from ..config.load import ConfigError, read_values
from ..config.settings import Settings
from .files import default_of
from .load import LoadedAssistant, load_assistants
from .toml_file import AssistantError

logger = logging.getLogger(__name__)


class Roster:
    """The assistants of a worker.

    Args:
        loaded: By name.
        default: The name of the one that answers a call which names none.

    Raises:
        ConfigError: There is no such assistant.
    """

    def __init__(self, loaded: Mapping[str, LoadedAssistant], default: str) -> None:
        if default not in loaded:
            names = ", ".join(loaded)
            raise ConfigError((f"ASSISTANT={default}: there is no such assistant, only {names}",))
        self.loaded = loaded
        self.default = loaded[default]

    def choose(self, name: str | None) -> LoadedAssistant:
        """The assistant of this name; the default one if there is none, which is logged: a call
        must be answered."""
        if name is None:
            return self.default
        if (chosen := self.loaded.get(name)) is None:
            logger.warning(
                "the dispatch of a call names an assistant that this worker does not have",
                extra={"answers": self.default.name, "have": list(self.loaded)},
            )
            return self.default
        return chosen


def load_roster(settings: Settings) -> Roster:
    """Load and check all assistants.

    Raises:
        ConfigError: Lists their problems, with file and line.
    """
    try:
        loaded = load_assistants(settings.assistants_dir, read_values())
        manifests = {name: assistant.manifest for name, assistant in loaded.items()}
        roster = Roster(loaded, settings.assistant or default_of(manifests))
    except AssistantError as error:
        raise ConfigError(error.problems) from error
    languages = roster.default.manifest.languages
    code = settings.agent_language
    if "agent_language" in settings.model_fields_set and code not in languages:
        raise ConfigError(
            (
                f"AGENT_LANGUAGE={code}: the assistant {roster.default.name} has "
                f"{' '.join(languages)}",
            )
        )
    return roster


def spoken_by(assistant: LoadedAssistant, wanted: Language | None) -> Language | None:
    """The wanted language if the assistant has it, else None, which is logged."""
    if wanted is None or wanted.code in assistant.manifest.languages:
        return wanted
    logger.warning(
        "the assistant does not have the language of a call",
        extra={"assistant": assistant.name, "wanted": wanted.code},
    )
    return None
