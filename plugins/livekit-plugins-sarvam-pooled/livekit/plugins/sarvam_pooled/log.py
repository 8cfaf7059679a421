import logging

logger = logging.getLogger("livekit.plugins.sarvam_pooled")
