/// Runs an operation: checks, computes, and records it if a gradient may be asked for. Every operation of the library
/// passes here. (An existential, not a generic parameter: a copy of all this for each operation would make builds slow
/// and the binary large, and save nothing.)
public func apply(_ operation: any Operation, _ inputs: [Tensor]) -> [Tensor] {
  let modes = Modes.current
  if modes.errorScope?.error != nil { return invalidResults }
  let specs: [TensorSpec]
  do {
    specs = try operation.outputs(for: inputs.map(\.spec))
    try checkRoom(for: specs, operation)
  } catch {
    report(error)
    return invalidResults
  }
  let outputs =
    modes.profiler?.kernel(operation, inputs, specs, in: modes.modulePath) { compute(operation, inputs, specs) }
    ?? compute(operation, inputs, specs)
  if modes.detectsAnomalies { checkFinite(outputs, of: operation, inputs, modes) }
  if inputs.contains(where: \.requiresGrad) { return record(operation, inputs, outputs, specs, modes) }
  guard let blockage = inputs.lazy.compactMap(\.blockage).first else { return outputs }
  return outputs.map { $0.blocked(by: blockage) }
}

/// What a failed operation gives inside `withTensorErrors`: enough for any that is indexed by a constant.
private let invalidResults = Array(repeating: Tensor.invalid, count: 8)

/// The kernel runs with recording off, on inputs without history: a forward pass written in tensor operations (as in
/// a composite or a user's operation) records nothing of its own.
private func compute(
  _ operation: any Operation, _ inputs: [Tensor], _ specs: [TensorSpec]
) -> [Tensor] {
  guard inputs.contains(where: { $0.source != nil }) else { return operation.forward(inputs, as: specs) }
  return operation.forward(inputs.map { $0.with(source: nil) }, as: specs)
}

private func record(
  _ operation: any Operation, _ inputs: [Tensor], _ outputs: [Tensor], _ specs: [TensorSpec], _ modes: Modes
) -> [Tensor] {
  guard modes.isRecording else {
    return outputs.map { $0.blocked(by: modes.recordingOff) }
  }
  let kind = type(of: operation)
  guard kind.whyNotDifferentiable == nil, specs.contains(where: \.dtype.isFloatingPoint) else {
    let why = kind.whyNotDifferentiable ?? "the result is no floating-point tensor"
    let blockage = Blockage(.operation(kind.name, why))
    return outputs.map { $0.blocked(by: blockage) }
  }
  let node = Node(operation, inputs: inputs, outputs: outputs, specs: specs, modulePath: modes.modulePath)
  return outputs.enumerated().map { index, output in
    output.dtype.isFloatingPoint ? output.with(source: GradientSource(node: node, index: index)) : output
  }
}

private func checkRoom(for specs: [TensorSpec], _ operation: any Operation) throws(TensorError) {
  for spec in specs {
    guard spec.shape.checkedElementCount != nil, spec.shape.rank <= Tensor.maximumRank else {
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
  public static let maximumRank = 16
}
