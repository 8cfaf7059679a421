"""Code for environment variables that the worker, the playground and the sandbox share.

env_file      reads `.env` under the process's own variables
addresses     which addresses may carry keys without TLS
livekit_keys  makes key pairs and refuses weak ones
own_host      which requests to a local server come from its own pages

Standard library and python-dotenv only; imports nothing else of this project.
"""
