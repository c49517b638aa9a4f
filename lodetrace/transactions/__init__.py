"""Transactions: signed, written down before they are sent, followed to their receipt."""
