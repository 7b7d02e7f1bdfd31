// Writing into memory that exists: for optimizers and running statistics, which own what they change.

extension Tensor {
  /// Gives this tensor memory of its own unless it already is the only one that holds it, so that writing shows nowhere
  /// else.
  package mutating func makeUnique() {
    let isPlain = Layout.denseStrides(shape, order: Layout.memoryOrder(shape, strides)) == strides
    if isPlain && isKnownUniquelyReferenced(&storage) { return storage.contentChanges() }
    let copy = with(source: nil).cloned()
    storage = copy.storage
    strides = copy.strides
    offset = copy.offset
  }

  /// A copy in memory of its own, in the same memory order, outside any graph.
  package func cloned() -> Tensor {
    device.backend.map(Formulas.identity, [], [self], as: [TensorSpec(shape, dtype)])[0]
  }
}

extension Formula {
  /// Evaluates this elementwise formula over `inputs` and writes each output into the memory of a target, in one pass.
  /// A target may be one of the inputs. The caller has made the targets unique.
  package func write(_ parameters: [Double], reading inputs: [Tensor], into targets: [Tensor]) {
    guard let first = targets.first, first.elementCount > 0 else { return }
    for target in targets { target.storage.contentChanges() }
    first.device.backend.map(self, parameters, inputs, into: targets)
  }
}
