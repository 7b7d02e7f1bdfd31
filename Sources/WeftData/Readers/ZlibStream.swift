import CZlib

/// One gzip stream of zlib, worked in steps of bounded size.
///
/// A class, with its state on the heap, because zlib's state points back at the `z_stream`, which must not move.
final class ZlibStream {
  struct Step {
    let consumed: Int
    let produced: [UInt8]
    let status: Int32
  }

  /// The most bytes that one step takes or gives.
  static let chunk = 1 << 20

  private let state: UnsafeMutablePointer<z_stream>
  private let isDeflating: Bool
  private let opened: Int32

  /// A stream that decompresses one member.
  init() {
    state = .allocate(capacity: 1)
    state.initialize(to: z_stream())
    isDeflating = false
    opened = weft_gzip_inflate_start(state)
  }

  /// A stream that compresses.
  init(deflatingAt level: Int32) {
    state = .allocate(capacity: 1)
    state.initialize(to: z_stream())
    isDeflating = true
    opened = weft_gzip_deflate_start(state, level)
  }

  deinit {
    if isOpen { _ = isDeflating ? deflateEnd(state) : inflateEnd(state) }
    state.deinitialize(count: 1)
    state.deallocate()
  }

  /// Whether zlib could be set up: false only when memory ran out.
  var isOpen: Bool { opened == Z_OK }

  /// zlib's own words for the last failure.
  var message: String { state.pointee.msg.map { String(cString: $0) } ?? "no message" }

  /// Takes input from `offset` on, at most a chunk of it, and gives at most a chunk of output.
  func step(_ input: [UInt8], from offset: Int, finishing: Bool = false) -> Step {
    guard isOpen else { return Step(consumed: 0, produced: [], status: opened) }
    let available = min(input.count - offset, Self.chunk)
    var status = Z_OK
    let produced = input.withUnsafeBufferPointer { source in
      // zlib reads through a pointer that it declares mutable, and never writes there.
      state.pointee.next_in = source.baseAddress.map { UnsafeMutablePointer(mutating: $0 + offset) }
      state.pointee.avail_in = UInt32(available)
      return [UInt8](unsafeUninitializedCapacity: Self.chunk) { target, count in
        status = run(into: target, flush: finishing ? Z_FINISH : Z_NO_FLUSH)
        count = Self.chunk - Int(state.pointee.avail_out)
      }
    }
    return Step(consumed: available - Int(state.pointee.avail_in), produced: produced, status: status)
  }

  private func run(into target: UnsafeMutableBufferPointer<UInt8>, flush: Int32) -> Int32 {
    state.pointee.next_out = target.baseAddress
    state.pointee.avail_out = UInt32(Self.chunk)
    return isDeflating ? deflate(state, flush) : inflate(state, flush)
  }
}
