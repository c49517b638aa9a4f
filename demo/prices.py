"""What a month of daily price ranges looks like: synthetic prices, the real assessment."""

from datetime import date
from pathlib import Path
from typing import Final

from rich.text import Text

from oracle.prices.methodology import methodology_called
from oracle.prices.simulation import simulate
from oracle.prices.svg_plot import svg_plot
from oracle.prices.terminal_plot import terminal_plot

SEED: Final = 1
FIRST: Final = date(2026, 7, 27)
TRADING_DAYS: Final = 30
TITLE: Final = "Cobalt sulphate, 30 trading days of a synthetic market"


def plot_month(picture: Path) -> Text:
    """Assesses 30 trading days, writes them as a picture and returns them for the terminal."""
    records = [one.record for one in simulate(SEED, FIRST, TRADING_DAYS)]
    unit = methodology_called(records[-1].methodology).unit
    picture.write_text(svg_plot(records, unit, TITLE), "utf-8")
    return terminal_plot(records, unit)
