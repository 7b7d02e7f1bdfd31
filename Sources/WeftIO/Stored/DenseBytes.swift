import WeftData
import WeftTensor

/// A tensor's elements as bytes: row-major, side by side, the least significant byte of each number first.
struct DenseBytes {
  let memory: FileMemory
  let range: Range<Int>

  var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: memory.bytes[range]) }
}

extension StoredTensor {
  /// The elements' bytes: those of the file where they lie so, else new memory.
  func dense(limits: LoadLimits) throws(DataFileError) -> DenseBytes {
    let (memory, range) = try elements.open(limits: limits)
    let swaps = elements.isBigEndian && type.numberBytes > 1
    let start = range.lowerBound + elements.byteOffset
    if elements.strides == nil, !swaps { return DenseBytes(memory: memory, range: start..<(start + byteCount)) }
    try checkRepetition(memory.name, limits)
    try Self.checkRoom(for: byteCount, memory.name, name)
    let dense = FileMemory(name: memory.name, byteCount: byteCount) { target in
      gather(UnsafeRawBufferPointer(rebasing: memory.bytes[start..<range.upperBound]), into: target)
      if swaps { Self.swapBytes(of: target, width: type.numberBytes) }
    }
    return DenseBytes(memory: dense, range: 0..<byteCount)
  }

  /// Keeps a small file whose few elements stand in very many places from becoming as large as it says.
  private func checkRepetition(_ file: String, _ limits: LoadLimits) throws(DataFileError) {
    guard isRepeated else { return }
    let most = elements.room.multipliedReportingOverflow(by: max(1, limits.sharing))
    let allowed = most.overflow ? Int.max : max(most.partialValue, 1 << 24)
    guard byteCount > allowed else { return }
    throw .limit(
      "sharing", file, expected: "tensor \(name) of at most \(allowed) bytes, of \(elements.room) in the file",
      "\(byteCount), by repeating them")
  }

  /// Checks that the process may hold so many bytes more.
  static func checkRoom(for byteCount: Int, _ file: String, _ name: String) throws(DataFileError) {
    guard byteCount > Memory.limit - Memory.stats.live else { return }
    throw DataFileError(
      .limitExceeded, file: file, expected: "tensor \(name), \(byteCount) bytes, within `Memory.limit`",
      found: "\(Memory.stats.live) of \(Memory.limit) bytes in use", hint: "read fewer tensors at once")
  }

  /// Copies the elements to row-major order.
  private func gather(_ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer) {
    guard let strides = elements.strides else {
      return target.copyMemory(from: UnsafeRawBufferPointer(rebasing: source.prefix(byteCount)))
    }
    guard byteCount > 0, let from = source.baseAddress, let to = target.baseAddress else { return }
    let width = type.unitBytes
    let (length, step) = (shape.sizes.last ?? 1, (strides.last ?? 0) * width)
    var place = [Int](repeating: 0, count: max(0, shape.rank - 1))
    var (row, written) = (0, 0)
    while written < byteCount {
      for column in 0..<length {
        (to + written + column * width).copyMemory(from: from + row + column * step, byteCount: width)
      }
      written += length * width
      var axis = place.count - 1
      while axis >= 0 {
        place[axis] += 1
        row += strides[axis] * width
        if place[axis] < shape[axis] { break }
        row -= shape[axis] * strides[axis] * width
        place[axis] = 0
        axis -= 1
      }
    }
  }

  /// Turns each number's bytes round.
  static func swapBytes(of bytes: UnsafeMutableRawBufferPointer, width: Int) {
    for start in stride(from: 0, to: bytes.count - width + 1, by: width) {
      for byte in 0..<(width / 2) { bytes.swapAt(start + byte, start + width - 1 - byte) }
    }
  }
}

extension StoredElements {
  /// The bytes that the elements lie in, decompressed where they are not.
  func open(limits: LoadLimits) throws(DataFileError) -> (FileMemory, Range<Int>) {
    switch source {
    case .memory(let memory, let range): return (memory, range)
    case .compressed(let member):
      let memory = try member.inflated(limits: limits)
      return (memory, 0..<memory.count)
    }
  }
}
