// What can be wrong with the inputs of a cross-entropy, and its `Tensor` methods.

extension TensorOperation {
  func checkSmoothing(_ labelSmoothing: Double) throws(TensorError) {
    guard (0...1).contains(labelSmoothing) else {
      throw TensorError(.value, operation: Self.name, expected: "a smoothing in 0 ... 1", got: "\(labelSmoothing)")
    }
  }
}

extension CrossEntropy {
  /// - Parameter given: The labels as the caller gave them, where that was without the axis of classes.
  func check(_ inputs: [TensorSpec], classes axis: Int, given: TensorSpec? = nil) throws(TensorError) {
    let (logits, labels) = (inputs[0], inputs[1])
    let rows = logits.shape.removing(axes: [axis], keepDims: true)
    var operands = [("logits", logits), ("classIndices", given ?? labels)]
    if inputs.count > 2 { operands.append(("weight", inputs[2])) }
    guard labels.dtype.isInteger else {
      throw TensorError(
        .dtype, operation: Self.name, operands: operands, expected: "class indices of an integer type",
        got: "\(labels.dtype)", hint: "class probabilities go to `crossEntropy(probabilities:)`")
    }
    guard labels.shape == rows else {
      throw TensorError(
        .shape, operation: Self.name, operands: operands,
        expected: "one class index per row of logits: shape \(rows) (classes on axis \(axis))", got: "\(labels.shape)",
        hint: "one-hot targets go to `crossEntropy(probabilities:)`")
    }
    guard logits.shape[axis] > 0 else {
      throw TensorError(
        .shape, operation: Self.name, operands: operands, expected: "at least one class (axis \(axis))", got: "none")
    }
    guard inputs.count < 3 || Shape.broadcast(inputs[2].shape, logits.shape) == logits.shape else {
      throw TensorError(
        .shape, operation: Self.name, operands: operands,
        expected: "one weight per class: [\(logits.shape[axis])]", got: "\(inputs[2].shape)")
    }
  }
}

extension Tensor {
  /// The cross-entropy of each row of these logits with a class index, and each row's weight: a weighted mean is
  /// `losses.sum() / weights.sum()`.
  ///
  /// Shape: self [N, classes, ...], `classIndices` [N, ...] (without the axis of classes), both results like
  /// `classIndices`.
  ///
  /// - Parameters:
  ///   - axis: The axis of classes; left out, axis 1, or 0 for a single row.
  ///   - weight: One per class.
  ///   - labelSmoothing: The share ε of the target that is spread over all classes (Szegedy et al. 2015).
  ///   - ignoredIndex: Rows with this index give 0.
  public func crossEntropy(
    classIndices: Tensor, axis: Int? = nil, weight: Tensor? = nil, labelSmoothing: Double = 0, ignoredIndex: Int = -100
  ) -> (losses: Tensor, weights: Tensor) {
    let operation = CrossEntropy(
      axis: axis ?? (rank > 1 ? 1 : 0), labelSmoothing: labelSmoothing, ignoredIndex: ignoredIndex)
    guard let place = shape.axis(operation.axis) else {
      return failed(.axis(operation.axis, rank: rank, operation: CrossEntropy.name))
    }
    guard classIndices.shape == shape.removing(axes: [place], keepDims: false) else {
      return failed(CrossEntropy.labelError(spec, classIndices.spec, place))
    }
    let labels = TensorSpec(shape.removing(axes: [place], keepDims: true), classIndices.dtype)
    do {
      try operation.check([spec, labels], classes: place, given: classIndices.spec)
    } catch {
      return failed(error)
    }
    var inputs = [self, classIndices.unsqueezed(place)]
    if let weight {
      guard weight.shape == [shape[place]] else { return failed(CrossEntropy.weightError(self, weight, place)) }
      inputs.append(weight.reshaped(to: Shape([shape[place]] + Array(repeating: 1, count: rank - 1 - place))))
    }
    let results = apply(operation, inputs)
    return (results[0].squeezed(place), results[3].squeezed(place))
  }

  private func failed(_ error: TensorError) -> (Tensor, Tensor) { (.failed(error), .invalid) }
}

extension CrossEntropy {
  private static let bounds = Formula(inputs: 1, parameters: 1) { x, p in
    let valid = select(x[0] .== p[0], 0, x[0])
    return [valid, valid]
  }

  /// An error that names the worst class indices, if any is out of range.
  package static func rangeError(
    _ labels: Tensor, classCount: Int, _ ignored: Int, operation: String = name
  ) -> TensorError? {
    guard labels.dtype.isInteger, labels.elementCount > 0 else { return nil }
    let axes = Array(0..<labels.rank)
    let spec = TensorSpec(labels.shape.removing(axes: axes, keepDims: true), .int64)
    let found = labels.backend.reduce(
      bounds, [Double(ignored)], by: [.minimum, .maximum], axes: axes, [labels], as: [spec, spec])
    let (smallest, largest) = (found[0].item(as: Int.self), found[1].item(as: Int.self))
    if smallest >= 0 && largest < classCount { return nil }
    let all = labels.scalars(as: Int.self)
    let places = [smallest, largest].map { value in all.firstIndex(of: value).map { "\($0)" } ?? "?" }
    return TensorError(
      .index, operation: operation, operands: [("classIndices", labels.spec)],
      expected: "class indices in 0 ..< \(classCount), or \(ignored), which is ignored",
      got: "smallest \(smallest) (element \(places[0])), largest \(largest) (element \(places[1]))",
      hint: "classes counted from 1, or too few outputs in the last layer?")
  }

  static func labelError(_ logits: TensorSpec, _ labels: TensorSpec, _ axis: Int) -> TensorError {
    let rank = logits.shape.rank
    let hint =
      if labels.shape == logits.shape {
        "one-hot? `classIndices: labels.argMax(axis: \(axis))`, or `probabilities: labels.converted(to: .float32)`"
      } else if axis < rank - 1, labels.shape == logits.shape.removing(axes: [rank - 1], keepDims: false) {
        "classes on the last axis? `axis: -1`"
      } else {
        "one-hot targets go to `crossEntropy(probabilities:)`; `squeezed(_:)` drops an axis"
      }
    return TensorError(
      .shape, operation: name, operands: [("logits", logits), ("classIndices", labels)],
      expected: "one class index per row of logits: shape \(logits.shape.removing(axes: [axis], keepDims: false))",
      got: "\(labels.shape)", hint: hint)
  }

  fileprivate static func weightError(_ logits: Tensor, _ weight: Tensor, _ axis: Int) -> TensorError {
    TensorError(
      .shape, operation: name, operands: [("logits", logits.spec), ("weight", weight.spec)],
      expected: "one weight per class: [\(logits.shape[axis])]", got: "\(weight.shape)")
  }
}
