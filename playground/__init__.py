"""The playground: a page to call the agent from the browser, and the small server behind it."""
