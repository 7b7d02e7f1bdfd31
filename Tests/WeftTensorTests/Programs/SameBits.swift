import WeftTensor

extension Tensor {
  /// Whether both hold the same bits, or no number in the same places: which NaN a sum of two gives is up to the loop.
  func hasBits(of other: Tensor) -> Bool {
    guard shape == other.shape, dtype == other.dtype else { return false }
    if !dtype.isFloatingPoint { return withUnsafeBytes { mine in other.withUnsafeBytes { mine.elementsEqual($0) } } }
    let (mine, its) = (
      converted(to: .float64).scalars(as: Double.self), other.converted(to: .float64).scalars(as: Double.self)
    )
    return zip(mine, its).allSatisfy { $0.bitPattern == $1.bitPattern || ($0.isNaN && $1.isNaN) }
  }
}
