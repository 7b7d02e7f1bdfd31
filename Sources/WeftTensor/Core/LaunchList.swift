import CWeft

/// Calls of kernels, noted as operations ran, that can be made again with nothing but the addresses of their operands.
///
/// What an operation decides by shapes, types and strides is in its calls. Where it decided by numbers, it asked a
/// `Backend` for a condition, which is looked at again, or it looked for itself, and then there are no notes.
final class LaunchList {
  private let list: OpaquePointer

  /// Nil where there is no memory.
  init?() {
    guard let list = weft_launch_list_create() else { return nil }
    self.list = list
  }

  deinit {
    var count: Int64 = 0
    let blocks = weft_launch_kept(list, &count)
    for block in UnsafeBufferPointer(start: blocks, count: Int(count)) {
      MemoryPool.shared.release(block.block, capacity: Int(block.capacity))
    }
    weft_launch_list_destroy(list)
  }

  /// How many calls are noted.
  var count: Int { Int(weft_launch_count(list)) }

  /// Runs `body` and tells which calls of kernels were all that it did; nil where it did more, or what cannot be noted.
  func notes(of body: () -> Void) -> Range<Int>? {
    let first = count
    weft_launch_begin(list)
    body()
    return weft_launch_end(list) ? first..<count : nil
  }

  /// Makes calls again. Returns the number of the first that did not go as it went before; nil where all did.
  func run(_ calls: Range<Int>) -> Int? {
    let stop = Int(weft_launch(list, Int64(calls.lowerBound), Int64(calls.upperBound)))
    return stop == calls.upperBound ? nil : stop
  }

  /// The memory that went away while notes were taken, and stays as long as the list.
  var keptMemory: [UnsafeRawBufferPointer] {
    var count: Int64 = 0
    let blocks = weft_launch_kept(list, &count)
    return UnsafeBufferPointer(start: blocks, count: Int(count)).map {
      UnsafeRawBufferPointer(start: $0.block, count: Int($0.capacity))
    }
  }

  /// Where the calls keep the addresses of elements.
  var addresses: [UnsafeMutablePointer<UnsafeMutableRawPointer?>] {
    var count: Int64 = 0
    let addresses = weft_launch_addresses(list, &count)
    return UnsafeBufferPointer(start: addresses, count: Int(count)).compactMap { $0 }
  }

  /// Forgets what stands for the content of weights, where `isFixed` does not know their memory as never written: later
  /// runs find other numbers there.
  func forgetContents(unless isFixed: (UnsafeMutableRawPointer) -> Bool) {
    var count: Int64 = 0
    let contents = weft_launch_contents(list, &count)
    for entry in UnsafeBufferPointer(start: contents, count: Int(count)) {
      if let weight = entry.weight.pointee, isFixed(weight) { continue }
      entry.content.pointee = 0
    }
  }

  /// To be called where what is done depends on numbers: notes that this thread takes, if any, are worth nothing then.
  static func refuse() { weft_launch_refuse() }

  /// Whether memory that is let go stays, since this thread takes notes of calls that may use it.
  static func keeps(_ pointer: UnsafeMutableRawPointer, capacity: Int) -> Bool {
    weft_launch_keep(pointer, Int64(capacity))
  }
}
