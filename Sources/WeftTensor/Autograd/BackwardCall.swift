// `backward()` and `grad(of:)`: what the program calls, and what it is told when nothing can come of it.

extension Tensor {
  /// Computes the gradient of this tensor with respect to every leaf it was made from, and adds it to their `grad`.
  ///
  /// - Parameters:
  ///   - gradient: The gradient of the final quantity with respect to this tensor, of its shape. May be left out for
  ///     a single element, where it is 1.
  ///   - retainGraph: Keep what the graph saved, so that another pass can go through it.
  ///   - createGraph: Record this pass too, so that the gradients have gradients.
  public func backward(
    gradient: Tensor? = nil, retainGraph: Bool = false, createGraph: Bool = false, file: StaticString = #fileID,
    line: UInt = #line
  ) {
    let location = CallSite(file: file, line: line)
    do throws(TensorError) {
      let seed = try seed(gradient)
      guard let source else { throw .nothingRecorded(self, at: location) }
      var pass = BackwardPass(
        retainGraph: retainGraph || createGraph, createGraph: createGraph, accumulates: true, location: location)
      _ = try runPass(&pass, from: [source], seeds: [seed])
    } catch {
      report(error.at(location))
    }
  }

  /// What nearly every backward pass starts from.
  private static let one = RunningRecordings.sharing { Tensor(ones: []) }

  /// The gradient to start from: `gradient` if it fits, or 1 for a single element.
  func seed(_ gradient: Tensor?) throws(TensorError) -> Tensor {
    if let gradient {
      guard gradient.shape == shape else {
        throw TensorError(
          .shape, operation: "backward", operands: [("output", spec), ("gradient", gradient.spec)],
          expected: "a gradient of the output's shape \(shape)", got: "\(gradient.shape)")
      }
      return gradient.dtype == dtype ? gradient : gradient.converted(to: dtype)
    }
    guard elementCount == 1 else {
      throw TensorError(
        .shape, operation: "backward", operands: [("output", spec)], expected: "a single element",
        got: "\(elementCount) elements", hint: "reduce to a loss first (`.sum()`, `.mean()`) or pass `gradient:`")
    }
    return dtype == .float32 && rank == 0 ? Self.one : Tensor(ones: shape, dtype: dtype)
  }
}

/// The gradients of `outputs` with respect to `inputs`, without touching anybody's `grad`.
///
/// - Parameters:
///   - seeds: One gradient per output, of its shape; may be left out where each output has a single element.
/// - Returns: One entry per input; nil where no recorded path leads from an output to it.
/// - Throws: `TensorError` if nothing was recorded, a graph was freed already, or a seed does not fit.
public func grad(
  of outputs: [Tensor], with inputs: [Tensor], seeds: [Tensor?]? = nil, retainGraph: Bool = false,
  createGraph: Bool = false, file: StaticString = #fileID, line: UInt = #line
) throws(TensorError) -> [Tensor?] {
  let location = CallSite(file: file, line: line)
  do throws(TensorError) {
    return try gradients(
      of: outputs, with: inputs, seeds: seeds, retainGraph: retainGraph, createGraph: createGraph,
      connects: createGraph, at: location)
  } catch {
    throw error.at(location)
  }
}

private func gradients(
  of outputs: [Tensor], with inputs: [Tensor], seeds: [Tensor?]?, retainGraph: Bool, createGraph: Bool,
  connects: Bool, at location: CallSite
) throws(TensorError) -> [Tensor?] {
  if let seeds, seeds.count != outputs.count {
    throw TensorError(
      .value, operation: "grad", expected: "one seed per output, \(outputs.count)", got: "\(seeds.count)")
  }
  var roots: [GradientSource] = []
  var started: [Tensor] = []
  for (index, output) in outputs.enumerated() {
    let seed = try output.seed(seeds?[index])
    guard let source = output.source else { throw .nothingRecorded(output, at: location) }
    roots.append(source)
    started.append(seed)
  }
  let sources = inputs.map(\.source)
  var pass = BackwardPass(
    retainGraph: retainGraph || createGraph, createGraph: createGraph, accumulates: false, location: location)
  let found = try runPass(&pass, from: roots, seeds: started, wanted: sources.compactMap { $0 })
  var next = found.makeIterator()
  let gradients = sources.map { $0 == nil ? nil : next.next() ?? nil }
  return connects ? zip(gradients, inputs).map { $0?.connected(to: $1) } : gradients
}

/// `grad(of:with:)` to be differentiated again, with each gradient as the rules left it: one that they did not record
/// has no history, which tells a rule that is not made of tensor operations.
func gradientsAsRecorded(
  of output: Tensor, with inputs: [Tensor], seed: Tensor
) throws(TensorError) -> [Tensor?] {
  try gradients(
    of: [output], with: inputs, seeds: [seed], retainGraph: true, createGraph: true, connects: false,
    at: CallSite(file: #fileID, line: #line))
}

extension Tensor {
  /// This gradient of `input` as one that has a derivative by it: where the gradient is the same wherever the input is (as
  /// the second derivative of a square), that is 0, and not an error as for a loss that reaches nothing.
  func connected(to input: Tensor) -> Tensor {
    guard source == nil, input.source != nil, !isInvalid else { return self }
    return enableGrad { Tensor.where(Tensor(false), input, self) }
  }
}

/// The gradient of one output with respect to one input.
public func grad(
  of output: Tensor, with input: Tensor, createGraph: Bool = false, file: StaticString = #fileID, line: UInt = #line
) throws(TensorError) -> Tensor {
  let gradients = try grad(of: [output], with: [input], createGraph: createGraph, file: file, line: line)
  guard let gradient = gradients[0] else {
    let reason = input.requiresGrad ? "not used by the target" : "it requires no gradient"
    throw .missingGradient(
      [("the source", input.spec, reason)], of: 1, blockages: NodeQueue.blockages(under: [output]),
      at: CallSite(file: file, line: line))
  }
  return gradient
}

/// Rules are recorded only where gradients of gradients were asked for, or a transform around may ask for them.
private func runPass(
  _ pass: inout BackwardPass, from roots: [GradientSource], seeds: [Tensor], wanted: [GradientSource] = []
) throws(TensorError) -> [Tensor?] {
  let recording = pass.createGraph || Modes.current.transform != nil
  let result: Result<[Tensor?], TensorError> = Modes.with({ $0.isRecording = recording }) {
    Result { () throws(TensorError) in try pass.run(from: roots, seeds: seeds, wanted: wanted) }
  }
  return try result.get()
}
