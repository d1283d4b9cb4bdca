"""Numbers for operators; their labels are words of ours, never of callers or engines."""

import re
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from gateway.audit.record import OutcomeRecord, Timings
from gateway.detection.findings import Finding
from gateway.detection.inspect import Inspection
from gateway.metrics import Metrics
from gateway.prompt import Prompt, Segment

CANARY = "Canary Fairweather"


def samples(metrics: Metrics) -> dict[tuple[str, tuple[str, ...]], float]:
    families = text_string_to_metric_families(metrics.exposition().decode())
    return {
        (sample.name, tuple(sample.labels.values())): sample.value for family in families for sample in family.samples
    }


def inspection(**changes: Any) -> Inspection:
    prompt = Prompt((Segment(f"metadata.{CANARY}", CANARY),), ())
    findings = ((CANARY, Finding(0, 5, "PERSON", 0.9, CANARY)), (CANARY, Finding(0, 5, "PERSON", 0.9, CANARY)))
    fields: dict[str, Any] = {"prompt": prompt, "findings": findings, "failed": None, "elapsed_ms": 4.0}
    return Inspection(**fields | changes)


def test_a_decision_counts_its_label_and_findings_and_shows_nothing_of_the_prompt() -> None:
    metrics = Metrics()
    metrics.decided("restricted", inspection())
    metrics.decided("restricted", inspection(findings=(), failed=f"it failed on {CANARY}"))
    seen = samples(metrics)
    assert seen["sepal_decisions_total", ("restricted",)] == 2
    assert seen["sepal_findings_total", ("PERSON",)] == 2
    assert seen["sepal_detection_failures_total", ()] == 1
    assert seen["sepal_detect_seconds_count", ()] == 2
    assert seen["sepal_detect_seconds_sum", ()] == pytest.approx(0.008)
    assert CANARY.encode() not in metrics.exposition()


def test_an_answer_counts_where_it_came_from_and_how_it_ended() -> None:
    metrics = Metrics()
    fallbacks = [{"destination": "swarm", "reason": f"failed on {CANARY}"}]
    usage = {"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10}
    timings = Timings(1.0, 200.0, 1500.0)
    metrics.answered(OutcomeRecord("dec_1", "completed", "local", CANARY, fallbacks, usage, timings, CANARY))
    metrics.answered(OutcomeRecord("dec_2", "denied"))
    seen = samples(metrics)
    assert seen["sepal_answers_total", ("local", "completed")] == 1
    assert seen["sepal_answers_total", ("none", "denied")] == 1
    assert seen["sepal_fallbacks_total", ("swarm",)] == 1
    assert seen["sepal_tokens_total", ("local", "prompt")] == 7
    assert seen["sepal_tokens_total", ("local", "completion")] == 3
    assert seen["sepal_first_token_seconds_sum", ("local",)] == pytest.approx(0.2)
    assert seen["sepal_answer_seconds_sum", ("local",)] == pytest.approx(1.5)
    assert CANARY.encode() not in metrics.exposition()


@pytest.mark.parametrize("count", [-1, 1.5, "7", None, [7]])
def test_a_count_that_is_none_is_not_counted(count: Any) -> None:
    metrics = Metrics()
    metrics.answered(OutcomeRecord("dec_1", "completed", "local", usage={"prompt_tokens": count}))
    assert ("sepal_tokens_total", ("local", "prompt")) not in samples(metrics)


def test_refused_tickets_and_lost_records_are_counted() -> None:
    metrics = Metrics()
    metrics.ticket_refused("expired")
    metrics.audit_failed()
    assert samples(metrics)["sepal_tickets_refused_total", ("expired",)] == 1
    assert samples(metrics)["sepal_audit_failures_total", ()] == 1


def test_changes_of_the_policy_and_verdicts_of_its_shadow_are_counted() -> None:
    metrics = Metrics()
    start = samples(metrics)["sepal_policy_loaded_timestamp_seconds", ()]
    assert start > 1.7e9
    assert samples(metrics)["sepal_policy_file_valid", ()] == 1
    metrics.policy_reloaded(valid=False)
    assert samples(metrics)["sepal_policy_file_valid", ()] == 0
    assert samples(metrics)["sepal_policy_loaded_timestamp_seconds", ()] == start
    metrics.policy_reloaded(valid=True, new=True)
    metrics.shadowed(agrees=False)
    seen = samples(metrics)
    assert seen["sepal_policy_file_valid", ()] == 1
    assert seen["sepal_policy_loaded_timestamp_seconds", ()] > start
    assert (seen["sepal_policy_reloads_total", ("ok",)], seen["sepal_policy_reloads_total", ("failed",)]) == (1, 1)
    assert seen["sepal_shadow_decisions_total", ("false",)] == 1


def test_two_gateways_in_one_process_do_not_share_numbers() -> None:
    first, second = Metrics(), Metrics()
    first.audit_failed()
    assert samples(second)["sepal_audit_failures_total", ()] == 0


def test_nothing_of_the_process_or_machine_is_shown() -> None:
    names = re.findall(r"^# TYPE (\S+)", Metrics().exposition().decode(), re.M)
    assert names
    assert all(name.startswith("sepal_") for name in names)
