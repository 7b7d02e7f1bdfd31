import CWeft

/// Looks on at a run: which operation got which tensors and gave which, and what gradient came back to each. For pages
/// that show what happens inside a network; it keeps every value alive and is not for long runs.
///
/// It stands before the evaluator (`Note: The door`), where tensors still have their history.
package final class Tracer: Interpreter {
  /// One call of an operation.
  package struct Call: Sendable {
    package let operation: any TensorOperation
    /// The modules whose forward pass called it, joined by dots.
    package let modulePath: String
    /// The numbers of the tensors that it got and gave.
    package let inputs: [Int]
    package let outputs: [Int]
    package let seconds: Double
  }

  /// A tensor that an operation got or gave.
  package struct Value: Sendable {
    package let tensor: Tensor
    /// Its whole gradient, once a backward pass came by.
    package fileprivate(set) var gradient: Tensor?
  }

  private let state = Guarded(State())

  private struct State {
    var calls: [Call] = []
    var values: [Value] = []
    var numbers: [Key: Int] = [:]
    var handles: [HookHandle] = []
  }

  /// What is the same for one tensor wherever it turns up: its place in the graph, or its view of memory. The tensors are
  /// kept, so that none of these is used for another one.
  private struct Key: Hashable {
    let object: ObjectIdentifier
    let index: Int

    init(_ tensor: Tensor) {
      if let source = tensor.source {
        (object, index) = (ObjectIdentifier(source.node), source.index)
      } else {
        (object, index) = (ObjectIdentifier(tensor.view), -1)
      }
    }
  }

  package init() {}

  /// Runs `body` and looks on.
  package func trace<Result>(_ body: () throws -> Result) rethrows -> Result {
    try Modes.with({ $0.tracer = self }, body)
  }

  /// What a kernel calls for itself is a part of its operation; a loss of several steps is looked at in these.
  func interpret(_ call: WeftTensor.Call) -> [Tensor] {
    if let loss = (call.operation as? any StepwiseLoss)?.inSteps(call.inputs) {
      // The statistics that come with some losses are for their gradients.
      return [loss] + Modes.with({ $0.tracer = nil }) { call.proceed() }.dropFirst()
    }
    let start = weft_clock_nanoseconds()
    let outputs = Modes.with({ $0.tracer = nil }) { call.proceed() }
    let seconds = Double(weft_clock_nanoseconds() - start) * 1e-9
    let inputs = call.inputs.map { number(of: $0) }
    let results = outputs.map { number(of: $0) }
    state.withLock {
      $0.calls.append(
        Call(
          operation: call.operation, modulePath: call.modes.modulePath, inputs: inputs, outputs: results,
          seconds: seconds))
    }
    return outputs
  }

  /// The number of a tensor; one that was not seen before is noted, and so will its gradient be.
  @discardableResult
  package func number(of tensor: Tensor) -> Int {
    let key = Key(tensor)
    let (number, isNew) = state.withLock { state in
      if let known = state.numbers[key] { return (known, false) }
      let number = state.values.count
      state.numbers[key] = number
      state.values.append(Value(tensor: tensor))
      return (number, true)
    }
    guard isNew, tensor.source != nil else { return number }
    let handle = tensor.registerHook { [weak self] gradient in
      self?.state.withLock { $0.values[number].gradient = gradient }
      return nil
    }
    state.withLock { $0.handles.append(handle) }
    return number
  }

  /// The calls in their order.
  package var calls: [Call] { state.withLock { $0.calls } }
  /// The tensors by their numbers.
  package var values: [Value] { state.withLock { $0.values } }

  /// Takes the hooks away from the tensors that outlive the run.
  package func finish() {
    let handles = state.withLock { state in
      defer { state.handles = [] }
      return state.handles
    }
    for handle in handles { handle.remove() }
  }
}
