import WeftNN
import WeftTensor

// Which weights and gradients are no finite numbers: what comes of one such number never goes away again.

extension Training {
  /// The first parameter that the trainer's optimizer changes and has a gradient that is not finite; nil where there is
  /// none.
  var brokenGradient: String? {
    first(of: [optimizer]) { $0.grad.map { !$0.detach().isFiniteThroughout } ?? false }
  }

  /// The first parameter that is trained and not finite itself.
  var brokenWeight: String? {
    first(of: [optimizer] + parts.values.compactMap { $0 as? Optimizer }) { !$0.value.isFiniteThroughout }
  }

  private func first(of optimizers: [Optimizer], _ isWanted: (Parameter) -> Bool) -> String? {
    let trained = Set(optimizers.flatMap(\.parameters).map { ObjectIdentifier($0) })
    return ParameterNames(model, NamedParts(parts).models).all.first {
      trained.contains(ObjectIdentifier($0.parameter)) && isWanted($0.parameter)
    }?.name
  }
}

extension Tensor {
  /// The sum of the squares of all elements.
  var squares: Double { noGrad { (self * self).sum().item() } }

  /// Whether every element is a finite number. One pass, as a rule: a second one only where squares overflow.
  var isFiniteThroughout: Bool { squares.isFinite || noGrad { abs().max().item() }.isFinite }
}
