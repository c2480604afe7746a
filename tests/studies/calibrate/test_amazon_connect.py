"""Contact records of Amazon Connect, in the fields of its published data model."""

import json

import pytest

from sim.errors import DataError
from sim.studies.calibrate.log import Columns, read_log


def record(contact, *, minute=0, wait=30, talk=None, update="10", method="INBOUND", queue=True):
    """Return a record; without talk it was never connected to an agent."""
    agent = None
    if talk is not None:
        agent = {
            "ConnectedToAgentTimestamp": "2031-05-05T08:01:00Z",
            "AgentInteractionDuration": talk,
            "CustomerHoldDuration": 20,
            "AfterContactWorkDuration": 40,
        }
    return {
        "AWSContactTraceRecordFormatVersion": "2017-03-10",
        "Agent": agent,
        "Channel": "VOICE",
        "ContactId": contact,
        "CustomerEndpoint": {"Address": "+15550100", "Type": "TELEPHONE_NUMBER"},
        "InitiationMethod": method,
        "InitiationTimestamp": "2031-05-05T07:59:00Z",
        "LastUpdateTimestamp": f"2031-05-05T{update}:00:00Z",
        "Queue": {
            "Duration": wait,
            "EnqueueTimestamp": f"2031-05-05T08:{minute:02}:00Z",
            "Name": "Billing",
        }
        if queue
        else None,
    }


RECORDS = [
    record("a", minute=5, talk=120),
    record("b", minute=1),
    record("a", minute=5, talk=180, update="12"),
    record("a", minute=5, talk=60, update="09"),
    record("c", method="OUTBOUND", talk=60),
    record("d", queue=False),
]


def lines(records):
    return "\n".join(map(json.dumps, records))


@pytest.mark.parametrize(
    "write", [json.dumps, lines, lambda records: "".join(map(json.dumps, records))]
)
def test_contacts_are_read_once_each_in_the_latest_record(tmp_path, write):
    path = tmp_path / "records.json"
    path.write_text(write(RECORDS))
    log = read_log(path, Columns(timezone="Europe/Berlin"))
    assert [str(time)[11:16] for time in log.arrival] == ["10:01", "10:05"]
    assert log.served.tolist() == [False, True]
    assert log.wait.tolist() == [0.5, 0.5]
    assert log.service.tolist() == [0.0, 4.0]  # 180 + 20 + 40 seconds
    assert log.customer.tolist() == ["+15550100"] * 2
    assert log.group.tolist() == ["Billing"] * 2
    assert any("2 records of contacts that were delivered again" in one for one in log.readings)
    reasons = " ".join(one.reason for one in log.unused)
    assert "outcome 'outbound'" in reasons
    assert "outcome 'never queued'" in reasons


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ('{"ContactId": "a",', "1: is broken JSON"),
        (lines(RECORDS[:1]) + '\n{"id": 7}', "2: must be a contact record of Amazon Connect"),
        ("[1, 2]", "1: must be a contact record"),
    ],
)
def test_other_json_is_refused(tmp_path, text, rule):
    path = tmp_path / "records.json"
    path.write_text(text)
    with pytest.raises(DataError, match=rule):
        read_log(path, Columns())
