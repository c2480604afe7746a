import matplotlib as mpl
import matplotlib.style
import pytest

from sim.report.kit.style import INK, MUTED, looks_of, styled

THREE = ("equal", "value_tiers", "complaint_rewarding")


def contrast_on_white(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 1.05 / (sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True)) + 0.05)


def test_a_library_policy_looks_the_same_in_every_company():
    alone = looks_of(["value_tiers"])["value_tiers"]
    assert looks_of(THREE)["value_tiers"] == alone
    assert looks_of(["mine", "value_tiers", "equal"])["value_tiers"] == alone


def test_policies_never_share_a_look_up_to_24():
    looks = looks_of([*THREE, *(f"own_{i}" for i in range(21))])
    assert len(set(looks.values())) == 24


@pytest.mark.parametrize(
    "chosen",
    [
        ["equal", "value_tiers", "complaint_rewarding", "dedicated_line", "firm_and_polite"],
        ["equal", "paying_only", "firm_and_polite"],
        ["mine", "value_tiers", "fire_the_costly", "newcomer_offers", "yours", "equal"],
    ],
)
def test_few_policies_differ_in_colour_and_in_marker(chosen):
    looks = looks_of(chosen).values()
    assert len({look.colour for look in looks}) == len(chosen)
    assert len({look.marker for look in looks}) == len(chosen)


def test_the_style_is_matplotlibs_to_use():
    with mpl.rc_context():
        mpl.style.use("sim.report.evenhand")
        assert mpl.rcParams["svg.fonttype"] == "none"
        cycle = [one["color"] for one in mpl.rcParams["axes.prop_cycle"]]
    looks = looks_of([f"own_{i}" for i in range(6)]).values()
    assert cycle == [look.colour for look in looks]


def test_the_first_policies_differ_in_grey():
    looks = looks_of(THREE).values()
    assert len({look.dashes for look in looks}) == len({look.marker for look in looks}) == 3


@pytest.mark.parametrize("count", [24])
def test_contrast_meets_wcag_aa(count):
    for look in looks_of([f"own_{i}" for i in range(count)]).values():
        assert contrast_on_white(look.colour) >= 3
        assert contrast_on_white(look.text) >= 4.5
    assert contrast_on_white(INK) >= 7
    assert contrast_on_white(MUTED) >= 4.5


def test_a_persons_settings_neither_matter_nor_change():
    with mpl.rc_context({"font.size": 31}):
        with styled():
            assert mpl.rcParams["font.size"] == 10
        assert mpl.rcParams["font.size"] == 31
