/// One backward pass: the only code that walks the graph. Nodes are visited newest first, so each is reached after
/// everything that used its result. In Weft: `Autograd/Backward.swift`, with hooks, and gradients of chosen tensors.
struct BackwardPass {
  /// Nodes that wait for their turn, the newest last (in Weft a heap), and what has arrived at them so far.
  private var (queue, pending): ([Node], [ObjectIdentifier: Tensor]) = ([], [:])

  mutating func run(from root: Node, seed: Tensor) {
    send(seed, to: root)
    while let node = queue.popLast() { visit(node) }
  }

  private mutating func visit(_ node: Node) {
    guard let gradient = pending.removeValue(forKey: ObjectIdentifier(node)) else { return }
    guard let (operation, saved) = node.recorded else {
      return node.gradient = node.gradient.map { $0 + gradient } ?? gradient
    }
    let gradients = operation.backward(gradient, saved, needs: node.edges.map { $0 != nil })
    for (edge, gradient) in zip(node.edges, gradients) {
      if let edge, let gradient { send(fit(gradient, to: edge.shape), to: edge) }
    }
  }

  /// Adds to what has arrived at a node.
  private mutating func send(_ gradient: Tensor, to node: Node) {
    if let sum = pending.updateValue(gradient, forKey: ObjectIdentifier(node)) {
      pending[ObjectIdentifier(node)] = sum + gradient
    } else {
      queue.insert(node, at: queue.firstIndex { $0.id > node.id } ?? queue.endIndex)
    }
  }

  /// Undoes broadcasting: what was repeated on the way forward is summed on the way back.
  private func fit(_ gradient: Tensor, to shape: [Int]) -> Tensor {
    gradient.shape.count > shape.count ? gradient.sum(to: shape) : gradient.expanded(to: shape)
  }
}

extension Tensor {
  /// Computes the gradient of this number with respect to every leaf it was made from, and adds it to their `grad`. With
  /// `createGraph` the pass is recorded too. In Weft: `Autograd/BackwardCall.swift`.
  package func backward(createGraph: Bool = false) {
    guard values.count == 1, let source else { preconditionFailure("expected a number made from a leaf, got \(self)") }
    Modes.$isRecording.withValue(createGraph) {
      var pass = BackwardPass()
      pass.run(from: source, seed: Tensor([1], shape: shape))
    }
  }
}
