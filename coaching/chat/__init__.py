"""The chat with the coach: what is asked, what the learner's own statistics answer, what a language model may see."""
