"""The assistants: each folder with an `assistant.toml` is one."""
