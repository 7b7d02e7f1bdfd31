"""Makes table_models.json: single nodes of ai.onnx.ml, and what ONNX Runtime computes of them.

    python make_table_models.py        # onnx 1.23, onnxruntime 1.32 or later
"""
import json
import os

import numpy as np
import onnxruntime
from onnx import TensorProto, helper

X = np.array([[0.5, -1, 2], [-0.25, 0.75, 0], [0, 3, -1.5]], np.float32)

NODES = dict(
    nodes_treeids=[0] * 5 + [1] * 3, nodes_nodeids=[0, 1, 2, 3, 4, 0, 1, 2], nodes_featureids=[0, 0, 1, 0, 0, 2, 0, 0],
    nodes_modes=["BRANCH_LEQ", "LEAF", "BRANCH_GT", "LEAF", "LEAF", "BRANCH_LT", "LEAF", "LEAF"],
    nodes_values=[0.0, 0.0, -0.5, 0.0, 0.0, 0.0, 0.0, 0.0], nodes_truenodeids=[1, 0, 3, 0, 0, 1, 0, 0],
    nodes_falsenodeids=[2, 0, 4, 0, 0, 2, 0, 0])


def leaves(kind, ids, weights):
    return {
        f"{kind}_treeids": [0, 0, 0, 1, 1], f"{kind}_nodeids": [1, 3, 4, 1, 2], f"{kind}_ids": ids,
        f"{kind}_weights": weights}


SHARES = [0.1, 0.2, 0.4, 0.25, 0.3]
BOOSTED = [-1.0, 0.5, 2.0, -0.25, 0.75]
TWO, THREE = dict(classlabels_ints=[3, 7]), dict(classlabels_ints=[3, 7, 9])
TWO_TREES, THREE_TREES = dict(classlabels_int64s=[3, 7]), dict(classlabels_int64s=[3, 7, 9])
ROW, ROWS = [0.5, -1.0, 2.0], [0.5, -1.0, 2.0, 1.0, 0.0, -0.5, 0.25, 0.5, -1.0]
VECTORS = [0.5, 0.0, 1.0, -0.5, 1.0, 0.25, 0.0, -1.0, 0.5, 1.0, 1.0, -1.0]


def kernel(name, *parameters):
    return dict(kernel_type=name, kernel_params=list(parameters))


CASES = {
    "a line for two classes": ("LinearClassifier", dict(TWO, coefficients=ROW, intercepts=[0.25])),
    "a line as a probability": (
        "LinearClassifier", dict(TWO, coefficients=ROW, intercepts=[0.25], post_transform="LOGISTIC")),
    "a line for each class": (
        "LinearClassifier", dict(THREE, coefficients=ROWS, intercepts=[0.25, 0.0, -0.5], post_transform="SOFTMAX")),
    "trees of shares": ("TreeEnsembleClassifier", dict(NODES, **TWO_TREES, **leaves("class", [0] * 5, SHARES))),
    "boosted trees": (
        "TreeEnsembleClassifier",
        dict(NODES, **TWO_TREES, **leaves("class", [0] * 5, BOOSTED), base_values=[0.125], post_transform="LOGISTIC")),
    "trees of the second class": (
        "TreeEnsembleClassifier", dict(NODES, **TWO_TREES, **leaves("class", [1] * 5, SHARES))),
    "trees of three classes": (
        "TreeEnsembleClassifier", dict(
            NODES, **THREE_TREES, **leaves("class", [0, 1, 2, 1, 0], SHARES), base_values=[0.1, 0.2, 0.3],
            post_transform="SOFTMAX")),
    "machines for two classes": (
        "SVMClassifier", dict(
            TWO, **kernel("RBF", 0.5, 0.0, 3.0), coefficients=[0.5, 0.75, -0.5, -0.25], rho=[0.125],
            support_vectors=VECTORS, vectors_per_class=[2, 2])),
    "machines with probabilities": (
        "SVMClassifier", dict(
            THREE, **kernel("POLY", 0.5, 1.0, 2.0), coefficients=[0.5, 0.75, -0.5, -0.25, 0.25, 0.5, -0.75, -1.0],
            rho=[0.125, -0.5, 0.25], prob_a=[-1.0, -2.0, -1.5], prob_b=[0.1, 0.0, -0.2], support_vectors=VECTORS,
            vectors_per_class=[2, 1, 1])),
    "lines as machines": (
        "SVMClassifier", dict(THREE, **kernel("LINEAR", 0.0, 0.0, 3.0), coefficients=ROWS, rho=[0.125])),
    "a regression of vectors": (
        "SVMRegressor", dict(
            kernel("SIGMOID", 0.5, 0.25, 3.0), coefficients=[0.5, 0.75, -0.5, -0.5], n_supports=4, rho=[0.125],
            support_vectors=VECTORS)),
    "what is of one class": (
        "SVMRegressor", dict(
            kernel("LINEAR", 0.5, 0.25, 3.0), coefficients=[0.5, 0.75, -0.5, -0.5], n_supports=4, rho=[-0.5],
            support_vectors=VECTORS, one_class=1)),
    "the mean of trees": (
        "TreeEnsembleRegressor", dict(
            NODES, target_treeids=[0, 0, 0, 1, 1] * 2, target_nodeids=[1, 3, 4, 1, 2] * 2, target_ids=[0] * 5 + [1] * 5,
            target_weights=BOOSTED + SHARES, n_targets=2, base_values=[0.5, 0.25], aggregate_function="AVERAGE")),
    "the least of trees": (
        "TreeEnsembleRegressor", dict(
            NODES, **leaves("target", [0] * 5, BOOSTED), n_targets=1, aggregate_function="MIN")),
    "lines": (
        "LinearRegressor", dict(coefficients=[0.5, 0.75, -0.5, 1.0, 2.0, 3.0], intercepts=[0.25, 0.5], targets=2)),
    "a scale": ("Scaler", dict(offset=[0.5, 1.0, 2.0], scale=[2.0, 3.0, 4.0])),
    "rows over their sums": ("Normalizer", dict(norm="L1")),
    "rows over their lengths": ("Normalizer", dict(norm="L2")),
    "rows over their largest": ("Normalizer", dict(norm="MAX")),
    "what stands for zeros": ("Imputer", dict(imputed_value_floats=[7.0, 8.0, 9.0], replaced_value_float=0.0)),
}


def results(operator, attributes):
    has_labels = operator.endswith("Classifier")
    outputs = ["labels", "scores"] if has_labels else ["scores"]
    node = helper.make_node(operator, ["x"], outputs, domain="ai.onnx.ml", **attributes)
    types = {"labels": TensorProto.INT64, "scores": TensorProto.FLOAT}
    graph = helper.make_graph(
        [node], "one", [helper.make_tensor_value_info("x", TensorProto.FLOAT, [None, None])],
        [helper.make_tensor_value_info(name, types[name], None) for name in outputs])
    model = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid("ai.onnx.ml", 3)], ir_version=8)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return dict(zip(outputs, session.run(None, {"x": X})))


def entry(name, operator, attributes):
    found = results(operator, attributes)
    scores = found["scores"]
    return {
        "name": name, "operator": operator, "attributes": attributes,
        "labels": found["labels"].tolist() if "labels" in found else None, "shape": list(scores.shape),
        "scores": [float(f"{x:.8g}") for x in scores.reshape(-1)]}


if __name__ == "__main__":
    lines = [json.dumps(entry(name, *case)) for name, case in CASES.items()]
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "table_models.json"), "w") as file:
        file.write("[\n" + ",\n".join(lines) + "\n]\n")
