// Compositions that need no operation of their own.

extension Tensor {
  /// Angles in degrees as angles in radians.
  public func degreesToRadians() -> Tensor { self * (Double.pi / 180) }

  /// Angles in radians as angles in degrees.
  public func radiansToDegrees() -> Tensor { self * (180 / Double.pi) }
}
