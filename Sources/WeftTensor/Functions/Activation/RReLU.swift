extension Tensor {
  /// x where x ≥ 0, else s·x with a slope s drawn evenly from `lower ..< upper` for each element (Xu et al., 2015). Outside
  /// of training PyTorch takes the mean slope: `leakyReLU(slope: (lower + upper) / 2)`.
  public func rrelu(lower: Double = 1.0 / 8, upper: Double = 1.0 / 3, stream: RandomStream) -> Tensor {
    let slopes = Tensor(uniform: shape, low: lower, high: upper, dtype: dtype.floating, using: stream)
    return Tensor.where(self .>= 0, self, self * slopes)
  }
}
