"""From logs of the real world to scenarios, and from runs to logs: ``sim calibrate``."""

from sim.calibration.fitting import Calibration, calibrate
from sim.calibration.log import Columns
from sim.calibration.purchases import PurchaseColumns, Purchases, calibrate_purchases
from sim.calibration.recording import record_log

__all__ = [
    "Calibration",
    "Columns",
    "PurchaseColumns",
    "Purchases",
    "calibrate",
    "calibrate_purchases",
    "record_log",
]
