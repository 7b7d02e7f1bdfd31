import WeftData
import WeftTensor

/// A tensor that lies in a file: what the file says of it, before anything is read.
public struct StoredTensor: Sendable {
  /// Its name, as in `encoder.layers.0.weight`.
  public let name: String
  /// The type of its elements as the file states it.
  public let type: StoredType
  /// Its shape; of complex numbers, how many numbers there are.
  public let shape: Shape
  /// The bytes of its elements, side by side.
  public let byteCount: Int
  let elements: StoredElements

  /// The shape and type of the tensor that it is read as. Complex numbers have a last axis of 2 more: real and
  /// imaginary part, as `torch.view_as_real` has it.
  public var spec: TensorSpec {
    if case .complex = type { return TensorSpec(Shape(shape.sizes + [2]), type.dtype) }
    return TensorSpec(shape, type.dtype)
  }
}

/// Bytes that are there once they were decompressed.
protocol CompressedBytes: Sendable {
  /// What they are a part of.
  var memory: FileMemory { get }
  var name: String { get }
  /// How many they will be.
  var size: Int { get }
  func inflated(limits: LoadLimits) throws(DataFileError) -> FileMemory
}

/// Where elements lie.
struct StoredElements: Sendable {
  /// The bytes that they lie in.
  enum Source: Sendable {
    case memory(FileMemory, Range<Int>)
    case compressed(any CompressedBytes)
  }
  var source: Source
  /// The first element's place in them.
  var byteOffset = 0
  /// Distances along the axes in elements; nil for row-major order without gaps.
  var strides: [Int]?
  var isBigEndian = false
  /// What quantized numbers stand for.
  var scaling: StoredScaling?

  /// How many bytes the source has.
  var room: Int {
    switch source {
    case .memory(_, let range): range.count
    case .compressed(let member): member.size
    }
  }
}

/// What whole numbers of a quantized tensor stand for: (number - zero point)·scale.
enum StoredScaling: Sendable {
  case tensor(scale: Double, zeroPoint: Double)
  case channels(StoredChannels)
}

/// A scale and a zero point for each place along an axis. They are read when the numbers are.
final class StoredChannels: Sendable {
  let axis: Int
  let scales: StoredTensor
  let zeroPoints: StoredTensor

  init(axis: Int, scales: StoredTensor, zeroPoints: StoredTensor) {
    (self.axis, self.scales, self.zeroPoints) = (axis, scales, zeroPoints)
  }
}

extension StoredTensor {
  /// Checks that memory could hold the tensor, that the limits allow it, and that its elements lie within their source.
  ///
  /// - Parameter offset: What the errors name as the place that says so.
  init(
    _ name: String, _ type: StoredType, _ sizes: [Int], _ elements: StoredElements, _ context: FileContext,
    at offset: Int? = nil
  ) throws(DataFileError) {
    let shown = "[\(sizes.prefix(20).map(String.init).joined(separator: ", "))]"
    let most = type.isPlain || sizes.count < Tensor.maximumRank ? Tensor.maximumRank : Tensor.maximumRank - 1
    guard sizes.count <= most, let count = Shape(sizes).validElementCount,
      let bytes = type.byteCount(of: count), !type.fillsRows || (sizes.last ?? 1) % type.unitLength == 0
    else {
      let units = type.fillsRows ? ", the last a multiple of \(type.unitLength)" : ""
      throw context.wrong(
        at: offset, "for tensor \(name) of type \(type), at most \(most) sizes from 0 that fit in memory\(units)", shown
      )
    }
    guard bytes <= context.limits.tensorBytes else {
      throw .limit(
        "tensorBytes", context.name, at: offset, expected: "at most \(context.limits.tensorBytes) bytes a tensor",
        "\(name), \(type) \(shown), of \(bytes) bytes")
    }
    (self.name, self.type, self.elements) = (name, type, elements)
    (shape, byteCount) = (Shape(sizes), bytes)
    guard let needed = needed(count), elements.byteOffset >= 0, needed <= elements.room - elements.byteOffset else {
      throw DataFileError(
        .truncated, file: context.name, at: offset,
        expected: "tensor \(name), \(type) \(shown), within \(elements.room) bytes of elements",
        found: "\(bytes) bytes from byte \(elements.byteOffset) on"
          + (elements.strides.map { " with strides \($0.prefix(20))" } ?? ""),
        hint: "a download may have been cut short")
    }
    self.dropOrderlyStrides()
  }

  /// Whether some elements stand in several places, as in a tensor that was expanded and saved: in memory of its own
  /// it takes more than in the file.
  public var isRepeated: Bool {
    guard let strides = elements.strides else { return false }
    return needed(shape.elementCount).map { $0 < byteCount } ?? false && strides.count == shape.rank
  }

  /// How many bytes from the first element on hold them all; nil where that is no number.
  private func needed(_ count: Int) -> Int? {
    guard let strides = elements.strides, count > 0 else { return byteCount }
    guard strides.count == shape.rank, type.unitLength == 1 else { return nil }
    var last = 0
    for (size, stride) in zip(shape.sizes, strides) {
      let (reach, overflow) = stride.multipliedReportingOverflow(by: size - 1)
      let (sum, carried) = last.addingReportingOverflow(reach)
      guard stride >= 0, !overflow, !carried, sum < 1 << 56 else { return nil }
      last = sum
    }
    return (last + 1) * type.unitBytes
  }
}

extension StoredTensor {
  /// Forgets strides that say no more than row-major order does.
  private mutating func dropOrderlyStrides() {
    guard let strides = elements.strides else { return }
    var step = 1
    for axis in stride(from: shape.rank - 1, through: 0, by: -1) {
      if shape[axis] != 1, strides[axis] != step, byteCount > 0 { return }
      step *= max(shape[axis], 1)
    }
    var orderly = elements
    orderly.strides = nil
    self = StoredTensor(name: name, type: type, shape: shape, byteCount: byteCount, elements: orderly)
  }

  /// The same tensor under another name.
  func named(_ name: String) -> StoredTensor {
    StoredTensor(name: name, type: type, shape: shape, byteCount: byteCount, elements: elements)
  }
}
