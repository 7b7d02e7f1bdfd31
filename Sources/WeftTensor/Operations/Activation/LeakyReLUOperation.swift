/// x where x > 0, else slope·x. Gradient: g or g·slope (slope at 0). Maas et al. 2013.
public struct LeakyReLUOperation: ElementwiseOperation {
  public static let name = "leakyReLU"
  /// What negative elements are multiplied by.
  public let slope: Double

  public init(slope: Double = 0.01) {
    self.slope = slope
  }

  public static let defaults: Attributes = ["slope": 0.01]

  public var parameters: [Double] { [slope] }
  public static let formula = Formula(
    inputs: 1, parameters: 1,
    derivative: { g, x, _, p in [leak(x[0], g[0], p[0])] },
    { x, p in [leak(x[0], x[0], p[0])] })
  public static var resultType: ElementwiseResult { .floating }
  public static let samples = [
    Sample(LeakyReLUOperation(), .real([2, 3], avoiding: [0])),
    Sample(LeakyReLUOperation(slope: 0.3), .real([4], avoiding: [0])),
  ]
}

extension Tensor {
  /// x where x > 0, else `slope`·x.
  public func leakyReLU(slope: Double = 0.01) -> Tensor { apply(LeakyReLUOperation(slope: slope), [self])[0] }
}
