import CWeft
import Glibc

extension Tensor {
  /// Numbers of Poisson distributions with the mean that each element of `rates` names, in its type: the quantile of
  /// one uniform number each, found in about √rate steps.
  ///
  /// - Parameter stream: Where the numbers come from; left out, the next stream of the process-wide generator.
  public init(poisson rates: Tensor, using stream: RandomStream = Random.nextStream()) {
    let isFit = (rates .>= 0).logicalAnd(rates .< 0x1p40)
    if let error = rates.refusal(
      by: "poisson", "rates", in: "0 ..< 2⁴⁰", isFit, kinds: [("too large", rates .>= 0x1p40)])
    {
      self = .failed(error)
      return
    }
    let wanted = rates.scalars(as: Double.self)
    let uniform = Tensor(uniform: rates.shape, dtype: .float64, using: stream).scalars(as: Double.self)
    let numbers = zip(uniform, wanted).map { Poisson(rate: $1).quantile($0) }
    self.init(numbers, shape: rates.shape, dtype: rates.dtype)
  }
}

private struct Poisson {
  let rate: Double

  /// The smallest k whose P(number ≤ k) is above `probability`, from the mean up or down.
  func quantile(_ probability: Double) -> Double {
    guard rate > 0 else { return 0 }
    var k = rate.rounded(.down)
    var share = exp(k * log(rate) - rate - weft_log_gamma(k + 1))
    var below = weft_gamma_upper(k + 1, rate)
    while k > 0, probability < below - share {
      below -= share
      share *= k / rate
      k -= 1
    }
    while probability >= below, share > 0 {
      k += 1
      share *= rate / k
      below += share
    }
    return k
  }
}
