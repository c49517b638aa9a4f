"""The demo: plays a story through all parts of Lodetrace, on an embedded chain.

The composition root: it may import every package, and no package imports it.
"""
