import Foundation
import WeftTensor

/// A value of the graph that is being written.
struct GraphValue: Hashable {
  let name: String
  let dtype: DType
  /// Its shape in each recording of the model.
  let shapes: [[Int]]

  var rank: Int { shapes[0].count }

  /// The sizes of an axis, from 0 or counted from the end, in each recording; nil where it has no such axis.
  func sizes(of axis: Int) -> [Int]? {
    let place = axis < 0 ? axis + rank : axis
    return (0..<rank).contains(place) ? shapes.map { $0[place] } : nil
  }

  /// Whether the sizes are the same in all recordings.
  var isFixed: Bool { shapes.isFixed }
}

extension [[Int]] {
  /// Whether all recordings have one shape.
  var isFixed: Bool { allSatisfy { $0 == self[0] } }

  /// What these shapes broadcast to, recording by recording.
  func broadcast(with other: [[Int]]) -> [[Int]] {
    zip(self, other).map { (a: [Int], b: [Int]) -> [Int] in
      let rank = Swift.max(a.count, b.count)
      let left = [Int](repeating: 1, count: rank - a.count) + a
      let right = [Int](repeating: 1, count: rank - b.count) + b
      return zip(left, right).map { $0 == 1 ? $1 : $0 }
    }
  }

  /// Each shape changed.
  func mapShapes(_ body: ([Int]) -> [Int]) -> [[Int]] { map(body) }
}

/// A setting of a node.
enum GraphAttribute {
  case integer(Int)
  case number(Double)
  case text(String)
  case integers([Int])

  func proto(_ name: String) -> Onnx_AttributeProto {
    var proto = Onnx_AttributeProto()
    proto.name = name
    switch self {
    case .integer(let value): (proto.type, proto.i) = (.int, Int64(value))
    case .number(let value): (proto.type, proto.f) = (.float, Float(value))
    case .text(let value): (proto.type, proto.s) = (.string, Data(value.utf8))
    case .integers(let values): (proto.type, proto.ints) = (.ints, values.map(Int64.init))
    }
    return proto
  }
}

/// Settings in the order in which they are written.
typealias GraphAttributes = KeyValuePairs<String, GraphAttribute>
