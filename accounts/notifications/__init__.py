"""What learners are told when they are not here: of which kinds, by which channels, when, and each thing once."""
