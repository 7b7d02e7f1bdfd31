// Functions of functions: derivatives of Swift functions over tensors, to any order, by the same walk as `backward()`.

/// The value of `function` at `inputs` and a function from an output gradient to the inputs' gradients: the
/// vector-Jacobian product, vᵀJ. It may be called any number of times.
public func vjp(
  at inputs: [Tensor], _ function: ([Tensor]) throws -> Tensor
) rethrows -> (value: Tensor, pullback: (Tensor) throws -> [Tensor]) {
  let leaves = inputs.map { $0.recordedLeaf() }
  let value = try enableGrad { try function(leaves) }
  return (
    value,
    { seed in
      guard value.requiresGrad else { return leaves.map { $0.zerosLike() } }
      let gradients = try grad(of: [value], with: leaves, seeds: [seed], createGraph: true)
      return zip(gradients, leaves).map { $0 ?? $1.zerosLike() }
    }
  )
}

/// The same for a function with several results: the pullback takes a gradient for each of them, of its shape.
public func vjp(
  at inputs: [Tensor], _ function: ([Tensor]) throws -> [Tensor]
) rethrows -> (values: [Tensor], pullback: ([Tensor]) throws -> [Tensor]) {
  let leaves = inputs.map { $0.recordedLeaf() }
  let values = try enableGrad { try function(leaves) }
  return (
    values,
    { seeds in
      guard seeds.count == values.count else {
        throw TensorError(
          .value, operation: "vjp", expected: "one gradient per result, \(values.count)", got: "\(seeds.count)")
      }
      for (value, seed) in zip(values, seeds) where !value.requiresGrad { _ = try value.seed(seed) }
      let recorded = values.indices.filter { values[$0].requiresGrad }
      guard !recorded.isEmpty else { return leaves.map { $0.zerosLike() } }
      let gradients = try grad(
        of: recorded.map { values[$0] }, with: leaves, seeds: recorded.map { seeds[$0] }, createGraph: true)
      return zip(gradients, leaves).map { $0 ?? $1.zerosLike() }
    }
  )
}

/// The value of a scalar function and its gradients at `inputs`.
public func valueAndGrad(
  at inputs: [Tensor], createGraph: Bool = false, _ function: ([Tensor]) throws -> Tensor
) throws -> (value: Tensor, gradients: [Tensor]) {
  let leaves = inputs.map { $0.recordedLeaf() }
  let value = try enableGrad { try function(leaves) }
  let gradients = try grad(of: [value], with: leaves, createGraph: createGraph)
  return (value, zip(gradients, leaves).map { $0 ?? $1.zerosLike() })
}

/// The value of a scalar function of one tensor and its gradient.
public func valueAndGrad(
  at input: Tensor, createGraph: Bool = false, _ function: (Tensor) throws -> Tensor
) throws -> (value: Tensor, gradient: Tensor) {
  let (value, gradients) = try valueAndGrad(at: [input], createGraph: createGraph) { try function($0[0]) }
  return (value, gradients[0])
}

/// The gradient of a scalar function of one tensor, as a function: `grad(of: f)(x)`. Applied twice, the second
/// derivative.
public func grad(of function: @escaping (Tensor) throws -> Tensor) -> (Tensor) throws -> Tensor {
  { input in try valueAndGrad(at: input, createGraph: true, function).gradient }
}

/// The gradients of a scalar function of several tensors, as a function: `vmap(grad(of: f))` gives them for each example.
public func grad(of function: @escaping ([Tensor]) throws -> Tensor) -> ([Tensor]) throws -> [Tensor] {
  { inputs in try valueAndGrad(at: inputs, createGraph: true, function).gradients }
}

/// All partial derivatives of `function` at `input`.
///
/// Shape: the output's axes, then the input's.
public func jacobian(at input: Tensor, _ function: (Tensor) throws -> Tensor) throws -> Tensor {
  let (value, pullback) = try vjp(at: [input]) { try function($0[0]) }
  let rows = try (0..<value.elementCount).map { element in
    try pullback(Tensor.basis(element, like: value))[0].reshaped(to: [1] + input.shape)
  }
  guard !rows.isEmpty else { return Tensor(zeros: value.shape + input.shape, dtype: input.dtype) }
  return concatenated(rows, axis: 0).reshaped(to: value.shape + input.shape)
}

/// All partial derivatives of `function` at `input`, a column for each element of the input, all at once in forward mode:
/// the cheaper way where there are fewer inputs than outputs. Every operation inside needs a rule for batches (`vmap`).
///
/// Shape: the output's axes, then the input's.
public func forwardJacobian(at input: Tensor, _ function: (Tensor) throws -> Tensor) throws -> Tensor {
  let count = input.elementCount
  guard count > 0 else {
    return Tensor(zeros: try function(input).shape + input.shape, dtype: input.dtype)
  }
  let directions = Tensor(eye: count, dtype: input.dtype).reshaped(to: [count] + input.shape)
  let columns = try vmap(over: [directions], outputAxis: -1) { direction -> [Tensor] in
    try jvp(at: [input], along: direction) { [try function($0[0])] }.tangents
  }[0]
  return columns.reshaped(to: Shape(columns.shape.sizes.dropLast()) + input.shape)
}

/// All second partial derivatives of a scalar function at `input`.
///
/// Shape: the input's axes, twice.
public func hessian(at input: Tensor, _ function: @escaping (Tensor) throws -> Tensor) throws -> Tensor {
  try jacobian(at: input, grad(of: function))
}

extension Tensor {
  /// Zeros of this shape with a one at the element with this row-major place.
  static func basis(_ element: Int, like tensor: Tensor) -> Tensor {
    var values = Array(repeating: 0.0, count: tensor.elementCount)
    values[element] = 1
    return Tensor(values, shape: tensor.shape, dtype: tensor.dtype)
  }
}

extension Shape {
  /// The axes of `a`, then those of `b`.
  public static func + (a: Shape, b: Shape) -> Shape { Shape(a.sizes + b.sizes) }
}
