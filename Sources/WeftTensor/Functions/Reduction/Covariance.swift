extension Tensor {
  /// The covariances of variables (rows) over observations (columns).
  ///
  /// Shape: [variables, observations] to [variables, variables]; of one variable, [observations] or [1, observations],
  /// to [].
  /// - Parameters:
  ///   - correction: What is taken off the number of observations that is divided by.
  ///   - frequencies: How often each observation was made (integers).
  ///   - weights: How much each observation counts.
  public func covariance(correction: Double = 1, frequencies: Tensor? = nil, weights: Tensor? = nil) -> Tensor {
    guard rank <= 2 else {
      return .failed(
        TensorError(
          .shape, operation: "covariance", operands: [("tensor", spec)],
          expected: "observations of one variable, or [variables, observations]", got: "\(shape)"))
    }
    let x = asVariables
    if let wrong = [frequencies, weights].compactMap({ $0 }).first(where: { $0.shape != [x.shape[1]] }) {
      return .failed(.shapeOf("covariance", "one weight for each of \(x.shape[1]) observations", wrong.spec))
    }
    let given = [frequencies, weights].compactMap { $0?.converted(to: dtype.floating) }
    let all = given.reduce(Tensor(ones: [x.shape[1]], dtype: dtype.floating)) { $0 * $1 }
    let total = all.sum()
    let centered = x - ((x * all).sum(axis: 1, keepDims: true) / total)
    let lost = weights.map { (all * $0.converted(to: dtype.floating)).sum() / total * correction }
    let divisor = (total - (lost ?? Tensor(correction, dtype: dtype.floating))).clamped(low: 0)
    let result = centered.matmul((centered * all).transposed()) / divisor
    return x.shape[0] == 1 ? result.reshaped(to: []) : result
  }

  /// [variables, observations]: of one variable, or of one observation of it, too.
  private var asVariables: Tensor { rank == 2 ? self : reshaped(to: [1, elementCount]) }

  /// The correlation coefficients of variables (rows) over observations (columns), in -1 ... 1.
  ///
  /// Shape: [variables, observations] to [variables, variables]; of one variable, [observations] or [1, observations],
  /// to [].
  public func correlation() -> Tensor {
    guard rank <= 2 else {
      return .failed(
        .shapeOf("correlation", "observations of one variable, or [variables, observations]", spec))
    }
    // Of vectors of length 1, whose products stay in range whatever the variables' units are.
    let variables = asVariables
    let x = variables.shape[1] > 0 ? variables / variables.unitOfNorms(axes: [1]) : variables
    // Means of nothing are NaN, and so is what is made of them.
    let mean = x.mean(axis: 1, keepDims: true)
    let centered = x.shape[1] > 0 ? x - mean : mean
    let units = centered / centered.norm(axis: 1, keepDims: true)
    let result = units.matmul(units.transposed()).clamped(low: -1, high: 1)
    return x.shape[0] == 1 ? result.reshaped(to: []) : result
  }
}

extension TensorError {
  /// A tensor of the wrong shape.
  static func shapeOf(_ operation: String, _ expected: String, _ got: TensorSpec) -> TensorError {
    TensorError(.shape, operation: operation, operands: [("tensor", got)], expected: expected, got: "\(got.shape)")
  }
}
