import CWeft

// Random numbers on the kernels of weft_index.h.
extension CPUBackend {
  func random(_ distribution: RandomDistribution, _ stream: RandomStream, into target: Tensor) {
    let (seed, offset) = (stream.seed, stream.offset)
    let (count, dtype) = (Int64(target.elementCount), Int32(target.dtype.rawValue))
    let output = target.baseAddress
    switch distribution {
    case .uniform(let low, let high): weft_random_uniform(seed, offset, count, low, high, dtype, output)
    case .normal(let mean, let deviation): weft_random_normal(seed, offset, count, mean, deviation, dtype, output)
    case .bernoulli(let probability): weft_random_bernoulli(seed, offset, count, probability, dtype, output)
    case .integers(let range):
      weft_random_integers(
        seed, offset, count, Int64(range.lowerBound), Int64(range.upperBound), dtype, output)
    case .permutation:
      weft_random_permutation(seed, offset, count, output.assumingMemoryBound(to: Int64.self))
    }
  }
}
