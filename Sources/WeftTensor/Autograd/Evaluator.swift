/// The interpreter that is always there: asks the operation's rule for shapes, and does what the operands ask for.
struct Evaluator: Interpreter {
  func interpret(_ call: Call) -> [Tensor] {
    let inputs = call.inputs
    let inputSpecs = inputs.map(\.spec)
    let specs: [TensorSpec]
    do {
      specs = try call.operation.checkedOutputs(for: inputSpecs)
      try checkRoom(for: specs, call.operation)
    } catch {
      report(error)
      return invalidResults
    }
    if inputs.contains(where: { !$0.isPlain }) { return transformed(call, inputSpecs, specs) }
    let isRecorded = inputs.contains { $0.source != nil }
    // The kernel runs with recording off, on inputs without history: a forward pass written in tensor operations (as in
    // a composite or a user's operation) records nothing of its own.
    let bare = isRecorded ? inputs.map { $0.with(source: nil) } : inputs
    var outputs = call.proceed(bare, inputSpecs, specs)
    if call.modes.errorScope?.error != nil { return invalidResults }
    guard areAsAnnounced(outputs, specs) else {
      report(.notAsAnnounced(call.operation, outputs, specs))
      return invalidResults
    }
    if isRecorded {
      record(call, inputs, inputSpecs, &outputs, specs)
    } else if let blockage = inputs.first(where: { $0.blockage != nil })?.blockage {
      block(&outputs, by: blockage)
    }
    return outputs
  }

  /// Runs an operation on tensors of a transform, and records it at the transform's level (`Note: Transformed tensors`).
  private func transformed(_ call: Call, _ inputSpecs: [TensorSpec], _ specs: [TensorSpec]) -> [Tensor] {
    let scopes = call.inputs.compactMap(\.view.transformed?.scope)
    guard let scope = scopes.max(by: { $0.level < $1.level }), scopes.allSatisfy({ $0.isRunning(in: call.modes) })
    else {
      report(.outlived(call.operation))
      return invalidResults
    }
    var outputs = scope.apply(call.operation, call.inputs)
    if outputs.contains(where: \.isInvalid) { return invalidResults }
    guard areAsAnnounced(outputs, specs) else {
      report(.notAsAnnounced(call.operation, outputs, specs))
      return invalidResults
    }
    let ofLevel = call.inputs.map(scope.lift)
    if ofLevel.contains(where: { $0.source != nil }) {
      record(call, ofLevel, inputSpecs, &outputs, specs)
    } else if let blockage = ofLevel.first(where: { $0.blockage != nil })?.blockage {
      block(&outputs, by: blockage)
    }
    return outputs
  }

  /// Whether the kernel, which may be a user's, gave what its rule for shapes had said. By index, which copies no tensor.
  private func areAsAnnounced(_ outputs: [Tensor], _ specs: [TensorSpec]) -> Bool {
    guard outputs.count == specs.count else { return false }
    for place in specs.indices
    where outputs[place].view.dtype != specs[place].dtype || outputs[place].view.shape != specs[place].shape {
      return false
    }
    return true
  }

  private func block(_ outputs: inout [Tensor], by blockage: Blockage?) {
    for index in outputs.indices { outputs[index].blockage = blockage }
  }

  private func record(
    _ call: Call, _ inputs: [Tensor], _ inputSpecs: [TensorSpec], _ outputs: inout [Tensor], _ specs: [TensorSpec]
  ) {
    let modes = call.modes
    guard modes.isRecording else { return block(&outputs, by: modes.recordingOff) }
    let kind = type(of: call.operation)
    guard kind.whyNotDifferentiable == nil, specs.contains(where: { $0.dtype.isFloatingPoint }) else {
      let why = kind.whyNotDifferentiable ?? "the result is no floating-point tensor"
      return block(&outputs, by: Blockage(.operation(kind.name, why)))
    }
    let node = Node(
      call.operation, inputs: inputs, inputSpecs: inputSpecs, outputs: outputs, outputSpecs: specs,
      modulePath: modes.modulePath, checkpoint: modes.checkpoint)
    for index in outputs.indices where specs[index].dtype.isFloatingPoint {
      outputs[index].source = GradientSource(node: node, index: index)
    }
  }

  private func checkRoom(for specs: [TensorSpec], _ operation: any TensorOperation) throws(TensorError) {
    for spec in specs {
      guard spec.shape.checkedElementCount != nil else {
        throw TensorError(
          .shape, operation: type(of: operation).name,
          expected: "a result of at most \(Tensor.maximumRank) axes that fits in memory", got: "\(spec)")
      }
      let byteCount = spec.byteCount
      if byteCount > 1 << 20, !MemoryPool.shared.hasRoom(for: byteCount) {
        throw .outOfMemory(spec, operation: type(of: operation).name)
      }
    }
  }
}

extension TensorError {
  fileprivate static func notAsAnnounced(
    _ operation: any TensorOperation, _ outputs: [Tensor], _ specs: [TensorSpec]
  ) -> TensorError {
    func text(_ specs: [TensorSpec]) -> String {
      specs.isEmpty ? "no result" : specs.map(\.description).joined(separator: ", ")
    }
    return TensorError(
      .shape, operation: type(of: operation).name, expected: text(specs) + ", as `outputs(for:)` announced",
      got: text(outputs.map(\.spec)))
  }
}

extension Tensor {
  /// The most axes a tensor may have.
  public static let maximumRank = AxisValues.capacity
}
