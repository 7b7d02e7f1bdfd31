/// Records the tensors whose gradients will be asked for, in the manner of TensorFlow's tape: a thin layer over the
/// same graph that `backward()` walks.
///
/// ```swift
/// let tape = GradientTape()
/// let x = tape.watch(Tensor([3.0]))
/// let y = tape.record { (x * x).sum() }
/// let slope = try tape.gradient(of: y, with: x)   // [6]
/// ```
public final class GradientTape: Sendable {
  /// What stands for the gradient of a source the target does not depend on.
  public enum Unconnected: Sendable {
    /// An error that names the source.
    case `throw`
    /// No gradient.
    case `nil`
    /// Zeros of the source's shape.
    case zero
  }

  /// Whether gradients may be asked for more than once.
  public let isPersistent: Bool
  private let isUsed = Guarded(false)

  /// - Parameter persistent: Whether gradients may be asked for more than once.
  public init(persistent: Bool = false) { isPersistent = persistent }

  /// The same values as a source of gradients: use the result in place of `tensor`.
  public func watch(_ tensor: Tensor) -> Tensor { tensor.requiresGrad ? tensor : tensor.requiringGrad() }

  /// Runs `body` with recording on, whatever surrounds it.
  public func record<Result>(_ body: () throws -> Result) rethrows -> Result {
    try Modes.with({ $0.isRecording = true }, body)
  }

  /// The gradients of a target with respect to each source.
  /// - Throws: `TensorError` if a source is unconnected (unless told otherwise), nothing was recorded, or a tape that is
  ///   not persistent is asked twice.
  public func gradient(
    of target: Tensor, with sources: [Tensor], seed: Tensor? = nil, createGraph: Bool = false,
    file: StaticString = #fileID, line: UInt = #line
  ) throws(TensorError) -> [Tensor] {
    try gradients(
      of: [target], with: sources, seeds: [seed], unconnected: .throw, createGraph: createGraph,
      file: file, line: line
    ).compactMap { $0 }
  }

  /// The gradient of a target with respect to one source.
  /// - Throws: `TensorError` as for several sources.
  public func gradient(
    of target: Tensor, with source: Tensor, seed: Tensor? = nil, createGraph: Bool = false,
    file: StaticString = #fileID, line: UInt = #line
  ) throws(TensorError) -> Tensor {
    try gradient(of: target, with: [source], seed: seed, createGraph: createGraph, file: file, line: line)[0]
  }

  /// The gradients of the sum of several targets with respect to each source.
  ///
  /// - Parameters:
  ///   - seeds: One gradient per target, of its shape; nil for 1 where a target has a single element.
  ///   - unconnected: What stands for a source that no target depends on.
  public func gradients(
    of targets: [Tensor], with sources: [Tensor], seeds: [Tensor?]? = nil, unconnected: Unconnected = .throw,
    createGraph: Bool = false, file: StaticString = #fileID, line: UInt = #line
  ) throws(TensorError) -> [Tensor?] {
    if isUsed.withLock({ $0 }) && !isPersistent {
      throw TensorError(
        .graphFreed, operation: "GradientTape", expected: "one request for gradients", got: "a second one",
        hint: "`GradientTape(persistent: true)` keeps what it recorded"
      ).at(CallSite(file: file, line: line))
    }
    let found = try grad(
      of: targets, with: sources, seeds: seeds, retainGraph: isPersistent, createGraph: createGraph, file: file,
      line: line)
    isUsed.withLock { $0 = true }  // not before: a request that failed may be repeated
    guard unconnected == .throw else {
      return unconnected == .nil ? found : zip(found, sources).map { $0 ?? $1.zerosLike() }
    }
    try Self.requireAll(found, sources, targets, at: CallSite(file: file, line: line))
    return found
  }

  private static func requireAll(
    _ gradients: [Tensor?], _ sources: [Tensor], _ targets: [Tensor], at location: CallSite
  ) throws(TensorError) {
    let missing = gradients.indices.filter { gradients[$0] == nil }
    guard !missing.isEmpty else { return }
    let reasons = missing.map { index in
      let source = sources[index]
      let reason =
        source.requiresGrad
        ? "not used by the target" : "never watched (`watch` returns the tensor to use and to ask for)"
      return (name: "source \(index)", spec: source.spec, reason: reason)
    }
    throw .missingGradient(
      reasons, of: sources.count, blockages: NodeQueue.blockages(under: targets), at: location)
  }
}

/// Runs `body` with a fresh tape and recording on.
public func withGradientTape<Result>(
  persistent: Bool = false, _ body: (GradientTape) throws -> Result
) rethrows -> Result {
  let tape = GradientTape(persistent: persistent)
  return try tape.record { try body(tape) }
}
