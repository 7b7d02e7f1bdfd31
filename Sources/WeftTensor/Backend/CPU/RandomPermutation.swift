import CWeft

/// A permutation of `0 ..< count` that depends on (seed, stream) alone: the order of data in an epoch.
package func randomPermutation(count: Int, seed: UInt64, stream: UInt64) -> [Int] {
  let places = [Int64](unsafeUninitializedCapacity: count) { buffer, filled in
    weft_random_permutation(seed, stream, Int64(count), buffer.baseAddress)
    filled = count
  }
  return places.map(Int.init)
}
