import CWeft

// Counting and searching on the kernels of weft_index.h.
extension CPUBackend {
  func counts(of values: Tensor, below length: Int) -> Tensor {
    let values = values.contiguous()
    let result = Tensor(zeros: [length], dtype: .int64)
    guard !result.isInvalid else { return result }
    withExtendedLifetime(values) {
      weft_count_integers(Int64(values.elementCount), Self.integers(values), Int64(length), Self.integers(result))
    }
    return result
  }

  func searchSorted(_ lists: Tensor, _ values: Tensor, right: Bool) -> Tensor {
    let (lists, values) = (lists.contiguous(), values.contiguous())
    let result = Tensor(uninitialized: TensorSpec(values.shape, .int64))
    guard !result.isInvalid else { return result }
    let lines = lists.shape.sizes.dropLast().reduce(1, *)
    withExtendedLifetime((lists, values)) {
      weft_search_sorted(
        Int32(values.dtype.rawValue), right, Int64(lines), Int64(lists.shape[-1]), lists.baseAddress,
        Int64(values.elementCount / Swift.max(lines, 1)), values.baseAddress, Self.integers(result))
    }
    return result
  }

  func unique(_ values: Tensor) -> (firsts: Tensor, inverse: Tensor, counts: Tensor)? {
    let (values, count) = (values.contiguous(), values.elementCount)
    let results = (0..<3).map { _ in Tensor(uninitialized: TensorSpec([count], .int64)) }
    guard !results.contains(where: \.isInvalid) else { return nil }
    let found = withExtendedLifetime(values) {
      Int(
        weft_unique(
          Int32(values.dtype.rawValue), Int64(count), values.baseAddress, Self.integers(results[0]),
          Self.integers(results[1]), Self.integers(results[2])))
    }
    guard found >= 0 else { return nil }
    // Copies: a view of a few would keep the memory of all.
    let (firsts, counts) = (results[0].part(0, 0, found).cloned(), results[2].part(0, 0, found).cloned())
    return (firsts, results[1], counts)
  }

  private static func integers(_ tensor: Tensor) -> UnsafeMutablePointer<Int64> {
    tensor.baseAddress.assumingMemoryBound(to: Int64.self)
  }
}
