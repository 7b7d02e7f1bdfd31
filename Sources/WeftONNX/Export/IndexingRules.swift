import WeftTensor

// Elements taken from, and put at, places that tensors say.
extension ExportRules {
  static let indexing: [(String, ExportRule)] = [
    rule(EmbeddingOperation.self) { _, step in
      let places = step.places(1)
      return [step.graph.emit("Gather", [step.inputs[0], places], ["axis": .integer(0)], shapes: step.outputShapes[0])]
    },
    rule(IndexSelect.self) { operation, step in
      let axis = GraphAttribute.integer(try step.place(operation.axis, of: 0))
      return [
        step.graph.emit("Gather", [step.inputs[0], step.places(1)], ["axis": axis], shapes: step.outputShapes[0])
      ]
    },
    rule(Gather.self) { operation, step in [try step.gathered(operation)] },
    rule(OneHot.self) { operation, step in
      // Runtimes have it for few types.
      let dtype: DType = operation.dtype.isFloatingPoint ? .float32 : .int64
      let values = step.graph.constant(Tensor([0, 1], shape: [2], dtype: dtype))
      let depth = step.graph.scalar(Double(operation.classes), .int64)
      let places = step.graph.cast(step.inputs[0], to: .int64)
      return [
        step.graph.emit(
          "OneHot", [places, depth, values], ["axis": .integer(-1)], as: dtype, shapes: step.outputShapes[0])
      ]
    },
    rule(Sort.self) { operation, step in
      let axis = try step.place(operation.axis, of: 0)
      let count = try step.graph.size(step.outputShapes[0].map { $0[axis] }, near: step.inputs)
      return step.graph.emit(
        "TopK", [step.inputs[0], count],
        ["axis": .integer(axis), "largest": .integer(operation.descending ? 1 : 0), "sorted": .integer(1)],
        results: zip(step.outputs, step.outputShapes).map { ($0.dtype, $1) })
    },
    rule(Scatter.self) { operation, step in [try step.scattered(operation.axis, nil)] },
    rule(ScatterAdd.self) { operation, step in [try step.scattered(operation.axis, "add")] },
    rule(ScatterReduce.self) { operation, step in
      guard operation.includesSelf else { throw ExportObstacle("a scatter that leaves out what is in place") }
      let names: [ScatterReduction: String] = [.product: "mul", .maximum: "max", .minimum: "min"]
      let name = names[operation.reduction] ?? "add"
      guard step.opset >= 18 || name == "mul" else { throw ExportObstacle("it exists from opset 18: `opset: 18`") }
      return [try step.scattered(operation.axis, name)]
    },
    ("indexAdd", { step in [try step.addedAtIndices()] }),
    rule(MaxPoolScatter.self) { operation, step in [try step.unpooled(operation.geometry)] },
  ]
}

extension ExportStep {
  /// An input that holds places, in a type that ONNX takes.
  func places(_ input: Int) -> GraphValue {
    let value = inputs[input]
    return value.dtype == .int32 || value.dtype == .int64 ? value : graph.cast(value, to: .int64)
  }

  /// ONNX wants as many places along the other axes as there are elements: what is beyond them goes first.
  fileprivate func gathered(_ operation: Gather) throws -> GraphValue {
    let axis = try place(operation.axis, of: 0)
    let value = try cut(inputs[0], to: inputs[1], except: axis)
    return graph.emit(
      "GatherElements", [value, places(1)], ["axis": .integer(axis)], shapes: outputShapes[0])
  }

  /// The first elements along all axes but one, as many as another value has.
  private func cut(_ value: GraphValue, to other: GraphValue, except axis: Int) throws -> GraphValue {
    let axes = (0..<value.rank).filter { $0 != axis && value.sizes(of: $0) != other.sizes(of: $0) }
    if axes.isEmpty { return value }
    let ends = try axes.map { try graph.size(other.sizes(of: $0) ?? [], near: [other]) }
    let shapes = zip(value.shapes, other.shapes).map { shape, cut in
      shape.indices.map { axes.contains($0) ? cut[$0] : shape[$0] }
    }
    let zeros = graph.integers(axes.map { _ in 0 })
    return graph.emit(
      "Slice", [value, zeros, graph.joined(ends, count: ends.count), graph.integers(axes)], shapes: shapes)
  }

  fileprivate func scattered(_ axis: Int, _ reduction: String?) throws -> GraphValue {
    let axis = GraphAttribute.integer(try place(axis, of: 0))
    let values = try graph.expand(input(2), to: inputs[1].shapes)
    return graph.emit(
      "ScatterElements", [input(0), places(1), values],
      reduction.map { ["axis": axis, "reduction": .text($0)] } ?? ["axis": axis], shapes: inputs[0].shapes)
  }

  /// Slices added to zeros.
  fileprivate func addedAtIndices() throws -> GraphValue {
    guard let axis = try attributes()[0]["axis"]?.integer else { throw ExportObstacle("an axis that is not known") }
    return try added(input(0), at: inputs[1], axis: axis)
  }

  /// The slices of a value along an axis, added to zeros of the result's shape at places along that axis.
  func added(_ values: GraphValue, at slices: GraphValue, axis: Int) throws -> GraphValue {
    let zeros = try zeros(outputShapes[0], values.dtype)
    // A place for each element: those of the slices, repeated along the other axes.
    let around = Array(1..<max(values.rank - axis, 1))
    let list = graph.unsqueeze(graph.cast(slices, to: .int64), around)
    let places = try graph.expand(list, to: values.shapes, near: inputs)
    return graph.emit(
      "ScatterElements", [zeros, places, values], ["axis": .integer(axis), "reduction": .text("add")],
      shapes: outputShapes[0])
  }

  func zeros(_ shapes: [[Int]], _ dtype: DType) throws -> GraphValue {
    try graph.expand(graph.scalar(0, dtype), to: shapes, near: inputs)
  }

  /// Values put at the places that a maximum pool found, which count the elements of one channel.
  fileprivate func unpooled(_ geometry: PoolGeometry) throws -> GraphValue {
    let value = inputs[0]
    func lines(_ value: GraphValue, _ shapes: [[Int]]) throws -> GraphValue {
      try graph.reshape(value, to: shapes.mapShapes { $0.prefix(2) + [$0.dropFirst(2).reduce(1, *)] })
    }
    let places = try lines(graph.cast(inputs[1], to: .int64), inputs[1].shapes)
    let flat = outputShapes[0].mapShapes { $0.prefix(2) + [$0.dropFirst(2).reduce(1, *)] }
    let zeros = try zeros(flat, value.dtype)
    let filled = graph.emit(
      "ScatterElements", [zeros, places, try lines(value, value.shapes)],
      ["axis": .integer(2), "reduction": .text("add")], shapes: flat)
    return try graph.reshape(filled, to: outputShapes[0])
  }
}
