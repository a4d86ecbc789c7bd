"""What one would write without a platform: FastAPI, the model in the process, the page's inference code where the folder has it.

MODEL_DIR: a folder with a SavedModel and perhaps customize_service.py.
"""

import os

import numpy
from fastapi import FastAPI, Request, Response
from model_service import host
from model_service.saved_model import SavedModel

MODEL_DIR = os.environ["MODEL_DIR"]
CODE = os.path.join(MODEL_DIR, "customize_service.py")

app = FastAPI()

if os.path.exists(CODE):
    service, _ = host.load_service(CODE, "digits", MODEL_DIR)
    service.signature()  # loads the model, which the service does at its first use

    @app.post("/")
    async def predict_form(request: Request):
        form = await request.form()
        fields = [(name, file.filename, file.content_type, await file.read()) for name, file in form.multi_items()]
        return Response(host.handle_form(service, fields), media_type="application/json")

else:
    model = SavedModel(MODEL_DIR)

    @app.post("/")
    async def predict_json(request: Request):
        inputs = {name: numpy.asarray(value, dtype=numpy.float32) for name, value in (await request.json()).items()}
        return model.run(None, inputs)
