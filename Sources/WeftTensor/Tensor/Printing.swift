import Glibc

// Tensors as text: aligned, nested in brackets, long ones elided, then type and shape.

extension Tensor: CustomStringConvertible, CustomDebugStringConvertible {
  /// The elements, to 4 decimals, then type and shape. Above 1,000 elements an axis shows its first and last three.
  public var description: String {
    if isBatched { return "one of a batch \(spec)" }
    if isInvalid { return "invalid (an operation before failed)" }
    return Modes.with({
      $0.isRecording = false
      $0.errorScope = nil
      $0.recorder = nil  // to look at numbers is not to depend on them
    }) {
      "\(TensorText(detach()).text) \(spec)"
    }
  }

  /// The same, and where a gradient goes: the operation this tensor came from.
  public var debugDescription: String {
    guard let source else { return description }
    return description + (source.node.isLeaf ? ", requires gradient" : ", gradient through `\(source.node.name)`")
  }
}

/// Lays out the elements of a tensor.
private struct TensorText {
  private static let (summarizedAbove, shownAtEnds, lineLength) = (1000, 3, 80)

  private let shape: [Int]
  /// The elements shown, padded to one width.
  private let cells: [String]
  /// Whether an axis, shown by twice `shownAtEnds` elements, leaves out others.
  private let isElided: [Bool]

  init(_ tensor: Tensor) {
    let ends = Self.shownAtEnds
    let summarizes = tensor.elementCount > Self.summarizedAbove
    isElided = tensor.shape.map { summarizes && $0 > 2 * ends }
    let shown = isElided.indices.filter { [isElided] in isElided[$0] }.reduce(tensor) { shown, axis in
      concatenated([shown.sliced(axis: axis, to: ends), shown.sliced(axis: axis, from: -ends)], axis: axis)
    }
    shape = shown.shape.sizes
    let texts = Self.texts(shown)
    let width = texts.lazy.map(\.utf8.count).max() ?? 0
    cells = texts.map { String(repeating: " ", count: width - $0.utf8.count) + $0 }
  }

  var text: String { cells.isEmpty ? "[]" : block(axis: 0, start: 0) }

  /// The elements from row-major place `start` on, over the axes from `axis`.
  private func block(axis: Int, start: Int) -> String {
    guard axis < shape.count else { return cells[start] }
    if axis == shape.count - 1 { return row(start) }
    let step = shape[(axis + 1)...].reduce(1, *)
    var parts = (0..<shape[axis]).map { block(axis: axis + 1, start: start + $0 * step) }
    if isElided[axis] { parts.insert("...", at: Self.shownAtEnds) }
    let gap = String(repeating: "\n", count: shape.count - axis - 1) + String(repeating: " ", count: axis + 1)
    return "[" + parts.joined(separator: "," + gap) + "]"
  }

  /// One line of the last axis, broken where it gets long.
  private func row(_ start: Int) -> String {
    let axis = shape.count - 1
    var parts = Array(cells[start..<(start + shape[axis])])
    if isElided[axis] { parts.insert("...", at: Self.shownAtEnds) }
    let perLine = Swift.max((Self.lineLength - axis - 1) / ((parts.first?.utf8.count ?? 0) + 2), 1)
    let lines = stride(from: 0, to: parts.count, by: perLine).map { first in
      parts[first..<Swift.min(first + perLine, parts.count)].joined(separator: ", ")
    }
    return "[" + lines.joined(separator: ",\n" + String(repeating: " ", count: axis + 1)) + "]"
  }

  private static func texts(_ tensor: Tensor) -> [String] {
    if tensor.dtype == .bool { return tensor.scalars(as: Bool.self).map { $0 ? "true" : "false" } }
    if tensor.dtype == .uint64 { return tensor.scalars(as: UInt64.self).map(String.init) }
    if tensor.dtype.isInteger { return tensor.scalars(as: Int.self).map(String.init) }
    let values = tensor.scalars(as: Double.self)
    let finite = values.filter { $0.isFinite && $0 != 0 }.map { Swift.abs($0) }
    let (least, most) = (finite.min() ?? 1, finite.max() ?? 1)
    let areWhole = finite.allSatisfy { $0 == $0.rounded() }
    let format = most >= 1e8 || least < 1e-4 ? "%.4e" : areWhole ? "%.1f" : "%.4f"
    return values.map { text($0, format) }
  }

  private static func text(_ value: Double, _ format: String) -> String {
    if value.isNaN { return "nan" }
    if value.isInfinite { return value < 0 ? "-inf" : "inf" }
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { buffer in
      let length = withVaList([value]) { vsnprintf(buffer.baseAddress, buffer.count, format, $0) }
      return String(decoding: buffer.prefix(Int(length)).lazy.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
  }
}
