"""The benchmark of the unsent journal runs from end to end, on the real command and a real office."""

from bench import unsent


def test_what_waits_is_sent_and_measured() -> None:
    (table,) = unsent.run(unsent.Sizes((250,), 1, 0.5))
    (row,) = table.rows
    name, stored, first, longest, worked, second, resident, own, batches = row
    assert name == "250 records"
    assert float(stored) > 0.1
    assert 0 < float(first) <= float(longest) <= float(second)
    assert float(worked) >= 0
    assert float(resident) >= float(own) >= 0
    assert int(batches) >= 1
