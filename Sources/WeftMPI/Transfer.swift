import CMPI
import Foundation

/// Memory that MPI reads and writes while a collective is under way.
final class TransferMemory: @unchecked Sendable {
  // Unchecked: it belongs to whoever began the collective, and to MPI until that is over.
  let bytes: UnsafeMutableRawBufferPointer

  init(count: Int) { bytes = .allocate(byteCount: max(1, count), alignment: 64) }

  deinit { bytes.deallocate() }
}

/// A collective under way: first it is compared between the ranks, then its data moves.
final class Transfer: @unchecked Sendable {
  // Unchecked: what the waiting thread looks at changes under the progress's lock; the rest is the progress's own.
  enum Stage { case queued, comparing, compared, moving, done }

  var collective: Collective
  /// Begins to move the data; holds the memory that MPI reads and writes.
  let start: (UnsafeMutablePointer<cmpi_request?>) -> Int32
  var stage = Stage.queued
  var request: cmpi_request?
  /// The digest and its negative: after the largest of all are taken, they are still that where all are alike.
  let digest = UnsafeMutablePointer<Int64>.allocate(capacity: 2)
  let submitted = Transfer.now
  /// Whether the thread that waits may go on.
  var isOver = false

  init(_ collective: Collective, _ start: @escaping (UnsafeMutablePointer<cmpi_request?>) -> Int32) {
    (self.collective, self.start) = (collective, start)
  }

  deinit { digest.deallocate() }

  func compare() -> Int32 {
    digest[0] = collective.digest
    digest[1] = -collective.digest
    stage = .comparing
    return cmpi_start_reduce(digest, 2, CMPI_INT64, CMPI_MAX, collective.lane.check, &request)
  }

  var isSame: Bool { digest[0] == -digest[1] }

  func move() -> Int32 {
    stage = .moving
    return start(&request)
  }

  /// Whether the call under way is over.
  func test() throws(MPIError) -> Bool {
    var isDone: Int32 = 0
    try check(cmpi_test(&request, &isDone), "\(collective)")
    return isDone != 0
  }

  static var now: Double { ProcessInfo.processInfo.systemUptime }
}

/// - Throws: `MPIError` where a call of MPI gave an error.
func check(_ error: Int32, _ call: String) throws(MPIError) {
  guard error != 0 else { return }
  var text = [CChar](repeating: 0, count: 300)
  cmpi_describe(error, &text, text.count)
  let words = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
  throw .failed(call, String(decoding: words, as: UTF8.self))
}
