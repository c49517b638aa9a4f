"""The offline verifier of audit bundles: docs/audit-bundle.md, step by step.

Pure functions over three inputs that are never mixed: evidence (a bundle, from anybody), a trust
anchor (from whom the reader trusts) and a policy (what the reader demands). No network, no clock.
Whatever the evidence is, a function returns, or raises a BundleRefused of errors.py.
"""
