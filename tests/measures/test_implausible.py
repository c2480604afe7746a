"""What is said of the implausible, by hand."""

from sim.measures.implausible import BUSY, CHURN, START, Finding, sentences


def test_a_limit_is_kept_at_its_ends_and_broken_beyond():
    assert [BUSY.is_broken_by(value) for value in (0.95, 0.9501, None)] == [False, True, False]


def test_an_interval_breaks_a_limit_only_as_a_whole():
    pairs = [(0.06, 0.2), (-0.2, -0.06), (0.04, 0.2), (-0.2, 0.2), (None, None)]
    assert [START.is_surely_broken(*pair) for pair in pairs] == [True, True, False, False, False]


def test_what_is_alike_is_said_once_with_policy_pool_figure_threshold_and_keys():
    found = [
        Finding(BUSY, "equal", "97%", ("phone",)),
        Finding(CHURN, "equal", "12%"),
        Finding(BUSY, "tiers", "96%", ("phone",)),
        Finding(BUSY, "loud", "97%", ("phone",)),
    ]
    busy, churn = sentences(found)
    assert busy == (
        "More than 95% of the paid time at pool phone is work: 96% under tiers, 97% under equal "
        "and loud. See desk.pools.phone.agents, people.contacts_per_month.mean."
    )
    assert churn == (
        "More than 10% of customers leave per month: 12% under equal. See "
        "behaviour.churn.natural_per_month, behaviour.churn.base_per_month."
    )


def test_what_is_expected_is_told_from_what_was_seen():
    [said] = sentences([Finding(BUSY, "equal", "97%", ("a", "b"), expected=True)])
    assert said.startswith(
        "Before any run: more than 95% of the paid time at pools a and b is work"
    )
