"""The members' ceremony: a folder that says who contributed to the keys, and that anybody checks.

docs/ceremony-format.md is normative. Nothing here asks a node or a server.
"""
