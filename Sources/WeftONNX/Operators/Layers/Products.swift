import WeftTensor

extension Operator {
  /// Matrix products.
  static let products: [Operator] = [
    Operator("MatMul") { try $0.tensor(0).matmul(try $0.tensor(1)) },
    Operator("Gemm") { try gemm($0) },
    Operator("Einsum") { einsum(try $0.attributes.text("equation", ""), try $0.tensors()) },
    Operator("Det") { try $0.tensor(0).determinant() },
  ]

  static func gemm(_ call: NodeCall) throws -> Tensor {
    var (a, b) = (try call.tensor(0), try call.tensor(1))
    if try call.attributes.flag("transA") { a = a.transposed() }
    let isTransposed = try call.attributes.flag("transB")
    let (alpha, beta) = (try call.attributes.float("alpha", 1), try call.attributes.float("beta", 1))
    let c = try call.tensorIfAny(2)
    if isTransposed, alpha == 1, beta == 1, let c, c.rank == 1, a.dtype.isFloatingPoint, c.shape[0] == b.shape[0] {
      return linear(a, weight: b, bias: c)
    }
    if isTransposed { b = b.transposed() }
    let product = scaled(a.matmul(b), alpha)
    return c.map { product + scaled($0, beta) } ?? product
  }

  /// The same type, also of integers.
  private static func scaled(_ x: Tensor, _ factor: Double) -> Tensor {
    factor == 1 ? x : (x * factor).converted(to: x.dtype)
  }
}
