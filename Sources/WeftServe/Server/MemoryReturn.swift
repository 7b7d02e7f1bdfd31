import Foundation
@_spi(Locks) import WeftTensor

/// Gives memory back to the system that large requests took. The heap would keep it: it lies in pieces between blocks
/// that live on.
final class MemoryReturn: Sendable {
  static let shared = MemoryReturn()
  /// What requests of fewer bytes take, the next ones use again.
  private static let large = 1 << 20
  private static let delay = 1.0
  private let isExpected = Guarded(false)
  /// glibc's `malloc_trim`, which Swift's map of it leaves out; nil with another C library.
  private static let trimHeap = dlsym(nil, "malloc_trim").map {
    unsafeBitCast($0, to: (@convention(c) (Int) -> Int32).self)
  }

  /// Takes note of the bytes of a request that ends. A second later, and once for all that end meanwhile, what is free
  /// goes: by then its answer is written, and under load the work stays small beside the requests'.
  func note(_ byteCount: Int) {
    guard byteCount >= Self.large else { return }
    let isFirst = isExpected.withLock { isExpected in
      defer { isExpected = true }
      return !isExpected
    }
    guard isFirst else { return }
    DispatchQueue.global(qos: .utility).asyncAfter(deadline: .now() + Self.delay) {
      self.isExpected.withLock { $0 = false }
      Memory.trim()
      _ = Self.trimHeap?(0)
    }
  }
}
