/// Runs an operation: checks, computes, and records it if a gradient may be asked for. Every operation of the library
/// passes here. (An existential, not a generic parameter: a copy of all this for each operation would make builds slow
/// and the binary large, and save nothing.)
public func apply(_ operation: any Operation, _ inputs: [Tensor]) -> [Tensor] {
  let modes = Modes.current
  if let scope = modes.errorScope, scope.error != nil { return invalidResults }
  if let autocast = modes.autocast { return autocast.apply(operation, inputs) }
  let inputSpecs = inputs.map(\.spec)
  let specs: [TensorSpec]
  do {
    specs = try operation.checkedOutputs(for: inputSpecs)
    try checkRoom(for: specs, operation)
  } catch {
    report(error)
    return invalidResults
  }
  if inputs.contains(where: { !$0.isPlain }) { return applyTransformed(operation, inputs, inputSpecs, specs, modes) }
  let isRecorded = inputs.contains { $0.source != nil }
  // The kernel runs with recording off, on inputs without history: a forward pass written in tensor operations (as in
  // a composite or a user's operation) records nothing of its own.
  let bare = isRecorded ? inputs.map { $0.with(source: nil) } : inputs
  var outputs =
    modes.profiler?.kernel(operation, bare, inputSpecs, specs, modes) ?? operation.forward(bare, as: specs)
  if modes.errorScope?.error != nil { return invalidResults }
  if modes.detectsAnomalies { checkFinite(outputs, of: operation, inputs, modes) }
  if isRecorded {
    record(operation, inputs, inputSpecs, &outputs, specs, modes)
  } else if let blockage = inputs.first(where: { $0.blockage != nil })?.blockage {
    block(&outputs, by: blockage)
  }
  return outputs
}

/// Runs an operation on tensors of a transform, and records it at the transform's level (`Note: Transformed tensors`).
private func applyTransformed(
  _ operation: any Operation, _ inputs: [Tensor], _ inputSpecs: [TensorSpec], _ specs: [TensorSpec], _ modes: Modes
) -> [Tensor] {
  let scopes = inputs.compactMap(\.view.transformed?.scope)
  guard let scope = scopes.max(by: { $0.level < $1.level }), scopes.allSatisfy({ $0.isRunning(in: modes) }) else {
    report(.outlived(operation))
    return invalidResults
  }
  var outputs = scope.apply(operation, inputs)
  if outputs.contains(where: \.isInvalid) { return invalidResults }
  let ofLevel = inputs.map(scope.lift)
  if ofLevel.contains(where: { $0.source != nil }) {
    record(operation, ofLevel, inputSpecs, &outputs, specs, modes)
  } else if let blockage = ofLevel.first(where: { $0.blockage != nil })?.blockage {
    block(&outputs, by: blockage)
  }
  return outputs
}

/// What a failed operation gives inside `withTensorErrors`: enough for any that is indexed by a constant.
let invalidResults = Array(repeating: Tensor.invalid, count: 8)

private func block(_ outputs: inout [Tensor], by blockage: Blockage?) {
  for index in outputs.indices { outputs[index].blockage = blockage }
}

private func record(
  _ operation: any Operation, _ inputs: [Tensor], _ inputSpecs: [TensorSpec], _ outputs: inout [Tensor],
  _ specs: [TensorSpec], _ modes: Modes
) {
  guard modes.isRecording else { return block(&outputs, by: modes.recordingOff) }
  let kind = type(of: operation)
  guard kind.whyNotDifferentiable == nil, specs.contains(where: { $0.dtype.isFloatingPoint }) else {
    let why = kind.whyNotDifferentiable ?? "the result is no floating-point tensor"
    return block(&outputs, by: Blockage(.operation(kind.name, why)))
  }
  let node = Node(
    operation, inputs: inputs, inputSpecs: inputSpecs, outputs: outputs, outputSpecs: specs, modes: modes)
  for index in outputs.indices where specs[index].dtype.isFloatingPoint {
    outputs[index].source = GradientSource(node: node, index: index)
  }
}

private func checkRoom(for specs: [TensorSpec], _ operation: any Operation) throws(TensorError) {
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

extension Tensor {
  /// The most axes a tensor may have.
  public static let maximumRank = AxisValues.capacity
}
