"""A witness: a member that signs the chain's heads, each as an extension of the one before.

What it signed is on the disk before anybody has it, and it never signs two histories.
"""
