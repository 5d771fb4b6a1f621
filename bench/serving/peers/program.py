# A model that only Python can compute, served as packages with a serve.yaml are: GET /ping, POST /invocations.
# Run by bench/serving as a program of the platform: python3 program.py PORT.
import sys

import numpy as np
import uvicorn
from fastapi import FastAPI, Request

from serve import fitted

app = FastAPI()
model = fitted("trees")


@app.get("/ping")
def ping():
    return {}


@app.post("/invocations")
async def invocations(request: Request):
    rows = (await request.json())["inputs"]["x"]
    return {"predictions": model.predict_proba(np.array(rows))[:, 1].tolist()}


uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), access_log=False, log_level="error")
