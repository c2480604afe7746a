"""What a function returned is kept by which objects it was given."""

from sim.core.kept import kept


def _counting(most):
    calls = []

    @kept(most)
    def name_of(thing, number):
        calls.append((thing, number))
        return f"{thing} {number}"

    return name_of, calls


def test_the_same_objects_are_asked_for_once():
    name_of, calls = _counting(4)
    thing = ["a scenario"]
    assert name_of(thing, 1) is name_of(thing, 1)
    assert len(calls) == 1


def test_an_equal_object_is_another_one():
    name_of, calls = _counting(4)
    name_of(["a scenario"], 1)
    name_of(["a scenario"], 1)
    assert len(calls) == 2


def test_whole_numbers_are_compared_by_value():
    name_of, calls = _counting(4)
    thing = ["a scenario"]
    for number in (10**6, 10**3 * 10**3, 7):
        name_of(thing, number)
    assert [number for _, number in calls] == [10**6, 7]


def test_what_was_not_asked_for_the_longest_goes_first():
    name_of, calls = _counting(2)
    first, second, third = ["a"], ["b"], ["c"]
    for thing in (first, second, first, third, first, second):
        name_of(thing, 1)
    assert [thing for thing, _ in calls] == [first, second, third, second]


def test_no_later_object_is_taken_for_one_that_is_gone():
    name_of, calls = _counting(64)
    # Each is gone for the caller before the next is made, which would then lie in its place.
    given = [name_of([number], 1) for number in range(64)]
    assert given == [f"[{number}] 1" for number in range(64)]
    assert len(calls) == 64
