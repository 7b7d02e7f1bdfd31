import CWeft
import Synchronization

/// A value behind a lock: a `Mutex` of which the thread sanitizer sees who held it before whom. By itself it does not
/// where threads wait for each other, which a `Mutex` leaves to the system's kernel.
///
/// For the targets of this package: a `package` symbol would not be specialized for them, and cost ten times as much.
@_spi(Locks) public struct Guarded<Value: ~Copyable>: ~Copyable {
  @usableFromInline let mutex: Mutex<Value>

  @inlinable public init(_ value: consuming sending Value) { mutex = Mutex(value) }

  /// Runs `body` with the value, which nobody else sees meanwhile.
  @inlinable public borrowing func withLock<Result: ~Copyable, Failure: Error>(
    _ body: (inout sending Value) throws(Failure) -> sending Result
  ) throws(Failure) -> sending Result {
    let place = withUnsafePointer(to: mutex) { UnsafeRawPointer($0) }
    return try mutex.withLock { value throws(Failure) in
      weft_sanitizer_acquire(place)
      defer { weft_sanitizer_release(place) }
      return try body(&value)
    }
  }
}

@_spi(Locks) extension Guarded: Sendable where Value: ~Copyable {}
