# The usual service of fifty lines: FastAPI, a pickled scikit-learn model, a row in, a probability out.
# Run by bench/serving: uvicorn serve:app --workers 2, with MODEL naming the pickle; "python3 serve.py KIND FILE" makes it.
import os
import pickle
import sys

import numpy as np
from fastapi import FastAPI
from pydantic import BaseModel

FEATURES = 20


class Rows(BaseModel):
    rows: list[list[float]]


app = FastAPI()
model = None


@app.on_event("startup")
def load():
    global model
    with open(os.environ["MODEL"], "rb") as file:
        model = pickle.load(file)


@app.get("/health")
def health():
    return {"status": "ok"}


@app.post("/predict")
def predict(request: Rows):
    return {"predictions": model.predict_proba(np.array(request.rows))[:, 1].tolist()}


def fitted(kind):
    from sklearn.ensemble import GradientBoostingClassifier
    from sklearn.linear_model import LogisticRegression

    random = np.random.default_rng(1)
    rows = random.uniform(-2, 2, size=(4000, FEATURES))
    labels = (rows[:, :5].sum(axis=1) + random.normal(size=len(rows)) > 0).astype(int)
    trees = GradientBoostingClassifier(n_estimators=100, max_leaf_nodes=31, max_depth=None)
    return (trees if kind == "trees" else LogisticRegression()).fit(rows, labels)


if __name__ == "__main__":
    with open(sys.argv[2], "wb") as file:
        pickle.dump(fitted(sys.argv[1]), file)
