import WeftTensor

/// w / σ(w), σ being the largest singular value of the weight as a matrix: the layer stretches no input by more than 1
/// (Miyato et al., 2018).
///
/// σ = uᵀ·w·v with vectors u and v that each use in training brings nearer to the singular ones (power iteration); they are
/// kept in the buffers `0._u` and `0._v`, as PyTorch does. No gradient flows through them.
///
/// A weight of zeros stays zeros, with the gradient of a weight that is used as it is, and leaves u and v alone. (PyTorch
/// gives NaN, from then on.)
public final class SpectralNorm: Parametrization {
  /// w, the weight before the division: what is learned.
  public let original: Parameter
  /// u, [rows], of length 1.
  public let left: Buffer
  /// v, [columns], of length 1.
  public let right: Buffer
  /// How many iterations each use in training makes.
  public let powerIterations: Int
  /// The least length that u and v are divided by.
  public let epsilon: Double
  /// The axis that is the matrix's rows.
  public let axis: Int

  init(of parameter: Parameter, axis: Int, powerIterations: Int, epsilon: Double) {
    (self.axis, self.powerIterations, self.epsilon) = (axis, powerIterations, epsilon)
    original = Parameter(parameter.value)
    let matrix = Self.matrix(parameter.value, axis)
    left = Buffer(Tensor(normal: [matrix.shape[0]], dtype: matrix.dtype).unit(epsilon))
    right = Buffer(Tensor(normal: [matrix.shape[1]], dtype: matrix.dtype).unit(epsilon))
    super.init()
    iterate(matrix, 15)
  }

  public override var properties: [(name: String, value: Any)] {
    // A vector is divided by its length: there is nothing to keep.
    original.shape.rank == 1 ? [("original", original)] : [("original", original), ("0._u", left), ("0._v", right)]
  }

  override func value() -> Tensor {
    let weight = original.tensor
    if weight.rank == 1 { return weight.unit(epsilon) }
    let matrix = Self.matrix(weight, axis)
    var (left, right) = (Tensor?.none, Tensor?.none)
    if isTraining, !Modes.current.isRecomputing {
      self.left.changing {
        iterate(matrix.detach(), powerIterations)
        (left, right) = (self.left.value, self.right.value)
      }
    }
    let size = matmul(left ?? self.left.value, matmul(matrix, right ?? self.right.value))
    return weight / Tensor.where(size .== 0, 1, size)
  }

  override func assign(_ tensor: Tensor) { original.value = tensor }

  private func iterate(_ matrix: Tensor, _ count: Int) {
    guard original.shape.rank > 1 else { return }
    for _ in 0..<count {
      turn(left, to: matmul(matrix, right.value))
      turn(right, to: matmul(left.value, matrix))
    }
  }

  /// Gives a vector the direction of another; the one it has, where the other has none.
  private func turn(_ vector: Buffer, to other: Tensor) {
    let length = other.norm()
    let unit = Tensor.where(length .== 0, vector.value, other / length.clamped(low: epsilon))
    vector.value = unit.detach().converted(to: vector.value.dtype)
  }

  private static func matrix(_ weight: Tensor, _ axis: Int) -> Tensor {
    weight.rank == 1 ? weight.unsqueezed(1) : weight.movedAxis(axis, to: 0).flattened(from: 1)
  }
}

extension Tensor {
  /// This vector at length 1.
  fileprivate func unit(_ epsilon: Double) -> Tensor { self / norm().clamped(low: epsilon) }
}

extension Module {
  /// Divides the weight `name` by its largest singular value at each use; see `SpectralNorm`.
  ///
  /// ```swift
  /// let layer = Conv2d(3, 64, kernelSize: 3).spectrallyNormalized()
  /// ```
  /// - Parameters:
  ///   - powerIterations: How often each use in training improves the estimate.
  ///   - axis: The axis of outputs; left out, 1 for transposed convolutions and 0 for all else.
  @discardableResult
  public func spectrallyNormalized(
    _ name: String = "weight", powerIterations: Int = 1, epsilon: Double = 1e-12, axis: Int? = nil
  ) -> Self {
    parametrize(name, "spectrallyNormalized") { parameter in
      let axis = axis ?? (self is ConvolutionTransposedLayer ? 1 : 0)
      if parameter.shape.axis(axis) == nil {
        report(
          TensorError(
            .axis, operation: "spectrallyNormalized", operands: [(name, parameter.tensor.spec)],
            expected: "an axis of the parameter", got: "\(axis)"))
      }
      return SpectralNorm(
        of: parameter, axis: parameter.shape.axis(axis) ?? 0, powerIterations: powerIterations, epsilon: epsilon)
    }
    return self
  }
}
