"""Tests of what is read off the screen."""
