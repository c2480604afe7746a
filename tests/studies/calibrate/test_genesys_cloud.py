"""Genesys Cloud: conversation details in the fields of its data model, and its CSV export."""

import json

import pytest
from typer.testing import CliRunner

from sim.cli import app
from sim.errors import DataError
from sim.studies.calibrate.log import Columns, read_log

DAY = "2031-05-05T"


def stamp(clock):
    return f"{DAY}{clock}.000Z"


def segment(kind, begin, end):
    return {
        "segmentType": kind,
        "segmentStart": stamp(begin),
        "segmentEnd": stamp(end),
        "queueId": "billing",
    }


def participant(purpose, segments, metrics=(), **more):
    session = {
        "mediaType": "voice",
        "ani": "tel:+15550100",
        "segments": segments,
        "metrics": [{"name": name, "value": value} for name, value in metrics],
    }
    return {"purpose": purpose, "sessions": [session], **more}


def conversation(number, *participants, direction="inbound", end="08:20:00"):
    return {
        "conversationId": number,
        "conversationStart": stamp("08:00:00"),
        "conversationEnd": stamp(end),
        "originatingDirection": direction,
        "participants": [participant("customer", []), *participants],
    }


IVR = participant("ivr", [segment("ivr", "08:00:00", "08:01:00")])
WAIT = participant("acd", [segment("interact", "08:01:00", "08:01:45")], [("tAcd", 45_000)])
RING = participant("agent", [segment("alert", "08:01:20", "08:01:30")], userId="rung")
TALK = participant(
    "agent",
    [
        segment("alert", "08:01:35", "08:01:45"),
        segment("interact", "08:01:45", "08:04:45"),
        segment("hold", "08:04:45", "08:05:15"),
        segment("wrapup", "08:05:15", "08:05:45"),
    ],
    [("tAnswered", 45_000)],
    userId="ann",
)
SECOND = participant("acd", [segment("interact", "08:04:00", "08:05:00")], [("tAcd", 60_000)])
CONVERSATIONS = [
    conversation("answered", IVR, WAIT, RING, TALK, SECOND),
    conversation("left", IVR, WAIT),
    conversation("left", IVR, WAIT, end="08:02:00"),
    conversation("out", TALK, direction="outbound"),
    conversation("menu", IVR),
]


@pytest.mark.parametrize(
    "write",
    [
        lambda some: json.dumps({"conversations": some, "totalHits": len(some)}),
        lambda some: "\n".join(map(json.dumps, some)),
    ],
)
def test_conversations_are_read_once_each_from_queue_to_end_of_work(tmp_path, write):
    path = tmp_path / "details.json"
    path.write_text(write(CONVERSATIONS))
    log = read_log(path, Columns(timezone="Europe/Berlin"))
    # In a queue at 08:01 UTC for 45 seconds; the agent then took 180 + 30 + 30 seconds.
    assert [str(time)[11:19] for time in log.arrival] == ["10:01:00", "10:01:00"]
    assert sorted(log.served.tolist()) == [False, True]
    assert log.wait.tolist() == [0.75, 0.75]
    assert log.service[log.served].tolist() == [4.0]
    assert log.agent[log.served].tolist() == ["ann"]  # not at whom it rang
    assert set(log.customer) == {"+15550100"}
    assert set(log.group) == {"billing"}
    reasons = " ".join(one.reason for one in log.unused)
    assert "outcome 'outbound'" in reasons
    assert "outcome 'never queued'" in reasons
    assert any("1 conversations that were there again" in one for one in log.readings)


def test_handling_is_the_metric_where_there_is_one(tmp_path):
    told = participant(
        "agent", [segment("interact", "08:01:45", "08:04:45")], [("tHandle", 90_000)], userId="bo"
    )
    path = tmp_path / "details.json"
    path.write_text(json.dumps([conversation("one", WAIT, told)]))
    assert read_log(path, Columns()).service.tolist() == [1.5]


def test_two_queues_before_an_answer_are_one_wait_and_withheld_numbers_nobody(tmp_path):
    later = participant("acd", [segment("interact", "08:01:45", "08:02:15")])
    talk = participant("agent", [segment("interact", "08:02:15", "08:03:15")], userId="ann")
    one = conversation("one", WAIT, later, talk)
    one["participants"][0]["sessions"][0]["ani"] = "sip:anonymous@anonymous.invalid"
    path = tmp_path / "details.json"
    path.write_text(json.dumps([one]))
    log = read_log(path, Columns())
    assert log.wait.tolist() == [1.25]  # 45 seconds, and 30 by the segment's own times
    assert log.customer.tolist() == [""]


def test_media_of_several_kinds_are_told(tmp_path):
    mail = conversation("mail", WAIT)
    mail["participants"][0]["sessions"][0]["mediaType"] = "email"
    path = tmp_path / "details.json"
    path.write_text(json.dumps([mail, conversation("call", WAIT, TALK)]))
    told = " ".join(read_log(path, Columns()).readings)
    assert "taken as one queue: email (1), voice (1)" in told


HEADER = (
    "Full Export Completed,Partial Result Timestamp,Filters,Media Type,Users,Remote,Date,Duration,"
    "Direction,ANI,Queue,Abandoned,Total Queue,Total Handle,Conversation ID"
)
ROWS = [
    "YES,,,voice,Ann Lee; Bo Ray,,5/23/31 8:01 AM,300000,Inbound,tel:+1555,A; B,NO,45000,240000,a",
    "YES,,,voice,,Acme,5/23/31 8:07 AM,60000,Inbound,tel:+1556,Billing,YES,30500,,b",
    "YES,,,voice,Ann Lee,Acme,5/23/31 9:07 AM,60000,Outbound,tel:+1557,,NO,,50000,c",
    "YES,,,voice,,Acme,5/23/31 9:30 AM,20000,Inbound,tel:+1558,,NO,,,d",
    "YES,,,voice,,Acme,5/23/31 9:40 AM,20000,Inbound,tel:+1559,Billing,NO,9000,,e",
]


def exported(tmp_path, rows=ROWS, header=HEADER):
    path = tmp_path / "interactions.csv"
    path.write_text("\ufeff" + "\n".join([header, *rows]) + "\n")
    return path


def test_an_export_of_interactions_needs_no_flag(tmp_path):
    log = read_log(exported(tmp_path, [*ROWS, ROWS[1]]), Columns())
    assert [str(time)[:16] for time in log.arrival] == ["2031-05-23T08:01", "2031-05-23T08:07"]
    assert log.served.tolist() == [True, False]
    assert log.wait.tolist() == pytest.approx([0.75, 30.5 / 60])
    assert log.service.tolist() == [4.0, 0.0]
    assert log.customer.tolist() == ["+1555", "+1556"]
    assert (log.group[0], log.agent[0]) == ("A", "Ann Lee")
    reasons = " ".join(one.reason for one in log.unused)
    for outcome in ("outbound", "never queued", "neither answered nor abandoned"):
        assert f"outcome '{outcome}'" in reasons
    assert any("1 interactions that were there again" in one for one in log.readings)


def test_formatted_durations_are_read_too_and_an_export_in_part_is_told(tmp_path):
    row = ROWS[0].replace("45000,240000", "00:00:45.000,00:04:00.000").replace("YES", "NO", 1)
    log = read_log(exported(tmp_path, [row]), Columns())
    assert (log.wait.tolist(), log.service.tolist()) == ([0.75], [4.0])
    assert any("not complete" in one for one in log.readings)


def test_an_export_without_a_needed_column_names_it(tmp_path):
    path = exported(tmp_path, header=HEADER.replace("Total Queue", "Total IVR"))
    with pytest.raises(DataError, match="without Total Queue; show"):
        read_log(path, Columns())


def test_flags_go_before_what_is_recognised(tmp_path):
    words = ["calibrate", str(exported(tmp_path)), "--arrival", "Date", "--wait", "Duration",
             "--service", "Total Handle", "--outcome", "Abandoned", "--unit", "milliseconds",
             "--served", "NO", "--abandoned", "YES"]  # fmt: skip
    ran = CliRunner().invoke(app, words)
    assert ran.exit_code == 0, ran.output
    assert "2031-05-23 08:01:00  waited 5.00  served, 4.00" in ran.output
