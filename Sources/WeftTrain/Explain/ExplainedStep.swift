import Foundation
import WeftTensor

/// An operation on the page.
public struct ExplainedStep: Sendable, Encodable {
  /// The operation's name, as in `linear`.
  public let name: String
  /// The modules whose forward pass called it, joined by dots; empty outside of any.
  public let modulePath: String
  /// Its attributes that are not what they usually are.
  public let attributes: [String]
  /// The numbers of the tensors that it read.
  public let inputs: [Int]
  /// What it calls them.
  public let inputNames: [String]
  /// The numbers of the tensors that it made.
  public let outputs: [Int]
  /// How long it took, forward.
  public let seconds: Double
  /// The memory of its results in bytes.
  public let bytes: Int
  /// Its result as a formula in MathML; empty where none is written down.
  public let equation: String
  /// The gradients of its inputs, likewise.
  public let gradients: [String]
  /// The sums and products of a small operation with their numbers; empty where there are too many.
  public let forwardNumbers: [String]
  /// Those of the chain rule.
  public let backwardNumbers: [String]

  init(_ call: Tracer.Call, _ values: [Tracer.Value]) {
    name = call.name
    modulePath = call.modulePath
    attributes = call.attributes.map(Self.short).filter { !$0.isEmpty }
    (inputs, outputs) = (call.inputs, call.outputs)
    let letters = GradientRules.letters(of: call)
    inputNames = call.inputNames.indices.map { place in
      guard let letter = letters?[place], letter != call.inputNames[place] else { return call.inputNames[place] }
      return "\(letter) (\(call.inputNames[place]))"
    }
    seconds = call.seconds
    bytes = call.outputs.reduce(0) { $0 + values[$1].tensor.spec.byteCount }
    let rules = GradientRules.of(call)
    equation = MathML(rules.result).text
    gradients = rules.gradients.map { MathML($0).text }
    let numbers = WorkedNumbers(call, values)
    (forwardNumbers, backwardNumbers) = (numbers.forward, numbers.backward)
  }

  /// An attribute as a reader wants it: `stride: [1]` for one number for each axis; empty where it is none to read.
  private static func short(_ attribute: String) -> String {
    var text = attribute.replacing("WeftTensor.", with: "")
    // One number for each axis, also within a padding.
    while let start = text.range(of: "PerAxis(values: ") {
      guard let end = text[start.upperBound...].firstIndex(of: ")") else { break }
      text.remove(at: end)
      text.removeSubrange(start)
    }
    text = text.replacing(/Padding\(kind: Padding\.Kind\.same\)/, with: "same")
    text = text.replacing(/Padding\(kind: Padding\.Kind\.sides\(before: (\[.*?\]), after: (\[.*?\])\)\)/) { found in
      found.1 == found.2 ? "\(found.1)" : "\(found.1) before, \(found.2) behind"
    }
    return text.count <= 60 ? text : ""
  }
}
