import pytest
from rich.console import Console

from sim.report.kit.terminal import plain_table
from sim.report.run.terminal import summary_table


def shown(folder, width=80):
    console = Console(width=width, record=True, file=None, quiet=False, force_terminal=False)
    with console.capture() as captured:
        console.print(summary_table(folder))
    return captured.get()


def test_means_stand_with_half_widths_by_policy(folder):
    text = shown(folder)
    assert "Customers (people)" in text
    assert "± half the 95% interval over 8 replications" in text
    assert text.count("±") > 30


def test_what_differs_is_starred_and_explained(folder):
    lines = shown(folder).splitlines()
    [customers] = [line for line in lines if line.lstrip().startswith("Customers")]
    assert customers.count("*") == 2
    assert "significant difference from equal" in " ".join(" ".join(lines).split())


def test_three_policies_fit_eighty_columns(folder):
    assert "…" not in shown(folder)


def test_many_policies_are_split_over_tables_that_begin_with_the_first(results_folder):
    text = shown(results_folder(policies=["equal", *(f"own_{i}" for i in range(5))], months=2))
    heads = [line.split() for line in text.splitlines() if line.lstrip().startswith("equal ")]
    assert heads == [["equal", "own_0", "own_1"], ["equal", "own_2", "own_3"], ["equal", "own_4"]]


def test_markup_in_names_is_text(results_folder):
    assert "[red]mine" in shown(results_folder(policies=["equal", "[red]mine"], months=2))


def test_a_single_replication_has_no_half_widths(results_folder):
    text = shown(results_folder(replications=1, months=2))
    assert "±" not in text
    assert "One replication" in text


def test_every_character_can_be_printed_by_an_old_windows_terminal(folder):
    rules = "─"  # rich replaces its own lines where they cannot be printed
    shown(folder).replace(rules, "-").encode("cp1252")


NAMES = ["equal", "one_name_of_more_than_sixty_letters_that_no_table_may_ever_cut_off", "w" * 64]


@pytest.mark.parametrize("width", [40, 80])
def test_no_name_is_cut_on_a_narrow_terminal(results_folder, width):
    text = shown(results_folder(policies=NAMES, months=2), width)
    assert "…" not in text
    # On each terminal the last policy's letters are in one head, and no other words hold a w.
    heads = [line for line in text.splitlines() if "w" in line and set(line.split()[-1]) == {"w"}]
    assert sum(line.count("w") for line in heads) == 64


@pytest.mark.parametrize("width", [20, 40, 80])
def test_a_table_folds_what_does_not_fit(width):
    table = plain_table()
    table.add_column("name")
    table.add_column("number", justify="right")
    table.add_row("x" * 70, "1234567.89")
    console = Console(width=width, force_terminal=False)
    with console.capture() as captured:
        console.print(table)
    text = captured.get()
    assert text.count("x") == 70
    assert "".join(letter for letter in text if letter in "0123456789.") == "1234567.89"
