import Hummingbird

/// `/predict`, as text-embeddings-inference has it: classes of texts.
enum PredictRoute {
  static func mount(on mount: RouteMount<some RouterMethods>) {
    mount.post("/predict", .embeddings) { try await predict($0) }
  }

  private static func predict(_ call: Call) async throws -> Answer {
    let body = try call.fields()
    let (running, batcher) = try call.shelf.find(body["model"].given?.text(), \.classification, "classification")
    guard let engine = running.model.classification else {
      throw RequestRefusal(.unknown, "This model does not classify.")
    }
    let isRaw = try body["raw_scores"].given?.flag() ?? false
    let (items, isSingle) = try items(body["inputs"], limit: call.shelf.settings.maximumInputs)
    let texts = try await PairInputs.read(
      items, engine: engine, call: call, truncates: try body["truncate"].given?.flag() ?? false)
    let logits = try await batcher.submit(texts, call.flight)
    let answers = logits.map { logits -> JSON in
      let scores =
        isRaw ? logits : engine.isMultiLabel ? logits.map(Probabilities.sigmoid) : Probabilities.softmax(logits)
      let ranked = scores.enumerated().sorted { ($1.element, $0.offset) < ($0.element, $1.offset) }
      return .list(
        ranked.map { place, score in
          let label = place < engine.labels.count ? engine.labels[place] : "LABEL_\(place)"
          return ["score": .single(score), "label": .text(label)]
        })
    }
    return .json(isSingle ? answers[0] : .list(answers))
  }

  /// A text; an array of one text, or of two, which are then a pair; or an array of such arrays.
  private static func items(_ field: Field, limit: Int) throws -> (items: [PairInputs.Item], isSingle: Bool) {
    if field.isText { return ([PairInputs.Item(text: try field.text(), path: field.path)], true) }
    let elements = try field.elements(atMost: limit)
    guard let first = elements.first else { throw field.unfit("at least one text") }
    guard first.isList else { return ([try item(field)], true) }
    return (try elements.map(item), false)
  }

  private static func item(_ field: Field) throws -> PairInputs.Item {
    let texts = try field.elements().map { try $0.text() }
    guard texts.count == 1 || texts.count == 2 else {
      throw field.unfit("one text or a pair of texts; several are an array of arrays")
    }
    return PairInputs.Item(text: texts[0], pair: texts.count == 2 ? texts[1] : nil, path: field.path)
  }
}
