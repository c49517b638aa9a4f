"""Format 2, complete in itself beside format 1, until contracts and members switch to it.

SPEC.md is normative. What both formats have alike is imported from the package around this one.
"""
