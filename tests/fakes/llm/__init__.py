"""A fake language model: answers as servers of OpenAI's API do, over real HTTP, and fails in every way wanted.

`FakeModel` runs it inside a test, `python -m tests.fakes.llm` by itself. What is wrong with its next answers is told it
by its control door (`control.py`) or the buttons of its page.
"""
