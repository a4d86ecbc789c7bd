"""Everything goes again, what is needed last; then what only an operator does."""

from platform_clients.journey import step


@step("delete_service", "services")
def delete_the_service(journey):
    journey.client.delete_service(journey.made.service)
    journey.until("the number of services", lambda: len(journey.client.services()), {0})


@step("delete_model", "models")
def delete_the_model(journey):
    journey.client.delete_model(journey.made.model)
    journey.until("the number of models", lambda: len(journey.client.models()), {0})


@step("delete_job", "jobs")
def delete_the_job(journey):
    journey.client.delete_job(journey.made.job)
    journey.until("the number of jobs", lambda: len(journey.client.jobs()), {0})


@step("keys", "remove_objects", "remove_bucket")
def empty_and_remove_the_bucket(journey):
    journey.client.remove_objects(journey.made.bucket, journey.client.keys(journey.made.bucket))
    journey.client.remove_bucket(journey.made.bucket)
    if journey.client.can("buckets"):
        assert journey.client.buckets() == []


@step("health")
def ask_for_health(journey):
    alive, ready, metrics = journey.client.health()
    assert (alive, ready) == ("ok\n", "ready\n")
    assert "atelier_" in metrics


@step("verification")
def verify_the_store(journey):
    shown, stopped = journey.client.verification()
    assert "verification" in shown and "state" in stopped


@step("backup")
def back_up(journey):
    shown, stopped = journey.client.backup(journey.folder / "backup")
    assert "backup" in shown and "state" in stopped
