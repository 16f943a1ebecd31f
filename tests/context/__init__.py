"""Tests of the context room, with the generators that they share."""
