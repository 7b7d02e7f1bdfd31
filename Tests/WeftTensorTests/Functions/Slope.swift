import WeftTensor

/// The gradient of a number made of `x`.
func slope(at x: Tensor, _ function: (Tensor) throws -> Tensor) throws -> Tensor {
  let leaf = x.requiringGrad()
  return try grad(of: try function(leaf), with: leaf)
}
