import WeftTensor

// Normalizations.
extension ExportRules {
  static let normalizations: [(String, ExportRule)] = [
    rule(LayerNormalization.self) { operation, step in
      let (graph, x) = (step.graph, step.input(0))
      guard let width = x.sizes(of: -1), step.inputs.count > 1 || width.allSatisfy({ $0 == width[0] }) else {
        throw ExportObstacle("rows of a free length without a weight")
      }
      let weight = step.inputs.count > 1 ? step.input(1) : graph.ones(width[0], x.dtype)
      let bias = step.inputs.count > 2 ? step.input(2) : nil
      let y = graph.emit(
        "LayerNormalization", [x, weight, bias], ["axis": .integer(-1), "epsilon": .number(operation.epsilon)],
        shapes: x.shapes)
      return [y, nil, nil]
    },
    rule(RMSNormalization.self) { operation, step in
      let (graph, x) = (step.graph, step.input(0))
      if step.opset >= 23, step.inputs.count > 1 {
        return [
          graph.emit(
            "RMSNormalization", [x, step.input(1)], ["axis": .integer(-1), "epsilon": .number(operation.epsilon)],
            shapes: x.shapes), nil,
        ]
      }
      let square = graph.reduce("ReduceMean", graph.emit("Mul", [x, x]), [x.rank - 1], keepDims: true)
      let root = graph.emit("Sqrt", [graph.emit("Add", [square, graph.scalar(operation.epsilon, x.dtype)])])
      let normal = graph.emit("Div", [x, root])
      return [step.inputs.count > 1 ? graph.emit("Mul", [normal, step.input(1)]) : normal, nil]
    },
    rule(UnitVector.self) { operation, step in
      let (graph, x) = (step.graph, step.input(0))
      let axis = try step.place(operation.axis, of: 0)
      let square = graph.sum(graph.emit("Mul", [x, x]), [axis], keepDims: true)
      let length = graph.emit("Sqrt", [square])
      return [graph.emit("Div", [x, graph.emit("Max", [length, graph.scalar(operation.epsilon, x.dtype)])]), nil]
    },
    rule(Normalization.self) { operation, step in [try step.normalized(operation), nil, nil] },
    rule(Affine.self) { _, step in try step.batchNormalization().map { [$0] } ?? formula(step) },
  ]
}

extension GraphWriter {
  func ones(_ count: Int, _ dtype: DType) -> GraphValue { constant(Tensor(ones: [count], dtype: dtype)) }
  func zeros(_ count: Int, _ dtype: DType) -> GraphValue { constant(Tensor(zeros: [count], dtype: dtype)) }

  /// The list that stands along the channels of `value`; nil for any other value.
  func perChannel(_ value: GraphValue) -> GraphValue? {
    if value.rank >= 2, let tensor = known(value), tensor.elementCount == value.shapes[0][1] {
      return constant(tensor.reshaped(-1))
    }
    guard let maker = makers[value.name], maker.operation is Reshape, let list = maker.inputs.first, list.rank == 1,
      value.rank >= 2, value.shapes[0].dropFirst(2).allSatisfy({ $0 == 1 }), value.shapes[0][0] == 1,
      value.shapes[0][1] == list.shapes[0][0], list.isFixed
    else { return nil }
    return list
  }
}

extension ExportStep {
  /// (x - μ)/√(σ² + ε)·w + b over axes: one node over all axes behind the channels, else the sums.
  fileprivate func normalized(_ operation: Normalization) throws -> GraphValue {
    guard !operation.adds, !operation.rectifies else { throw ExportObstacle("a normalization of a training step") }
    let x = input(0)
    let axes = try operation.axes.map { try place($0, of: 0) }.sorted()
    let channels = x.sizes(of: 1) ?? []
    if x.rank >= 3, axes == Array(2..<x.rank), channels.allSatisfy({ $0 == channels[0] }), x.dtype != .float64 {
      return try instanceNormalization(x, channels[0], operation.epsilon)
    }
    let mean = graph.reduce("ReduceMean", x, axes, keepDims: true)
    let centered = graph.emit("Sub", [x, mean])
    let variance = graph.reduce("ReduceMean", graph.emit("Mul", [centered, centered]), axes, keepDims: true)
    let root = graph.emit("Sqrt", [graph.emit("Add", [variance, graph.scalar(operation.epsilon, x.dtype)])])
    return scaled(graph.emit("Div", [centered, root]))
  }

  /// The value times the weight plus the bias, where there are.
  private func scaled(_ value: GraphValue) -> GraphValue {
    var value = value
    if inputs.count > 1 { value = graph.emit("Mul", [value, input(1)]) }
    if inputs.count > 2 { value = graph.emit("Add", [value, input(2)]) }
    return value
  }

  private func instanceNormalization(_ x: GraphValue, _ channels: Int, _ epsilon: Double) throws -> GraphValue {
    func node(_ weight: GraphValue, _ bias: GraphValue) -> GraphValue {
      graph.emit(
        "InstanceNormalization", [x, weight, bias], ["epsilon": .number(epsilon)], shapes: x.shapes)
    }
    let zeros = graph.zeros(channels, x.dtype)
    if inputs.count > 1, let weight = graph.perChannel(inputs[1]) {
      let bias = inputs.count > 2 ? graph.perChannel(inputs[2]) : zeros
      if let bias { return node(graph.cast(weight, to: x.dtype), graph.cast(bias, to: x.dtype)) }
    }
    return scaled(node(graph.ones(channels, x.dtype), zeros))
  }

  /// One node for what a batch normalization in evaluation is made of: (x - μ)·(w·(σ² + ε)^-½) + b; nil for any other.
  fileprivate func batchNormalization() throws -> GraphValue? {
    let x = inputs[0]
    guard x.rank >= 2, x.dtype.isFloatingPoint, outputs[0].dtype == x.dtype, let mean = graph.perChannel(inputs[1]),
      let scale = graph.perChannel(inputs[2]), let bias = graph.perChannel(inputs[3])
    else { return nil }
    var (weight, unit): (GraphValue?, GraphValue) = (nil, scale)
    if let product = graph.makers[scale.name], product.operation is Multiply {
      (weight, unit) = (product.inputs[0], product.inputs[1])
    }
    guard let root = graph.makers[unit.name], root.operation is Rsqrt, let sum = graph.makers[root.inputs[0].name],
      sum.operation is Add, let epsilon = graph.number(of: sum.inputs[1]), sum.inputs[0].rank == 1
    else { return nil }
    let channels = mean.shapes[0][0]
    let parameters = [weight ?? graph.ones(channels, x.dtype), bias, mean, sum.inputs[0]]
    guard parameters.allSatisfy({ $0.shapes[0] == [channels] && $0.dtype == x.dtype }) else { return nil }
    return graph.emit("BatchNormalization", [x] + parameters, ["epsilon": .number(epsilon)], shapes: x.shapes)
  }
}
