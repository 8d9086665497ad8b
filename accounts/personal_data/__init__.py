"""What is a learner's: which rows, how she gets a copy of them, and how they go for good."""
