"""`python -m api`."""

from api.cli import run

if __name__ == "__main__":
    run()
