"""What everybody knows: keys of development chains, worth nothing anywhere else."""

from typing import Final

DEVELOPMENT_MNEMONIC: Final = "test test test test test test test test test test test junk"
"""Of the funded accounts, path m/44'/60'/0'/0/i: it opens development chains and nothing else."""
