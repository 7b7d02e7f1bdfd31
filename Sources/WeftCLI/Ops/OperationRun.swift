import Weft
import WeftContract

/// One run of an operation on named tensors. Whatever does not fit is an error.
struct OperationRun {
  typealias Named = [(name: String, tensor: Tensor)]

  let operation: any TensorOperation
  let inputs: [Tensor]

  init(named name: String, attributes: String, inputs file: SafeTensors) throws {
    let type = try OperationList.required(name)
    guard let sample = type.samples.first else { throw CommandFailure("\(type.name) has no sample") }
    let list = AttributeList(of: sample.operation)
    guard list.isReadable else {
      throw CommandFailure("\(type.name) holds a formula, which is program text: it runs inside other operations only")
    }
    operation = try list.decoded(text: attributes)
    inputs = try Self.inputs(in: file)
    guard type.operands.counts.contains(inputs.count) else {
      throw CommandFailure("\(type.name): expected \(type.operands), got \(inputs.count)")
    }
  }

  /// The outputs, and with cotangents the gradients, under their names.
  func results(cotangents: SafeTensors?) throws -> Named {
    let count = try operation.checkedOutputs(for: inputs.map(\.spec)).count
    let (operation, leaves) = (operation, cotangents == nil ? inputs : try leaves())
    return try withTensorErrors {
      let outputs = Array(apply(operation, leaves).prefix(count))
      // A view may stand for more than memory holds: written out it would be whole.
      for (place, output) in outputs.enumerated() where output.spec.byteCount > Memory.limit {
        throw CommandFailure(
          "output.\(place) is \(output.spec), \(output.spec.byteCount >> 30) GiB: too large to write")
      }
      var results = Self.named("output", outputs.map { $0.detach() })
      if let cotangents { results += try gradients(of: outputs, leaves, cotangents) }
      return results
    }
  }

  /// The floating-point inputs are what is differentiated by.
  private func leaves() throws -> [Tensor] {
    if let why = type(of: operation).whyNotDifferentiable {
      throw CommandFailure("\(type(of: operation).name) has no gradient: \(why); leave out --cotangents")
    }
    return inputs.map { $0.dtype.isFloatingPoint ? $0.requiringGrad() : $0 }
  }

  private func gradients(of outputs: [Tensor], _ leaves: [Tensor], _ file: SafeTensors) throws -> Named {
    let seeds = try outputs.enumerated().map { try Self.cotangent($0, of: $1, in: file) }
    for (name, _) in file.tensors where name.hasPrefix("output.") || name.hasPrefix("cotangent.") {
      guard let place = Self.place(name), outputs.indices.contains(place) else {
        throw CommandFailure(
          "the cotangents hold '\(name)'; the operation has \(outputs.count) outputs, from output.0 on")
      }
    }
    guard seeds.contains(where: { $0 != nil }) else {
      throw CommandFailure("the cotangents hold no output.0 or cotangent.0")
    }
    let seeded = outputs.indices.filter { seeds[$0] != nil && outputs[$0].requiresGrad }
    let places = leaves.indices.filter { leaves[$0].requiresGrad }
    let sources = places.map { leaves[$0] }
    let found: [Tensor?] =
      seeded.isEmpty
      ? sources.map { _ in nil }
      : try grad(of: seeded.map { outputs[$0] }, with: sources, seeds: seeded.compactMap { seeds[$0] })
    return zip(places, zip(found, sources)).map { ("gradient.\($0)", $1.0 ?? $1.1.detach().zerosLike()) }
  }
}

// Names in files.
extension OperationRun {
  private static func named(_ kind: String, _ tensors: [Tensor]) -> Named {
    tensors.enumerated().map { ("\(kind).\($0)", $1) }
  }

  /// 3 of `input.3`.
  private static func place(_ name: String) -> Int? {
    name.firstIndex(of: ".").flatMap { Int(name[name.index(after: $0)...]) }
  }

  /// `input.0` and so on, without a gap; what a run writes beside them may be there too.
  private static func inputs(in file: SafeTensors) throws -> [Tensor] {
    let others = ["output.", "cotangent.", "gradient."]
    var (found, given) = ([Tensor](), 0)
    for (name, _) in file.tensors where !others.contains(where: name.hasPrefix) {
      given += 1
      guard name.hasPrefix("input."), let place = place(name), place >= 0, "input.\(place)" == name else {
        throw CommandFailure("the inputs hold '\(name)'; expected input.0, input.1 and so on")
      }
    }
    while let tensor = file["input.\(found.count)"] { found.append(tensor) }
    guard found.count == given else {
      throw CommandFailure("the inputs lack input.\(found.count): there are \(given), but not one after another")
    }
    return found
  }

  private static func cotangent(_ place: Int, of output: Tensor, in file: SafeTensors) throws -> Tensor? {
    guard let seed = file["cotangent.\(place)"] ?? file["output.\(place)"] else { return nil }
    guard seed.shape == output.shape, seed.dtype == output.dtype else {
      throw CommandFailure(
        "the cotangent of output.\(place): expected \(output.spec), as the output is, got \(seed.spec)")
    }
    guard output.dtype.isFloatingPoint else {
      throw CommandFailure("output.\(place) is \(output.dtype): only floating-point outputs have cotangents")
    }
    return seed
  }
}
