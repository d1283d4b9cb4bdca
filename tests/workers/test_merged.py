"""The metrics of several processes as one."""

from __future__ import annotations

from prometheus_client.parser import text_string_to_metric_families

from gateway.audit.record import OutcomeRecord, Timings
from gateway.metrics import Metrics
from gateway.workers.merged import merged


def values(exposition: str) -> dict[str, float]:
    return {
        sample.name + str(sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(exposition)
        for sample in family.samples
    }


def after(*destinations: str) -> Metrics:
    metrics = Metrics()
    for destination in destinations:
        metrics.answered(OutcomeRecord("dec_1", "completed", destination, timings=Timings(1, 2, 3)))
    return metrics


def test_counters_and_histograms_add_up() -> None:
    both = values(merged(item.exposition().decode() for item in (after("local", "swarm"), after("local"))).decode())
    alone = values(after("local", "local", "swarm").exposition().decode())

    counted = {name for name in alone if "_created" not in name and "timestamp" not in name}
    assert {name: both[name] for name in counted} == {name: alone[name] for name in counted}
    assert any(value == 2 for name, value in both.items() if name.startswith("sepal_answers_total"))


def test_the_file_is_valid_when_it_is_in_every_process() -> None:
    one, other = Metrics(), Metrics()
    other.policy_reloaded(valid=False)

    together = values(merged(item.exposition().decode() for item in (one, other)).decode())

    assert together["sepal_policy_file_valid[]"] == 0


def test_one_process_alone_says_what_it_would_say() -> None:
    metrics = after("local")

    assert values(merged([metrics.exposition().decode()]).decode()) == values(metrics.exposition().decode())
