"""What is wrong, and what to do about it: checks that stand each on its own."""
