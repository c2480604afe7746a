"""Units of work that tests run: in a module of their own, so that worker processes find them."""

import os
import threading
import time
from pathlib import Path

from sim.core.cancel import check_cancelled
from sim.errors import CapacityError, DataError


def describe(scenario, policy, replication):
    return f"{scenario}/{policy}/{replication}"


def slow_first(scenario, policy, replication):
    time.sleep(0.3 if replication == 0 else 0)
    return describe(scenario, policy, replication)


def process_id(scenario, policy, replication):
    return os.getpid()


def fail(scenario, policy, replication):
    if replication == 1:
        raise ZeroDivisionError("no agents")
    return describe(scenario, policy, replication)


def overflow(scenario, policy, replication):
    raise CapacityError("the calendar is full")


def bad_data(scenario, policy, replication):
    raise DataError("people.csv:3: spend")


def die(scenario, policy, replication):
    os._exit(9)


def unpicklable(scenario, policy, replication):
    return lambda: None


def sleep_long(scenario, policy, replication):
    Path(scenario, f"{os.getpid()}.worker").touch()
    time.sleep(600)


def thread_id(scenario, policy, replication):
    return threading.get_ident()


def work_on_and_on(scenario, policy, replication):
    Path(scenario, f"{threading.get_ident()}.worker").touch()
    while True:
        time.sleep(0.02)
        check_cancelled()
