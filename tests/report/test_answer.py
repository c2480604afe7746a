import pytest

from sim.report.kit.frames import frames_of
from sim.report.kit.number_format import ISOLATED
from sim.report.run.answer import answer
from tests.report.test_differences import frames, row


def sentences(results):
    return tuple(_plain(sentence) for sentence in answer(results).sentences)


def _plain(sentence):
    begin, end = ISOLATED
    assert sentence.count(begin) == sentence.count(end) > 0
    return sentence.replace(begin, "").replace(end, "")


def with_means(known, **means):
    import dataclasses

    import polars as pl

    values = pl.Series("mean", [means[name] for name in known.summary["policy"]], dtype=pl.Float64)
    return dataclasses.replace(known, summary=known.summary.with_columns(values))


def test_a_clear_winner_is_named_with_its_interval():
    known = with_means(frames(row("a", "equal", 200.0)), equal=1000, a=1200, b=900)
    [sentence] = sentences(known)
    assert sentence == (
        "“a” had the highest profit (1,200): 200.0 more than “equal” "
        "(95% interval of the difference +199.0 to +202.0, adjusted p = 0.010)."
    )


def test_a_difference_that_is_not_significant_is_said_not_to_be():
    known = with_means(frames(row("a", "equal", 200.0, p=0.2)), equal=1000, a=1200, b=900)
    [sentence] = sentences(known)
    assert "does not differ significantly from “equal”: 200.0 more on average" in sentence


def test_a_tie_is_said_to_be_one():
    known = with_means(frames(row("a", "equal", 0.0, p=1.0)), equal=1000, a=1000, b=900)
    [sentence] = sentences(known)
    assert sentence == "“equal” and “a” had the same profit (1,000); no policy had more."


def test_the_reference_is_compared_with_its_nearest_rival():
    known = with_means(frames(row("b", "equal", -5.0)), equal=1000, a=900, b=995)
    [sentence] = sentences(known)
    assert sentence.startswith("“equal” had the highest profit (1,000): 5.0 more than “b”")


def test_an_untested_rival_is_owned_up_to():
    known = with_means(frames(row("a", "equal", 200.0)), equal=1000, a=1200, b=1190)
    [reservation] = answer(known).reservations
    assert "not “a” with “b”" in _plain(reservation)
    tested = frames(row("a", "equal", 200.0), row("b", "a", -10.0))
    assert answer(with_means(tested, equal=1000, a=1200, b=1190)).reservations == ()


def test_a_rival_that_does_not_differ_significantly_is_named():
    tested = frames(row("a", "equal", 200.0), row("b", "a", -10.0, p=0.3))
    [reservation] = answer(with_means(tested, equal=1000, a=1200, b=1190)).reservations
    assert _plain(reservation) == "“a” does not differ significantly in profit from “b”."


def test_profit_comes_before_churn(folder):
    first, second = answer(frames_of(folder)).sentences
    assert "discounted profit" in first
    assert "had the lowest monthly churn" in second


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"policies": ["equal"]}, "no other policy to compare with"),
        ({"replications": 1}, "a single replication cannot show whether this is chance"),
    ],
)
def test_poor_evidence_is_said_to_be_poor(results_folder, options, words):
    sentences = answer(frames_of(results_folder(months=3, **options))).sentences
    assert all(words in sentence for sentence in sentences)


def test_no_numbers_give_no_answer(results_folder):
    assert answer(frames_of(results_folder(months=0))).sentences == ()
