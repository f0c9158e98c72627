"""Tests of exports: clients of a list as files, which come back in without a change."""
