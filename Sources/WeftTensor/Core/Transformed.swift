// Note: Transformed tensors
//
// Inside `jvp` and `vmap` a tensor can stand for more than its own values: for a value with its tangent, or for a batch of
// values of which the function sees one. Such a tensor has the shape that the function sees, and holds the tensor behind it:
// the value (which may stand for something itself, of a transform further out), or the whole batch.
//
// Every transform has a level, one more than that of the transform around it. `apply` runs an operation at the highest level
// among its inputs: it takes that level off, lets the transform run the operation on what is behind (`ForwardMode.swift`,
// `Vmap.swift`), which goes through `apply` again, one level down, and puts the level back on the results. So transforms
// nest in any order, and no transform knows of another.
//
// Gradients are recorded at each level by itself: an input of a lower level counts, at this one, as one without history.
// Its own history is recorded below, where the operation runs on what is behind. A leaf made inside a transform is of that
// transform's level, so `vmap` of a gradient differentiates example by example, and the gradient of a `vmap` goes through
// the batch.

/// What stands behind a tensor inside a transform. See `Note: Transformed tensors`.
package final class Transformed: BehindTensor, @unchecked Sendable {
  // Unchecked, as what it is a kind of cannot be checked; nothing in it changes.

  enum Kind: Sendable {
    /// A value with its tangent, of the value's shape and type; nil where it is zero.
    case dual(tangent: Tensor?)
    /// One of a batch: the tensor behind holds them along its first axis, or, where it is the same for all, is it.
    case batch(isBatched: Bool)
  }

  let scope: TransformScope
  let base: Tensor
  let kind: Kind

  init(scope: TransformScope, base: Tensor, kind: Kind) {
    self.scope = scope
    self.base = base
    self.kind = kind
  }
}

/// A transform whose function runs now.
package final class TransformScope: Sendable {
  enum Kind: Sendable {
    case forwardMode
    /// The number of examples.
    case vmap(Int)
  }

  let level: Int
  let kind: Kind
  /// The transform around this one.
  let outer: TransformScope?

  init(_ kind: Kind, inside outer: TransformScope?) {
    self.outer = outer
    level = (outer?.level ?? 0) + 1
    self.kind = kind
  }
}

extension StorageView {
  /// What stands behind it: there is nothing else than these.
  var transformed: Transformed? { behind.map { unsafeDowncast($0, to: Transformed.self) } }
}

extension Tensor {
  /// The level of the transform that this tensor belongs to; 0 for an ordinary one.
  var level: Int { view.transformed?.scope.level ?? 0 }

  /// Whether this stands for nothing but its own elements.
  package var isPlain: Bool { view.behind == nil }

  /// What is behind this tensor in a transform; itself where it belongs to a level below.
  func base(in scope: TransformScope) -> Tensor {
    guard let transformed = view.transformed, transformed.scope === scope else { return self }
    return view.countsAsScalar ? transformed.base.counted(asScalar: true) : transformed.base
  }

  /// This tensor as what is behind a tensor of a transform.
  func transformed(_ scope: TransformScope, _ kind: Transformed.Kind) -> Tensor {
    if isInvalid { return self }
    let transformed = Transformed(scope: scope, base: self, kind: kind)
    // The memory is that of the value, or of the batch's first example: enough for whoever looks at the layout.
    if case .batch(isBatched: true) = kind {
      return Tensor(view: view.dropping(axis: 0, behind: transformed))
    }
    return Tensor(view: view.standing(for: transformed))
  }

  /// The plain tensor behind this one: all examples of a batch, the value of a dual.
  package var everything: Tensor { view.transformed?.base.everything ?? self }

  /// Whether this is one of a batch inside `vmap`: its values are not those of any single tensor.
  package var isBatched: Bool {
    if isPlain { return false }
    var tensor = self
    while let transformed = tensor.view.transformed {
      if case .batch(let isBatched) = transformed.kind, isBatched { return true }
      tensor = transformed.base
    }
    return false
  }

  /// The same value with no tangent and no history in what stands behind it.
  func detachedBehind() -> Tensor {
    guard let transformed = view.transformed else { return self }
    let base = transformed.base.with(source: nil).detachedBehind()
    switch transformed.kind {
    case .dual: return base.transformed(transformed.scope, .dual(tangent: nil)).with(source: source)
    case .batch: return base.transformed(transformed.scope, transformed.kind).with(source: source)
    }
  }

  /// The value alone, for one that is not batched: what can be kept beyond a transform.
  package var plainValue: Tensor { view.transformed.map { $0.base.with(source: nil).plainValue } ?? self }
}
