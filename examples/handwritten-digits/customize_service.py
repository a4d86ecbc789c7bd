"""Answers which digit an uploaded image shows. The form field `images` takes one image: 28 x 28, white on black."""

import numpy as np
from model_service.tfserving_model_service import TfServingBaseService
from PIL import Image

SIDE = 28
SHOWN = 5


class DigitService(TfServingBaseService):
    def _preprocess(self, data):
        if "images" not in data:
            raise ValueError(
                "expected an image in the form field 'images', got the fields: %s" % (", ".join(data) or "none")
            )
        ((name, content),) = data["images"].items()
        image = Image.open(content)
        if image.size != (SIDE, SIDE):
            raise ValueError("expected an image of %d x %d pixels, %s has %d x %d" % ((SIDE, SIDE, name) + image.size))
        # The training saw values from 0 to 1.
        pixels = np.asarray(image.convert("L"), dtype=np.float32) / 255
        return {"images": pixels.reshape(1, SIDE * SIDE)}

    def _postprocess(self, data):
        scores = data["scores"][0]
        ranked = sorted(range(len(scores)), key=lambda digit: scores[digit], reverse=True)
        return {
            "predicted_label": str(ranked[0]),
            "scores": [[str(digit), "%.3f" % scores[digit]] for digit in ranked[:SHOWN]],
        }
