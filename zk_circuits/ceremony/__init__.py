"""Set-ups of Groth16 that others check: phase 1, initial keys, and contributions to delta.

Nothing here knows members, files of a transcript or signatures: that is lodetrace.ceremony. The
normative page is docs/ceremony-format.md.
"""
