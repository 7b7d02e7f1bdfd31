/// x + v·a·b. Gradients: g, g·v·b, g·v·a.
public struct AddProduct: ElementwiseOperation {
  public static let name = "addProduct"
  public static let operands: Operands = ["x", "a", "b"]
  /// v, the factor of the product.
  public let value: Double
  public var parameters: [Double] { [value] }

  public init(value: Double = 1) { self.value = value }

  public static let defaults: Attributes = ["value": 1.0]

  public static let formula = Formula(inputs: 3, parameters: 1) { x, p in [x[0] + p[0] * x[1] * x[2]] }
  public static let samples = [
    Sample(AddProduct(), .real([2, 3]), .real([2, 3]), .real([2, 3])),
    Sample(AddProduct(value: -0.5), .real([2, 1]), .real([3]), .real([])),
    Sample(AddProduct(value: 3), .integers([3], in: -5..<5), .integers([3], in: -5..<5), .integers([3], in: -5..<5)),
  ]
}

extension Tensor {
  /// This tensor plus `value`·a·b, element by element, broadcast, in one pass (PyTorch's `addcmul`).
  public func addingProduct(_ a: Tensor, _ b: Tensor, value: Double = 1) -> Tensor {
    apply(AddProduct(value: value), [self, a, b])[0]
  }
}
