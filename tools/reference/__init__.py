"""`make reference`: docs/configuration.md and `.env.example`, written from the settings."""
