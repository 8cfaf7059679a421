"""One call: its session, its components, and the services around them."""
