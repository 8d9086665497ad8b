"""`python -m typingtrainer.run`: the whole product on one machine, with its own PostgreSQL and Valkey."""
