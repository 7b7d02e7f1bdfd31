/// The Fourier transforms that a device computes.
protocol FourierBackend {
  /// The discrete transforms of complex rows [..., n, 2] (real and imaginary parts), each number times `scale`; nil where
  /// memory ran out or a row is too long.
  func fourier(_ input: Tensor, inverse: Bool, scale: Double) -> Tensor?
  /// The elements 0 through n/2 of the forward transforms of real rows [..., n], as pairs.
  func realFourier(_ input: Tensor, scale: Double) -> Tensor?
  /// The transforms, real rows [..., count], of rows that begin with the pairs [..., count/2 + 1, 2] and go on with
  /// their mirror images, conjugate.
  func mirroredFourier(_ input: Tensor, count: Int, inverse: Bool, scale: Double) -> Tensor?
}
