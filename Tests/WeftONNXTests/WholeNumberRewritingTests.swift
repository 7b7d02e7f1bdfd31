import Testing
import Weft
import WeftONNX

/// What stands between dequantizations and quantizations is computed of bytes in frozen models.
@Suite struct WholeNumberRewritingTests {
  @Test func pairsBecomeNodesOfBytes() throws {
    let model = try Models.open("quantized_pairs")
    let operators = model.operatorsOfBytes
    // The input to bytes, four products of them, what moves bytes, and three pairs around what is left.
    for (name, count) in [
      ("QLinearConv", 1), ("Conv", nil), ("Relu", nil), ("MaxPool", 1), ("QLinearMatMul", 1), ("MatMul", nil),
      ("com.microsoft.MatMulIntegerToFloat", 1), ("com.microsoft.QGemm", 1), ("Gemm", nil), ("Softmax", 1),
      ("QuantizeLinear", 3), ("DequantizeLinear", 1),
    ] as [(String, Int?)] {
      #expect(operators[name] == count, "\(name): \(operators)")
    }
    // As it was where nothing is frozen.
    #expect(model.summary.operators["Conv"] == 1 && model.summary.operators["QLinearConv"] == nil)
  }

  /// The results are ONNX Runtime's, which computes them of numbers: but for what lies on the edge between two bytes.
  @Test func frozenModelsAreWithinAByteOfONNXRuntime() throws {
    let model = try Models.open("quantized_pairs")
    let (inputs, expected) = try Models.goldens("quantized_pairs")
    for isExact in [false, true] {
      let found = try model.frozen(for: [inputs], isExact: isExact).run(inputs)
      for (key, tensor) in expected {
        let result = try #require(found[key])
        let largest = tensor.abs().max().item(as: Double.self)
        #expect(result.isClose(to: tensor, relative: 0, absolute: 0.01 * largest), "\(key), exact: \(isExact)")
      }
    }
    let found = try model.frozen(for: [inputs]).run(inputs)
    for (key, tensor) in expected {
      let result = try #require(found[key])
      let far = ((result - tensor).abs() .> 1e-4).converted(to: .float32).mean().item(as: Double.self)
      #expect(far < 0.05, "\(key): \(far)")
    }
  }

  /// What has other steps than the bias's, or is read besides, stays.
  @Test func whatDoesNotFitStaysAsItIs() throws {
    let weight = ("w", Tensor([1.0, 2, 3, 4], shape: [2, 2], dtype: .float32))
    let steps = [("s", Tensor(0.5, dtype: .float32))]
    // The zero point is no constant here: what type the bytes have is not known beforehand.
    let nodes = [
      OneNode.node("QuantizeLinear", ["x0", "s", "x1"], to: ["b"]),
      OneNode.node("DequantizeLinear", ["b", "s", "x1"], to: ["r"]), OneNode.node("MatMul", ["r", "w"]),
    ]
    let model = try OneNode.model(nodes, inputs: 2, initializers: [weight] + steps)
    #expect(model.operatorsOfBytes == ["QuantizeLinear": 1, "DequantizeLinear": 1, "MatMul": 1])
    let x = Tensor([0.3, 1.2, -4, 900], shape: [2, 2], dtype: .float32)
    let zero = Tensor(3).converted(to: .uint8)
    let found = try model.frozen(for: [["x0": x, "x1": zero]]).run(["x0": x, "x1": zero])
    let right = try model.result([x, zero])
    #expect(try #require(found["y"]).isClose(to: right, relative: 1e-6, absolute: 1e-6))
  }

  /// What is joined is quantized before, to the same bytes: each part by itself, but for what is of that kind already.
  @Test func joinedPartsAreQuantizedBefore() throws {
    func zero(_ name: String, _ value: Int32) -> Onnx_TensorProto {
      var tensor = Onnx_TensorProto()
      (tensor.name, tensor.dataType, tensor.int32Data) = (name, 2, [value])
      return tensor
    }
    let steps = [0.25, 0.5, 0.4].enumerated().map { ("s\($0)", Tensor($1, dtype: .float32)) }
    let zeros = [7, 20, 3].enumerated().map { zero("z\($0)", $1) }
    let nodes =
      (0..<3).map { OneNode.node("DequantizeLinear", ["x\($0)", "s\($0)", "z\($0)"], to: ["r\($0)"]) } + [
        OneNode.node("Concat", ["r0", "r1", "r2"], to: ["all"], [OneNode.attribute("axis", [1], isList: false)]),
        OneNode.node("QuantizeLinear", ["all", "s1", "z1"]),
      ]
    let model = try OneNode.model(nodes, inputs: 3, initializers: steps, tensors: zeros)
    #expect(model.operatorsOfBytes == ["QuantizeLinear": 2, "DequantizeLinear": 2, "Concat": 1])
    let x = (0..<3).map { part in
      Tensor((0..<1500).map { ($0 * 37 + part) % 256 }, shape: [3, 500]).converted(to: .uint8)
    }
    let named = Dictionary(uniqueKeysWithValues: x.enumerated().map { ("x\($0)", $1) })
    let found = try #require(try model.frozen(for: [named]).run(named)["y"])
    let right = try model.result(x)
    #expect(found.dtype == .uint8 && found.shape == [3, 1500])
    #expect(found.scalars(as: Int.self) == right.scalars(as: Int.self))
  }
}
