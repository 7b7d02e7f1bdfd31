import WeftTensor

// Activations that are one node of ONNX; others are their formulas.
extension ExportRules {
  static let activations: [(String, ExportRule)] = [
    one(ReLUOperation.self, "Relu"), one(SigmoidOperation.self, "Sigmoid"), one(TanhOperation.self, "Tanh"),
    one(SoftsignOperation.self, "Softsign"),
    one(SELUOperation.self, "Selu") { _ in ["alpha": .number(1.6732632423543772), "gamma": .number(1.0507009873554805)]
    },
    one(HardswishOperation.self, "HardSwish"),
    one(HardsigmoidOperation.self, "HardSigmoid") { _ in ["alpha": .number(1.0 / 6), "beta": .number(0.5)] },
    one(MishOperation.self, "Mish", from: 18), one(GELUOperation.self, "Gelu", from: 20),
    one(GELUTanh.self, "Gelu", from: 20) { _ in ["approximate": .text("tanh")] },
    one(SiLUOperation.self, "Swish", from: 24),
    one(LeakyReLUOperation.self, "LeakyRelu") { ["alpha": .number($0.slope)] },
    one(ELUOperation.self, "Elu") { ["alpha": .number($0.alpha)] },
    one(CELUOperation.self, "Celu") { ["alpha": .number($0.alpha)] },
    one(HardshrinkOperation.self, "Shrink") { ["lambd": .number($0.lambda), "bias": .number(0)] },
    one(SoftshrinkOperation.self, "Shrink") { ["lambd": .number($0.lambda), "bias": .number($0.lambda)] },
    rule(HardtanhOperation.self) { clip($0.low, $0.high, $1) },
    rule(ReLU6Operation.self) { clip(0, 6, $1) },
    rule(Clamp.self) { operation, step in
      guard operation.low <= operation.high, step.outputs[0].dtype.isFloatingPoint else { return try formula(step) }
      return clip(operation.low, operation.high, step)
    },
    rule(SoftplusOperation.self) { operation, step in
      // Beyond the threshold both are x to the last bit.
      guard operation.beta == 1, operation.threshold >= 20 else { return try formula(step) }
      return [step.graph.emit("Softplus", [step.input(0)])]
    },
    rule(PReLUOperation.self) { _, step in [step.graph.emit("PRelu", [step.input(0), step.input(1)])] },
    row(SoftmaxOperation.self, "Softmax") { $0.axis }, row(LogSoftmaxOperation.self, "LogSoftmax") { $0.axis },
  ]

  /// One node where the opset has it, else the formula.
  private static func one<Operation: ElementwiseOperation>(
    _ type: Operation.Type, _ name: String, from opset: Int = 1,
    _ attributes: @escaping @Sendable (Operation) -> GraphAttributes = { _ in [:] }
  ) -> (String, ExportRule) {
    rule(type) { operation, step in
      guard step.opset >= opset else { return try formula(step) }
      return [step.graph.emit(name, [step.input(0)], attributes(operation))]
    }
  }

  private static func row<Operation: RowOperation>(
    _ type: Operation.Type, _ name: String, _ axis: @escaping @Sendable (Operation) -> Int
  ) -> (String, ExportRule) {
    rule(type) { operation, step in
      let place = axis(operation)
      return [step.graph.emit(name, [step.input(0)], ["axis": .integer(place)])]
    }
  }

  /// An elementwise operation by its formula.
  static func formula(_ step: ExportStep) throws -> [GraphValue?] {
    guard let operation = step.operations[0] as? any ElementwiseOperation else {
      throw ExportObstacle("an operation without a formula")
    }
    return try FormulaWriter.write(step, type(of: operation).formula, operation.parameters, axis: nil)
  }

  private static func clip(_ low: Double, _ high: Double, _ step: ExportStep) -> [GraphValue?] {
    let dtype = step.outputs[0].dtype
    let bounds = [low, high].map { $0.isFinite ? step.graph.scalar($0, dtype) : nil }
    return [step.graph.emit("Clip", [step.input(0)] + bounds, shapes: step.inputs[0].shapes)]
  }
}

// Elementwise operations that their formula does not tell all of.
extension ExportRules {
  static let elementwise: [(String, ExportRule)] = [
    rule(Convert.self) { operation, step in [step.graph.cast(step.inputs[0], to: operation.dtype)] },
    rule(Where.self) { _, step in
      // Runtimes have it for numbers alone.
      if step.outputs[0].dtype == .bool { return try formula(step) }
      let condition = step.input(0, as: .bool)
      return [step.graph.emit("Where", [condition, step.input(1), step.input(2)], as: step.outputs[0].dtype)]
    },
    rule(MaskedFill.self) { operation, step in
      if step.outputs[0].dtype == .bool { return try formula(step) }
      let dtype = step.outputs[0].dtype
      let filling = step.graph.scalar(operation.value, dtype)
      return [step.graph.emit("Where", [step.input(1, as: .bool), filling, step.input(0)], as: dtype)]
    },
    rule(FormulaMap.self) { operation, step in
      try FormulaWriter.write(step, operation.formula, operation.parameters, axis: operation.axis)
    },
    rule(ElementwiseTotal.self) { operation, step in
      let whole = step.inputs.dropFirst().reduce(step.inputs[0].shapes) { $0.broadcast(with: $1.shapes) }
      let element = operation.element
      return try FormulaWriter.write(step, element.formula, element.operation.parameters, axis: nil).map { value in
        let value = step.graph.cast(value, to: step.outputs[0].dtype)
        let all = try step.graph.expand(value, to: whole, near: step.inputs)
        let axes = Array(whole[0].indices)
        return operation.isMean
          ? step.graph.reduce("ReduceMean", all, axes, keepDims: false) : step.graph.sum(all, axes, keepDims: false)
      }
    },
    rule(FormulaSum.self) { operation, step in
      let whole = step.inputs.dropFirst().reduce(step.inputs[0].shapes) { $0.broadcast(with: $1.shapes) }
      return try FormulaWriter.write(step, operation.formula, operation.parameters, axis: nil).map { value in
        // What is the same along an axis counts as often as the axis is long.
        let value = step.graph.cast(value, to: operation.dtype)
        return step.graph.sum(
          try step.graph.expand(value, to: whole, near: step.inputs), operation.axes, keepDims: true)
      }
    },
  ]
}
