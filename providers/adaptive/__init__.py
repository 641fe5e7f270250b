"""The strategy ``adaptive``: whoever proved most useful to this person, by kind of question."""
