"""The light client: headers, seals, validator sets, tries and receipts.

Pure functions over bytes: no network, no clock, no settings. Whatever the bytes are, a function
returns, or raises an EvidenceInvalid of errors.py.
"""
