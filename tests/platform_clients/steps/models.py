"""What the job made becomes a model."""

from platform_clients.journey import PACKAGE, step


@step("import_model", "put_file")
def upload_the_inference_code(journey):
    for name in ("config.json", "customize_service.py"):
        journey.client.put_file(journey.made.bucket, f"out/model/{name}", PACKAGE / name)


@step("import_model", "model")
def import_the_model(journey):
    model = journey.made.model = journey.client.import_model("line", "1.0.0", f"/{journey.made.bucket}/out/")
    journey.until("the model", lambda: journey.client.model(model)["status"], {"published"}, {"failed"})
    found = journey.client.model(model)
    assert found["name"] == "line"
    assert found["apis"][0]["method"].upper() == "POST"


@step("models")
def list_models(journey):
    assert journey.client.models() == ["line"]


@step("runtimes")
def list_runtimes(journey):
    assert journey.client.runtimes() == ["TensorFlow"]
