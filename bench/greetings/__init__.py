"""How soon a caller is greeted in a real room."""
