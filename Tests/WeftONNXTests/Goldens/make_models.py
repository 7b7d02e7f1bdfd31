#!/usr/bin/env python3
"""Writes the small models of the tests, each with inputs and what ONNX Runtime makes of them (NAME.safetensors).

Needs onnx, onnxruntime, numpy and safetensors. In the files of tensors inputs are called in.NAME, results out.NAME.
"""

import os

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import save_file

F, I, B, U8 = TensorProto.FLOAT, TensorProto.INT64, TensorProto.BOOL, TensorProto.UINT8
here = os.path.dirname(os.path.abspath(__file__))
random = np.random.default_rng(7)


def real(*shape, scale=1.0):
    return (random.standard_normal(shape) * scale).astype(np.float32)


def whole(*values):
    return np.array(values, dtype=np.int64)


def value(name, kind=F, shape=None):
    return helper.make_tensor_value_info(name, kind, shape)


def constants(**arrays):
    return [numpy_helper.from_array(array, name) for name, array in arrays.items()]


def node(kind, inputs, outputs, **attributes):
    return helper.make_node(kind, inputs, outputs, name=outputs[0] + "_node" if outputs else kind, **attributes)


def model(nodes, inputs, outputs, initializers=(), opset=18, domains=(), functions=(), ir=9, sparse=()):
    graph = helper.make_graph(
        nodes, "tests", inputs, outputs, initializer=list(initializers), sparse_initializer=list(sparse))
    imports = [helper.make_opsetid("", opset)] + [helper.make_opsetid(d, 1) for d in domains]
    return helper.make_model(
        graph, opset_imports=imports, functions=list(functions), ir_version=ir, producer_name="make_models.py")


def write(name, made, inputs):
    path = os.path.join(here, name + ".onnx")
    with open(path, "wb") as file:
        file.write(made.SerializeToString())
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(path, options)
    results = session.run(None, inputs)
    arrays = {"in." + key: np.array(array, order="C") for key, array in inputs.items()}
    for output, result in zip(session.get_outputs(), results):
        parts = result if isinstance(result, list) else [result]
        for number, part in enumerate(parts):
            key = f"out.{output.name}.{number}" if isinstance(result, list) else f"out.{output.name}"
            arrays[key] = np.array(part, order="C")
    save_file(arrays, os.path.join(here, name + ".safetensors"))


def layers():
    weights = constants(w1=real(8, 4), b1=real(8), w2=real(3, 8), b2=real(3))
    nodes = [
        node("Gemm", ["x", "w1", "b1"], ["h"], transB=1),
        node("Relu", ["h"], ["a"]),
        node("Dropout", ["a"], ["d"]),
        node("Gemm", ["d", "w2", "b2"], ["y"], transB=1),
    ]
    write("mlp", model(nodes, [value("x", F, ["n", 4])], [value("y", F, ["n", 3])], weights), {"x": real(5, 4)})

    weights = constants(
        w=real(6, 3, 3, 3, scale=0.3), s=np.abs(real(6)) + 0.5, b=real(6), m=real(6, scale=0.1),
        v=np.abs(real(6)) + 0.5, k=real(2, 6), c=real(2))
    nodes = [
        node("Conv", ["x", "w"], ["c1"], pads=[1, 0, 0, 1], strides=[2, 1]),
        node("BatchNormalization", ["c1", "s", "b", "m", "v"], ["n1"], momentum=0.75),
        node("MaxPool", ["n1"], ["p"], kernel_shape=[2, 2], strides=[2, 2], ceil_mode=1),
        node("GlobalAveragePool", ["p"], ["g"]),
        node("Flatten", ["g"], ["f"]),
        node("Gemm", ["f", "k", "c"], ["y"], transB=1),
    ]
    write("convolution", model(nodes, [value("x", F, ["n", 3, 9, 9])], [value("y", F, ["n", 2])], weights),
          {"x": real(2, 3, 9, 9)})

    weights = constants(w=real(2, 12, 4, scale=0.4), r=real(2, 12, 3, scale=0.4), b=real(2, 24, scale=0.2))
    nodes = [node("LSTM", ["x", "w", "r", "b", "lengths"], ["y", "h", "c"], hidden_size=3, direction="bidirectional")]
    write("lstm", model(nodes, [value("x", F, [5, 2, 4]), value("lengths", TensorProto.INT32, [2])],
                        [value("y"), value("h"), value("c")], weights),
          {"x": real(5, 2, 4), "lengths": np.array([5, 3], dtype=np.int32)})

    nodes = [node("Resize", ["x", "", "scales"], ["y"], mode="linear")]
    write("resize", model(nodes, [value("x", F, [1, 2, 3, 4])], [value("y")],
                          constants(scales=np.array([1, 1, 2, 1.5], dtype=np.float32))), {"x": real(1, 2, 3, 4)})


def control():
    double = helper.make_graph([node("Mul", ["x", "two"], ["big"])], "double", [], [value("big")])
    negate = helper.make_graph([node("Neg", ["x"], ["small"])], "negate", [], [value("small")])
    nodes = [
        node("ReduceSum", ["x"], ["sum"], keepdims=0),
        node("Greater", ["sum", "zero"], ["is_positive"]),
        node("If", ["is_positive"], ["y"], then_branch=double, else_branch=negate),
    ]
    made = model(nodes, [value("x", F, ["n"])], [value("y", F, ["n"])],
                 constants(two=np.float32(2), zero=np.float32(0)))
    write("if_positive", made, {"x": np.array([1, 2, -1], dtype=np.float32)})
    write("if_negative", made, {"x": np.array([1, -2, -1], dtype=np.float32)})

    # A weight of the graph around is used inside.
    body = helper.make_graph(
        [
            node("MatMul", ["state", "w"], ["product"]),
            node("Tanh", ["product"], ["next"]),
            node("ReduceSum", ["next"], ["total"], keepdims=0),
            node("Less", ["i", "last"], ["on"]),
        ],
        "body", [value("i", I, []), value("was", B, []), value("state", F, ["n", 3])],
        [value("on", B, []), value("next", F, ["n", 3]), value("total", F, [])])
    nodes = [node("Loop", ["count", "", "x"], ["y", "totals"], body=body)]
    write("loop", model(nodes, [value("x", F, ["n", 3]), value("count", I, [])], [value("y"), value("totals")],
                        constants(w=real(3, 3), last=np.int64(3))), {"x": real(2, 3), "count": np.array(10)})

    step = helper.make_graph(
        [node("Add", ["sum", "part"], ["more"]), node("Identity", ["more"], ["seen"])],
        "step", [value("sum", F, [2]), value("part", F, [2])], [value("more", F, [2]), value("seen", F, [2])])
    nodes = [node("Scan", ["start", "x"], ["end", "sums"], body=step, num_scan_inputs=1, scan_input_directions=[1])]
    write("scan", model(nodes, [value("start", F, [2]), value("x", F, [4, 2])], [value("end"), value("sums")]),
          {"start": real(2), "x": real(4, 2)})


def functions():
    scaled = helper.make_function(
        "tests", "Scaled", ["a"], ["b"],
        [
            helper.make_node("Constant", [], ["factor"]),
            helper.make_node("Mul", ["a", "factor"], ["b"]),
        ], [helper.make_opsetid("", 18)], attributes=["by"])
    reference = scaled.node[0].attribute.add()
    reference.name, reference.ref_attr_name, reference.type = "value_float", "by", onnx.AttributeProto.FLOAT
    twice = helper.make_function(
        "tests", "Twice", ["a"], ["c"],
        [
            helper.make_node("Scaled", ["a"], ["b"], domain="tests", by=3.0),
            helper.make_node("Scaled", ["b"], ["c"], domain="tests", by=0.5),
        ], [helper.make_opsetid("", 18), helper.make_opsetid("tests", 1)])
    nodes = [helper.make_node("Twice", ["x"], ["y"], domain="tests", name="call")]
    write("functions", model(nodes, [value("x", F, [3])], [value("y", F, [3])], domains=["tests"],
                             functions=[scaled, twice]), {"x": real(3)})


def versions():
    for version in (7, 11, 13, 22):
        nodes = []
        if version < 13:
            nodes += [node("Squeeze", ["x"], ["s"], axes=[1]), node("Softmax", ["s"], ["p"], axis=1)]
            nodes += [node("ReduceSum", ["p"], ["r"], axes=[2], keepdims=0)]
            nodes += [node("Unsqueeze", ["r"], ["y"], axes=[0])]
            inputs = []
        else:
            nodes += [node("Squeeze", ["x", "one"], ["s"]), node("Softmax", ["s"], ["p"], axis=1)]
            nodes += [node("ReduceSum", ["p", "two"], ["r"], keepdims=0), node("Unsqueeze", ["r", "nought"], ["y"])]
            inputs = constants(one=whole(1), two=whole(2), nought=whole(0))
        write(f"version_{version}", model(nodes, [value("x", F, [2, 1, 3, 4])], [value("y")], inputs, opset=version,
                                          ir=7), {"x": real(2, 1, 3, 4)})


def shapes():
    nodes = [
        node("Shape", ["x"], ["s"]),
        node("Gather", ["s", "nought"], ["n"]),
        node("Unsqueeze", ["n", "nought1"], ["n1"]),
        node("Concat", ["n1", "rest"], ["target"], axis=0),
        node("Reshape", ["x", "target"], ["r"]),
        node("Slice", ["r", "starts", "ends", "axes", "steps"], ["c"]),
        node("Transpose", ["c"], ["y"], perm=[0, 2, 1]),
    ]
    write("shapes", model(nodes, [value("x", F, ["n", 12])], [value("y")],
                          constants(nought=np.int64(0), nought1=whole(0), rest=whole(3, -1), starts=whole(-1),
                                    ends=whole(-100), axes=whole(2), steps=whole(-2))), {"x": real(2, 12)})
    nodes = [
        node("SequenceConstruct", ["a", "b"], ["s"]),
        node("SequenceInsert", ["s", "a", "first"], ["t"]),
        node("SequenceAt", ["t", "last"], ["at"]),
        node("ConcatFromSequence", ["t"], ["all"], axis=0),
        node("SplitToSequence", ["all"], ["parts"], axis=0, keepdims=0),
    ]
    parts = helper.make_tensor_sequence_value_info("parts", F, None)
    write("sequences", model(nodes, [value("a", F, [1, 2]), value("b", F, [2, 2])],
                             [value("at"), value("all"), parts], constants(first=np.int64(0), last=np.int64(-1))),
          {"a": real(1, 2), "b": real(2, 2)})
    sparse = helper.make_sparse_tensor(
        numpy_helper.from_array(np.array([3, 5], dtype=np.float32), "w"),
        numpy_helper.from_array(np.array([[0, 1], [2, 0]], dtype=np.int64), "places"), [3, 2])
    write("sparse", model([node("MatMul", ["x", "w"], ["y"])], [value("x", F, [2, 3])], [value("y")],
                          sparse=[sparse]), {"x": real(2, 3)})
    # Before version 4 of the format initializers were inputs too.
    nodes = [node("Mul", ["x", "w"], ["y"])]
    write("default", model(nodes, [value("x", F, [2]), value("w", F, [2])], [value("y")], constants(w=real(2)), opset=8,
                           ir=3), {"x": real(2)})


def quantized():
    # Weights of 7 bits: without VNNI ONNX Runtime's sums of pairs saturate beyond.
    nodes = [
        node("DynamicQuantizeLinear", ["x"], ["q", "s", "z"]),
        node("MatMulInteger", ["q", "w", "z", "wz"], ["whole"]),
        node("Cast", ["whole"], ["sums"], to=F),
        node("Mul", ["s", "ws"], ["scale"]),
        node("Mul", ["sums", "scale"], ["y"]),
    ]
    weights = constants(w=random.integers(-63, 64, (6, 4)).astype(np.int8), wz=np.int8(3), ws=np.float32(0.02))
    write("integers", model(nodes, [value("x", F, [3, 6])], [value("y")], weights), {"x": real(3, 6)})
    nodes = [
        node("QuantizeLinear", ["x", "xs", "xz"], ["q"]),
        node("QLinearConv", ["q", "xs", "xz", "w", "ws", "wz", "ys", "yz", "b"], ["r"], pads=[1, 1, 1, 1]),
        node("DequantizeLinear", ["r", "ys", "yz"], ["y"]),
    ]
    weights = constants(
        xs=np.float32(0.03), xz=np.uint8(120), w=random.integers(-63, 64, (4, 3, 3, 3)).astype(np.int8),
        ws=np.array([0.01, 0.02, 0.015, 0.01], dtype=np.float32), wz=np.zeros(4, dtype=np.int8),
        ys=np.float32(0.1), yz=np.uint8(128), b=random.integers(-500, 500, 4).astype(np.int32))
    write("quantized", model(nodes, [value("x", F, [1, 3, 5, 5])], [value("y")], weights), {"x": real(1, 3, 5, 5)})


def microsoft():
    m = "com.microsoft"
    nodes = [
        helper.make_node("SkipLayerNormalization", ["x", "skip", "g", "b"], ["n", "", "", "sum"], domain=m,
                         epsilon=1e-5, name="skip_norm"),
        helper.make_node("BiasGelu", ["n", "bias"], ["a"], domain=m, name="bias_gelu"),
        helper.make_node("FusedMatMul", ["a", "w"], ["p"], domain=m, transB=1, alpha=0.5, name="product"),
        helper.make_node("SkipSimplifiedLayerNormalization", ["p", "sum", "g"], ["y"], domain=m, epsilon=1e-5,
                         name="simple_norm"),
        helper.make_node("FastGelu", ["y"], ["z"], domain=m, name="fast_gelu"),
    ]
    weights = constants(g=real(8), b=real(8), bias=real(8), w=real(8, 8))
    write("fused", model(nodes, [value("x", F, [2, 3, 8]), value("skip", F, [2, 3, 8])], [value("y"), value("z")],
                         weights, domains=[m]), {"x": real(2, 3, 8), "skip": real(2, 3, 8)})

    nodes = [helper.make_node("MatMulNBits", ["x", "w", "s", "z"], ["y"], domain=m, K=40, N=5, bits=4, block_size=16,
                              name="packed")]
    weights = constants(w=random.integers(0, 256, (5, 3, 8)).astype(np.uint8), s=real(15, scale=0.1),
                        z=random.integers(0, 256, (10,)).astype(np.uint8))
    write("packed", model(nodes, [value("x", F, [2, 40])], [value("y", F, [2, 5])], weights, domains=[m]),
          {"x": real(2, 40)})

    nodes = [
        helper.make_node("QLinearAdd", ["a", "s1", "z1", "b", "s2", "z2", "s3", "z3"], ["sum"], domain=m, name="sum"),
        helper.make_node("QLinearMul", ["sum", "s3", "z3", "b", "s2", "z2", "s1", "z1"], ["product"], domain=m,
                         name="product"),
        helper.make_node("QLinearSigmoid", ["product", "s1", "z1", "s4", "z4"], ["y"], domain=m, name="sigmoid"),
        helper.make_node("QLinearConcat", ["s3", "z3", "sum", "s3", "z3", "product", "s1", "z1"], ["all"], domain=m,
                         axis=1, name="all"),
    ]
    weights = constants(s1=np.float32(0.05), z1=np.uint8(100), s2=np.float32(0.03), z2=np.uint8(140),
                        s3=np.float32(0.08), z3=np.uint8(120), s4=np.float32(1 / 256), z4=np.uint8(0))
    bytes8 = random.integers(0, 256, (2, 2, 5)).astype(np.uint8)
    write("quantized_layers", model(nodes, [value("a", U8, [2, 5]), value("b", U8, [2, 5])],
                                    [value("y", U8), value("all", U8)], weights, domains=[m]),
          {"a": bytes8[0], "b": bytes8[1]})

    nodes = [helper.make_node("Attention", ["x", "w", "b", "mask"], ["y"], domain=m, num_heads=2, name="attention")]
    write("packed_attention", model(nodes, [value("x", F, [2, 4, 8]), value("mask", TensorProto.INT32, [2, 4])],
                                    [value("y")], constants(w=real(8, 24, scale=0.3), b=real(24)), domains=[m]),
          {"x": real(2, 4, 8), "mask": np.array([[1, 1, 1, 1], [1, 1, 0, 0]], dtype=np.int32)})

    # One step after a past of three.
    angles = np.outer(np.arange(16), 1 / 100 ** (np.arange(8) / 8)).astype(np.float32)
    nodes = [helper.make_node(
        "GroupQueryAttention", ["q", "k", "v", "past_k", "past_v", "lengths", "total", "cos", "sin"],
        ["y", "new_k", "new_v"], domain=m, num_heads=4, kv_num_heads=2, do_rotary=1, name="attention")]
    int32 = TensorProto.INT32
    inputs = [value("q", F, [1, 1, 64]), value("k", F, [1, 1, 32]), value("v", F, [1, 1, 32]),
              value("past_k", F, [1, 2, 3, 16]), value("past_v", F, [1, 2, 3, 16]), value("lengths", int32, [1]),
              value("total", int32, [1])]
    write("group_attention", model(nodes, inputs, [value("y"), value("new_k"), value("new_v")],
                                   constants(cos=np.cos(angles), sin=np.sin(angles)), domains=[m]),
          {"q": real(1, 1, 64), "k": real(1, 1, 32), "v": real(1, 1, 32), "past_k": real(1, 2, 3, 16),
           "past_v": real(1, 2, 3, 16), "lengths": np.array([3], dtype=np.int32), "total": np.array([4], dtype=np.int32)})


def external():
    weight = real(4, 64)
    made = model([node("MatMul", ["x", "w"], ["y"])], [value("x", F, [2, 4])], [value("y")], constants(w=weight))
    tensor = made.graph.initializer[0]
    with open(os.path.join(here, "external.data"), "wb") as file:
        file.write(bytes(64) + tensor.raw_data)
    onnx.external_data_helper.set_external_data(tensor, "external.data", 64, len(tensor.raw_data))
    tensor.ClearField("raw_data")
    write("external", made, {"x": real(2, 4)})


def cases():
    """Folders as ONNX's own tests have them: one that passes, one whose expected result is another."""
    nodes = [
        node("SequenceAt", ["s", "last"], ["at"]),
        node("OptionalHasElement", ["o"], ["has"]),
        node("OptionalGetElement", ["o"], ["got"]),
        node("SequenceInsert", ["s", "got"], ["more"]),
    ]
    sequence = helper.make_tensor_sequence_value_info("s", F, None)
    more = helper.make_tensor_sequence_value_info("more", F, None)
    inner = helper.make_tensor_type_proto(F, [2])
    optional = helper.make_value_info("o", helper.make_optional_type_proto(inner))
    made = model(nodes, [sequence, optional], [value("at"), value("has", B), more],
                 constants(last=np.array(-1)), opset=18)
    a, b = real(2), real(2)
    for name, last in (("passes", b), ("fails", b + 1)):
        folder = os.path.join(here, "cases", name)
        os.makedirs(os.path.join(folder, "test_data_set_0"), exist_ok=True)
        onnx.save(made, os.path.join(folder, "model.onnx"))
        parts = {
            "input_0": numpy_helper.from_list([a, b], "s"), "input_1": numpy_helper.from_optional(a, "o"),
            "output_0": numpy_helper.from_array(last, "at"), "output_1": numpy_helper.from_array(np.array(True), "has"),
            "output_2": numpy_helper.from_list([a, b, a], "more"),
        }
        for part, message in parts.items():
            with open(os.path.join(folder, "test_data_set_0", part + ".pb"), "wb") as file:
                file.write(message.SerializeToString())


def hostile():
    def save(name, made):
        with open(os.path.join(here, f"bad_{name}.onnx"), "wb") as file:
            file.write(made.SerializeToString())

    x, y = [value("x", F, [2])], [value("y", F, [2])]
    save("circle", model([node("Add", ["x", "b"], ["a"]), node("Neg", ["a"], ["b"]), node("Neg", ["b"], ["y"])], x, y))
    save("nothing", model([node("Neg", ["x"], ["z"])], x, y))
    save("twice", model([node("Neg", ["x"], ["y"]), node("Abs", ["x"], ["y"])], x, y))
    huge = model([node("Add", ["x", "w"], ["y"])], x, y, constants(w=real(2)))
    huge.graph.initializer[0].dims[:] = [1 << 40, 1 << 40]
    save("huge", huge)
    short = model([node("Add", ["x", "w"], ["y"])], x, y, constants(w=real(2)))
    short.graph.initializer[0].dims[:] = [3]
    save("short", short)
    big = model([node("ConstantOfShape", ["s"], ["c"]), node("ReduceSum", ["c"], ["r"], keepdims=0),
                 node("Add", ["x", "r"], ["y"])], x, y, constants(s=whole(1 << 20, 1 << 20, 1 << 5)))
    save("memory", big)
    imports = [helper.make_opsetid("", 18), helper.make_opsetid("tests", 1)]
    own = helper.make_function("tests", "A", ["a"], ["b"], [helper.make_node("B", ["a"], ["b"], domain="tests")], imports)
    other = helper.make_function("tests", "B", ["a"], ["b"], [helper.make_node("A", ["a"], ["b"], domain="tests")], imports)
    call = helper.make_node("A", ["x"], ["y"], domain="tests", name="call")
    save("recursion", model([call], x, y, domains=["tests"], functions=[own, other]))
    # Each function calls the next one twice: 2 to the 40 nodes.
    many = []
    for level in range(40):
        kind, domain = ("Neg", "") if level == 39 else (f"F{level + 1}", "tests")
        many.append(helper.make_function(
            "tests", f"F{level}", ["a"], ["c"],
            [helper.make_node(kind, ["a"], ["b"], domain=domain), helper.make_node(kind, ["b"], ["c"], domain=domain)],
            imports))
    call = helper.make_node("F0", ["x"], ["y"], domain="tests", name="call")
    save("growth", model([call], x, y, domains=["tests"], functions=many))
    for name, place in (("parent", "../secret.data"), ("absolute", "/etc/passwd"), ("missing", "missing.data")):
        outside = model([node("Add", ["x", "w"], ["y"])], x, y, constants(w=real(2)))
        tensor = outside.graph.initializer[0]
        onnx.external_data_helper.set_external_data(tensor, place, 0, 8)
        tensor.ClearField("raw_data")
        save(name, outside)
    unknown = [
        helper.make_node("Frobnicate", ["x"], ["a"], name="first", domain="elsewhere"),
        helper.make_node("Neg", ["a"], ["b"], name="fine"),
        helper.make_node("NoSuchThing", ["b"], ["c"], name="second"),
        helper.make_node("Cast", ["c"], ["y"], name="third", to=TensorProto.COMPLEX64),
    ]
    save("unsupported", model(unknown, x, y, domains=["elsewhere"]))
    save("shapes", model([node("MatMul", ["x", "w"], ["y"])], x, y, constants(w=real(3, 2))))
    save("types", model([node("Gather", ["x", "w"], ["y"])], x, y, constants(w=real(1))))
    wrong = model([node("Transpose", ["x"], ["y"], perm=[0])], x, y)
    wrong.graph.node[0].attribute[0].type = onnx.AttributeProto.FLOAT
    save("attribute", wrong)


def published():
    """What quantized encoders and language models are made of."""
    global random
    random = np.random.default_rng(11)
    m, U = "com.microsoft", TensorProto.UINT8

    def small(*shape):
        # 7 bits, as above.
        return random.integers(-63, 64, shape).astype(np.int8)

    def own(kind, inputs, outputs, **attributes):
        return helper.make_node(kind, inputs, outputs, name=outputs[0] + "_node", domain=m, **attributes)

    weights = constants(
        w=small(2, 4, 12), r=small(2, 3, 12), b=real(2, 24, scale=0.2), ws=np.full(2, 0.01, np.float32),
        wz=np.zeros(2, np.int8), rs=np.full(2, 0.02, np.float32), rz=np.zeros(2, np.int8))
    nodes = [own("DynamicQuantizeLSTM", ["x", "w", "r", "b", "", "", "", "", "ws", "wz", "rs", "rz"], ["y", "h", "c"],
                 hidden_size=3, direction="bidirectional")]
    write("dynamic_lstm", model(nodes, [value("x", F, [5, 2, 4])], [value("y"), value("h"), value("c")], weights,
                                domains=[m]), {"x": real(5, 2, 4)})

    weights = constants(
        w=small(8, 24), b=real(24), xs=np.float32(0.02), ws=np.float32(0.02), xz=np.uint8(120), wz=np.int8(0))
    nodes = [own("QAttention", ["x", "w", "b", "xs", "ws", "mask", "xz", "wz"], ["y"], num_heads=2)]
    write("quantized_attention", model(
        nodes, [value("x", U, [2, 3, 8]), value("mask", TensorProto.INT32, [2, 3])], [value("y")], weights, domains=[m]),
        {"x": random.integers(0, 256, (2, 3, 8)).astype(np.uint8),
         "mask": np.array([[1, 1, 1], [1, 1, 0]], dtype=np.int32)})

    weights = constants(
        s1=np.float32(0.02), z1=np.uint8(120), s2=np.float32(0.03), z2=np.uint8(100), s3=np.float32(1 / 256),
        z3=np.uint8(0))
    nodes = [
        own("QLinearAveragePool", ["x", "s1", "z1", "s2", "z2"], ["pool"], kernel_shape=[3, 2], strides=[2, 1],
            pads=[1, 0, 1, 1]),
        own("QLinearSoftmax", ["x", "s1", "z1", "s3", "z3"], ["soft"], axis=-1, opset=13),
        own("QLinearWhere", ["at", "x", "s1", "z1", "x", "s2", "z2", "s2", "z1"], ["chosen"]),
    ]
    write("quantized_pools", model(
        nodes, [value("x", U, [1, 2, 5, 4]), value("at", B, [5, 1])],
        [value(name, U) for name in ("pool", "soft", "chosen")], weights, domains=[m]),
        {"x": random.integers(0, 256, (1, 2, 5, 4)).astype(np.uint8),
         "at": np.array([[1], [0], [1], [1], [0]], dtype=bool)})

    weights = constants(
        table=random.integers(0, 256, (6, 32)).astype(np.uint8), scales=np.abs(real(6, 2)), w=real(32, 5), c=real(5),
        codes=random.integers(0, 256, (7, 1, 16)).astype(np.uint8), steps=np.abs(real(7, 1)))
    nodes = [
        own("GatherBlockQuantized", ["table", "tokens", "scales"], ["rows"], bits=8,
            block_size=16, quantize_axis=1),
        own("FusedGemm", ["rows", "w", "c"], ["dense"], activation="LeakyRelu", activation_alpha=0.1),
        own("MatMulNBits", ["rows", "codes", "steps"], ["y"], K=32, N=7, bits=4, block_size=32),
    ]
    write("packed_table", model(nodes, [value("tokens", I, [3])], [value("rows"), value("dense"), value("y")], weights,
                                domains=[m]), {"tokens": whole(4, 0, 5)})


def fractions():
    """Scales that are no whole numbers."""
    global random
    random = np.random.default_rng(12)
    ways = [("linear", "half_pixel", "floor", 0.7), ("nearest", "asymmetric", "floor", 1.3),
            ("nearest", "half_pixel", "round_prefer_floor", 1.3), ("nearest", "asymmetric", "round_prefer_ceil", 1.2),
            ("nearest", "half_pixel", "ceil", 0.6), ("cubic", "align_corners", "floor", 1.7),
            ("linear", "pytorch_half_pixel", "floor", 0.3)]
    nodes = [node("Resize", ["x", "", f"s{place}"], [f"y{place}"], mode=mode, nearest_mode=nearest,
                  coordinate_transformation_mode=coordinates)
             for place, (mode, coordinates, nearest, _) in enumerate(ways)]
    scales = {f"s{place}": np.array([1, 1, way[3], way[3]], dtype=np.float32) for place, way in enumerate(ways)}
    write("resize_fractions", model(nodes, [value("x", F, [1, 1, 10, 30])], [value(f"y{p}") for p in range(len(ways))],
                                    constants(**scales)), {"x": real(1, 1, 10, 30)})


def rarities():
    """What few models have of operators that many have."""
    global random
    random = np.random.default_rng(13)
    m, U, int32 = "com.microsoft", TensorProto.UINT8, TensorProto.INT32

    def own(kind, inputs, outputs, **attributes):
        return helper.make_node(kind, inputs, outputs, name=outputs[0] + "_node", domain=m, **attributes)

    # Scores that take a share and give nothing.
    heads = {"num_heads": 4, "kv_num_heads": 2}
    nodes = [
        own("GroupQueryAttention", ["q", "k", "v", "", "", "lengths", "total"], ["smooth", "keys", "values"],
            smooth_softmax=1, softcap=5.0, **heads),
        own("GroupQueryAttention", ["q", "k", "v", "", "", "lengths", "total", "", "", "", "", "sink"],
            ["sunk", "keys2", "values2"], **heads),
    ]
    write("attention_sinks", model(
        nodes, [value("q", F, [1, 5, 32]), value("k", F, [1, 5, 16]), value("v", F, [1, 5, 16]),
                value("lengths", int32, [1]), value("total", int32, [1])], [value("smooth"), value("sunk")],
        constants(sink=real(4)), domains=[m]),
        {"q": real(1, 5, 32), "k": real(1, 5, 16), "v": real(1, 5, 16), "lengths": np.array([4], dtype=np.int32),
         "total": np.array([5], dtype=np.int32)})

    nodes = [own("MultiHeadAttention", ["q", "k", "v", "", "lengths"], ["y"], num_heads=2)]
    write("key_lengths", model(
        nodes, [value("q", F, [2, 3, 8]), value("k", F, [2, 5, 8]), value("v", F, [2, 5, 8]),
                value("lengths", int32, [2])], [value("y")], domains=[m]),
        {"q": real(2, 3, 8), "k": real(2, 5, 8), "v": real(2, 5, 8), "lengths": np.array([5, 2], dtype=np.int32)})

    # Columns whose blocks are in any order.
    weights = constants(
        w=random.integers(0, 256, (5, 3, 8)).astype(np.uint8), s=real(15, scale=0.1),
        g=random.integers(0, 3, 48).astype(np.int32), w2=random.integers(0, 256, (5, 2, 16)).astype(np.uint8),
        s2=real(10, scale=0.1), g2=np.array([1, 0] * 32, dtype=np.int32))
    nodes = [own("MatMulNBits", ["x", "w", "s", "", "g"], ["y"], K=48, N=5, bits=4, block_size=16),
             own("MatMulNBits", ["z", "w2", "s2", "", "g2"], ["y2"], K=64, N=5, bits=4, block_size=32)]
    write("packed_groups", model(nodes, [value("x", F, [2, 48]), value("z", F, [2, 64])], [value("y"), value("y2")],
                                 weights, domains=[m]), {"x": real(2, 48), "z": real(2, 64)})

    nodes = [own("Trilu", ["x", "k"], ["low"], upper=0), own("Inverse", ["x"], ["inverse"])]
    write("own_matrices", model(nodes, [value("x", F, [2, 3, 3])], [value("low"), value("inverse")],
                                constants(k=np.int64(-1)), domains=[m]),
          {"x": real(2, 3, 3) + 2 * np.eye(3, dtype=np.float32)})

    # A zero point that is odd: halves are even with it, and not without.
    weights = constants(s=np.float32(0.1), z=np.uint8(3))
    nodes = [own("QLinearAveragePool", ["x", "s", "z", "s", "z"], ["pool"], kernel_shape=[2, 2])]
    write("pool_halves", model(nodes, [value("x", U, [1, 3, 6, 6])], [value("pool", U)], weights, domains=[m]),
          {"x": random.integers(0, 256, (1, 3, 6, 6)).astype(np.uint8)})

    # What begins and ends before an axis, backwards.
    weights = constants(start=whole(-9), end=whole(-20), axis=whole(1), step=whole(-1), end2=whole(-2))
    nodes = [node("Slice", ["x", "start", "end", "axis", "step"], ["one"]),
             node("Slice", ["x", "start", "end2", "axis", "step"], ["none"])]
    write("slices_before", model(nodes, [value("x", F, [2, 4])], [value("one"), value("none")], weights),
          {"x": real(2, 4)})


def pairs():
    """Numbers made of bytes and bytes made of numbers around float operators, as quantizers write them."""
    global random
    random = np.random.default_rng(14)
    nodes, held = [], {}

    def of(name, kind=np.int8, scale=None, zero=0, **attributes):
        """What stands for the bytes of an initializer."""
        held[name + "_scale"] = np.float32(scale) if np.isscalar(scale) else scale
        held[name + "_zero"] = np.full(np.shape(scale), zero, kind)
        nodes.append(node("DequantizeLinear", [name, name + "_scale", name + "_zero"], [name + "_real"], **attributes))
        return name + "_real"

    def through(name, scale, zero, kind=np.uint8):
        """A value to bytes and back."""
        held[name + "_scale"], held[name + "_zero"] = np.float32(scale), kind(zero)
        nodes.append(node("QuantizeLinear", [name, name + "_scale", name + "_zero"], [name + "_bytes"]))
        nodes.append(node("DequantizeLinear", [name + "_bytes", name + "_scale", name + "_zero"], [name + "_real"]))
        return name + "_real"

    def add(kind, inputs, output, **attributes):
        nodes.append(node(kind, inputs, [output], **attributes))
        return output

    held["w"] = random.integers(-127, 128, (4, 3, 3, 3)).astype(np.int8)
    held["b"] = random.integers(-3000, 3000, 4).astype(np.int32)
    steps = np.array([0.004, 0.006, 0.003, 0.005], dtype=np.float32)
    w, b = of("w", scale=steps, axis=0), of("b", np.int32, np.float32(0.03) * steps, axis=0)
    y = add("Conv", [through("x", 0.03, 120), w, b], "conv", pads=[1, 1, 1, 1])
    y = through(add("Relu", [y], "relu"), 0.02, 0)
    y = add("MaxPool", [y], "pool", kernel_shape=[2, 2], strides=[2, 2])
    y = add("Transpose", [y], "turned", perm=[0, 2, 3, 1])
    held["shape"] = whole(16, 4)
    y = add("Reshape", [y, "shape"], "rows")
    held["same_scale"], held["same_zero"] = held["relu_scale"], held["relu_zero"]
    nodes.append(node("QuantizeLinear", [y, "same_scale", "same_zero"], ["rows_bytes"]))
    nodes.append(node("DequantizeLinear", ["rows_bytes", "same_scale", "same_zero"], ["rows_real"]))
    held["m"] = random.integers(0, 256, (4, 6)).astype(np.uint8)
    y = through(add("MatMul", ["rows_real", of("m", np.uint8, 0.01, 130)], "product"), 0.04, 9, np.int8)
    held["g"] = random.integers(-127, 128, (5, 6)).astype(np.int8)
    held["c"] = random.integers(-900, 900, 5).astype(np.int32)
    c = of("c", np.int32, np.float32(0.04) * np.float32(0.02))
    y = add("Gemm", [y, of("g", scale=0.02), c], "general", transB=1)
    # One that is quantized and read besides stays as it is.
    y = add("Softmax", [y], "shares", axis=-1)
    held["last"] = random.integers(-127, 128, (5, 2)).astype(np.int8)
    read = add("MatMul", [through(y, 1 / 255, 0), of("last", scale=0.03)], "read")
    outputs = [value("general"), value("read"), value(through(read, 0.02, 100))]
    write("quantized_pairs", model(nodes, [value("x", F, [1, 3, 8, 8])], outputs, constants(**held)),
          {"x": real(1, 3, 8, 8)})


def narrow():
    """Numbers of less than 8 bits, several in a byte, and floats of 8."""
    global random
    random = np.random.default_rng(15)

    def small(name, kind, low, high, *shape, raw=True):
        numbers = random.integers(low, high, shape)
        made = helper.make_tensor(name, kind, shape, numbers.flatten().tolist())
        if raw:
            array = numpy_helper.to_array(made)
            made = numpy_helper.from_array(array, name)
        return made

    weights = [
        small("w", TensorProto.INT4, -8, 8, 3, 5), small("wz", TensorProto.INT4, -8, 8, 3, raw=False),
        small("u", TensorProto.UINT4, 0, 16, 2, 8, raw=False), small("uz", TensorProto.UINT4, 0, 16, 2, 2),
        small("z", TensorProto.INT4, -3, -2), small("v", TensorProto.UINT4, 0, 16, 7),
        helper.make_tensor("e", TensorProto.FLOAT8E4M3FN, [6], [0.0, -0.5, 448.0, 0.001953125, 1.75, -3.25]),
        helper.make_tensor("f", TensorProto.FLOAT8E5M2, [5], [0.25, -57344.0, 0.0000152587890625, 3.5, -0.0]),
    ] + constants(ws=real(3), us=real(2, 2), s=np.float32(0.3))
    nodes = [
        node("DequantizeLinear", ["w", "ws", "wz"], ["rows"], axis=0),
        node("DequantizeLinear", ["u", "us", "uz"], ["blocks"], axis=1, block_size=4),
        node("QuantizeLinear", ["x", "s", "z"], ["q"]), node("DequantizeLinear", ["q", "s", "z"], ["there"]),
        node("QuantizeLinear", ["x", "s"], ["q2"], output_dtype=TensorProto.UINT4),
        node("DequantizeLinear", ["q2", "s"], ["there2"]), node("Cast", ["v"], ["plain"], to=F),
        node("DequantizeLinear", ["e", "s"], ["eights"]), node("DequantizeLinear", ["f", "s"], ["fives"]),
    ]
    names = ["rows", "blocks", "there", "there2", "plain", "eights", "fives"]
    write("narrow_numbers", model(nodes, [value("x", F, [2, 9])], [value(name) for name in names], weights, opset=21,
                                  ir=10), {"x": real(2, 9, scale=2.0)})


if __name__ == "__main__":
    for make in (layers, control, functions, versions, shapes, quantized, microsoft, external, cases, hostile, published,
                 fractions, rarities, pairs, narrow):
        make()
