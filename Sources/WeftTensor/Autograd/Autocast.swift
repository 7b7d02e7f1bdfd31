// Note: Autocast
//
// Products cost half in bfloat16 and lose nothing that training would miss, as they add up in float32; other operations
// gain little and may lose much. So the type is chosen for each operation, by its `autocastRule`, where `apply` hands it
// its operands: the rule for all is in this file, and no operation converts anything.
//
// A cast operand keeps the source of the original. The engine brings a gradient to the type of the tensor it is the
// gradient of (`BackwardPass.fit`), and what a rule reads again is the cast it was computed from, so nothing is recorded
// for a cast. Parameters stay in float32; so do their gradients, which products give in float32 directly, and sums of them.
//
// PyTorch's lists for the CPU are followed, but for operations that PyTorch leaves in bfloat16 on the CPU and runs in
// float32 on other devices: exponentials, logarithms, powers, softmax and the reductions that add or multiply run in
// float32 here. Normalizations keep to the type they get, with statistics in float32, as in PyTorch on the CPU. Recurrent
// layers run in float32, where PyTorch lowers them: their kernels compute in it in any case.

/// The type an operation computes in inside `autocast`. Operands of float64, integers and bool are never cast.
public enum AutocastRule: Sendable, Hashable {
  /// In the scope's type: products and convolutions. What they add up is added in float32.
  case lower
  /// In float32: losses, sums, exponentials, and others that would lose by a short type.
  case float32
  /// In the type of its operands, mixed ones in the widest: everything else.
  case asGiven
}

/// Runs `body` with mixed precision: products and convolutions take their float32 operands as `dtype` and give `dtype`,
/// losses and sums run in float32, everything else in the type it gets. Parameters, their gradients and the optimizer
/// stay in float32.
///
/// ```swift
/// let loss = autocast { crossEntropy(model(images), classIndices: labels) }
/// loss.backward()
/// optimizer.step()
/// ```
/// Put the forward pass and the loss inside; a backward pass needs no scope, since it computes in the types of the forward
/// pass. What a leaf was cast to is kept for the scope, so that a weight used many times is cast once. As PyTorch's
/// `torch.autocast`; see `AutocastRule` for what is cast, and `Note: Autocast` for where the two differ.
///
/// - Parameter dtype: `.bfloat16`, or nil for none: inside another scope, `autocast(nil)` turns it off.
///
/// Misuse: any other type. (Gradients would underflow in float16 unless losses were scaled.)
public func autocast<Result>(_ dtype: DType? = .bfloat16, _ body: () throws -> Result) rethrows -> Result {
  if let dtype, dtype != .bfloat16 {
    report(
      TensorError(
        .dtype, operation: "autocast", expected: "bfloat16, or nil for no casts", got: "\(dtype)",
        hint: dtype == .float16 ? "gradients underflow in float16; bfloat16 has float32's range" : ""))
    return try body()
  }
  if Modes.current.autocast?.dtype == dtype { return try body() }
  return try Modes.with({ $0.autocast = dtype.map(AutocastScope.init) }, body)
}

/// One `autocast`: its type, and what it has cast.
package final class AutocastScope: Interpreter {
  let dtype: DType
  /// What leaves were cast to. The original is held, so that a write to it goes to memory of its own: what is here can
  /// never be out of date.
  private let casts = Guarded<[ObjectIdentifier: (original: Tensor, cast: Tensor)]>([:])

  init(_ dtype: DType) { self.dtype = dtype }

  /// Applies an operation to its operands as its rule wants them. What it does inside is not cast again.
  func interpret(_ call: Call) -> [Tensor] {
    Modes.with({ $0.autocast = nil }) {
      apply(call.operation, operands(call.inputs, by: type(of: call.operation).autocastRule))
    }
  }

  /// Lets go of what was cast: parameters are about to change, and are to do so in place.
  func forget() {
    let dropped = casts.withLock { casts in
      defer { casts = [:] }
      return casts
    }
    _ = dropped  // freed outside the lock
  }

  private func operands(_ inputs: [Tensor], by rule: AutocastRule) -> [Tensor] {
    switch rule {
    case .asGiven: inputs
    case .float32: inputs.map { cast($0, to: .float32) }
    // A float64 operand would bring the others back to float64, rounded.
    case .lower: inputs.contains { $0.dtype == .float64 } ? inputs : inputs.map { cast($0, to: dtype) }
    }
  }

  private func cast(_ tensor: Tensor, to dtype: DType) -> Tensor {
    guard tensor.dtype.isFloatingPoint, tensor.dtype != dtype, tensor.dtype != .float64, !tensor.isWeakScalar else {
      return tensor
    }
    guard let source = tensor.source, source.node.isLeaf else { return tensor.recast(to: dtype) }
    let key = ObjectIdentifier(source.node)
    if let known = casts.withLock({ $0[key] }), known.cast.dtype == dtype, known.original.view === tensor.view {
      return known.cast
    }
    let cast = tensor.recast(to: dtype)
    casts.withLock { $0[key] = (tensor, cast) }
    return cast
  }
}

extension Tensor {
  /// The same values in another floating-point type, at the same place of the graph.
  fileprivate func recast(to dtype: DType) -> Tensor { with(source: nil).converted(to: dtype).with(source: source) }

  /// This tensor as an operation of rule `.float32` would get it: for composites that are to run so as a whole.
  package var uncast: Tensor {
    Modes.current.autocast != nil && dtype.isHalf ? converted(to: .float32) : self
  }
}
