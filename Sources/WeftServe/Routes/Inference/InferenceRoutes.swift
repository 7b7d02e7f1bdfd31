import HTTPTypes
import Hummingbird
import WeftTensor

/// The Open Inference Protocol, version 2.
enum InferenceRoutes {
  static func mount(on mount: RouteMount<some RouterMethods>) {
    mount.get("/v2", .inference) { _ in
      .json(["name": "weft", "version": "2", "extensions": ["binary_tensor_data"]])
    }
    mount.get("/v2/health/live", .inference, isOpen: true) { _ in .json(["live": true]) }
    mount.get("/v2/health/ready", .inference, isOpen: true) { call in
      let isReady = call.shelf.isReady
      return .json(["ready": .bool(isReady)], status: isReady ? 200 : 503)
    }
    for path in ["/v2/models/:model", "/v2/models/:model/versions/:version"] {
      mount.get(path, .inference) { call in
        let (running, _) = try call.shelf.find(name(call), \.prediction, "tensors")
        return .json(metadata(running.model))
      }
      mount.get(path + "/ready", .inference) { call in
        let name = try name(call)
        guard call.shelf.names.contains(name) else { throw call.shelf.missing(name) }
        let isReady = call.shelf.isReady
        return .json(["name": .text(name), "ready": .bool(isReady)], status: isReady ? 200 : 503)
      }
      mount.post(path + "/infer", .inference) { try await infer($0) }
    }
  }

  private static func name(_ call: Call) throws -> String {
    if let version = call.parameters.get("version"), version != "1" {
      let shown = RequestRefusal.shortened(version)
      throw RequestRefusal(.unknown, "There is no version \"\(shown)\"; models have the version 1 alone here.")
    }
    return call.parameters.get("model") ?? ""
  }

  private static func metadata(_ model: ServedModel) -> JSON {
    func tensors(_ descriptions: [TensorDescription]) -> JSON {
      .list(
        descriptions.map {
          [
            "name": .text($0.name), "datatype": .text(InferenceType.name($0.dtype)),
            "shape": .list($0.sizes.map { .integer($0 ?? -1) }),
          ]
        })
    }
    return [
      "name": .text(model.name), "versions": ["1"], "platform": .text(model.prediction?.platform ?? ""),
      "inputs": tensors(model.prediction?.inputs ?? []), "outputs": tensors(model.prediction?.outputs ?? []),
    ]
  }

  private static func infer(_ call: Call) async throws -> Answer {
    let (running, batcher) = try call.shelf.find(name(call), \.prediction, "tensors")
    guard let engine = running.model.prediction else { throw RequestRefusal(.unknown, "This model takes no tensors.") }
    var body = try InferenceBody(call)
    let fields = body.fields
    let inputs = try inputs(fields, engine, &body)
    let wanted = try WantedOutputs(fields, engine)
    let results = try await batcher.submit([PredictionInputs(tensors: inputs)], call.flight).first ?? []
    guard results.count == engine.outputs.count else {
      throw RequestRefusal(.failed, "The model gave \(results.count) results rather than \(engine.outputs.count).")
    }
    var (outputs, binary) = ([JSON](), [UInt8]())
    for output in wanted.outputs {
      let (json, bytes) = InferenceTensor.write(
        results[output.place], engine.outputs[output.place].name, isBinary: output.isBinary)
      outputs.append(json)
      binary += bytes
    }
    let members: [JSON.Member] = [
      JSON.Member("model_name", .text(running.model.name)), JSON.Member("model_version", "1"),
      JSON.Member("id", .text(try fields["id"].given?.text() ?? call.flight.id)),
      JSON.Member("outputs", .list(outputs)),
    ]
    guard wanted.outputs.contains(where: \.isBinary) else { return .json(.object(members)) }
    let head = JSON.object(members).bytes
    return .bytes(
      head + binary, type: "application/octet-stream", headers: [.inferenceHeaderLength: "\(head.count)"])
  }

  /// The inputs in the model's order.
  private static func inputs(
    _ fields: Field, _ engine: any PredictionEngine, _ body: inout InferenceBody
  ) throws -> [Tensor] {
    let names = engine.inputs.map(\.name)
    var found: [String: Tensor] = [:]
    for field in try fields["inputs"].elements(atMost: max(1, names.count)) {
      let name = try field["name"].text(among: names)
      guard let input = engine.inputs.first(where: { $0.name == name }), found[name] == nil else {
        throw field["name"].unfit("each input once")
      }
      found[name] = try InferenceTensor.read(field, as: input, from: &body)
    }
    try body.checkEnd()
    return try names.map { name in
      guard let tensor = found[name] else { throw fields["inputs"].unfit("an input \"\(name)\"") }
      return tensor
    }
  }
}

/// Which results a request wants, and which of them behind the JSON.
private struct WantedOutputs {
  let outputs: [(place: Int, isBinary: Bool)]

  init(_ fields: Field, _ engine: any PredictionEngine) throws {
    let isBinary = try fields["parameters"].part()?["binary_data_output"].given?.flag() ?? false
    let names = engine.outputs.map(\.name)
    guard let asked = try fields["outputs"].given?.elements(atMost: names.count), !asked.isEmpty else {
      outputs = names.indices.map { ($0, isBinary) }
      return
    }
    outputs = try asked.map { field in
      let name = try field["name"].text(among: names)
      let binary = try field["parameters"].part()?["binary_data"].given?.flag() ?? isBinary
      return (names.firstIndex(of: name) ?? 0, binary)
    }
  }
}
