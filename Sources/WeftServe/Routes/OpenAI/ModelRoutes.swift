import Hummingbird

/// `/v1/models`.
enum ModelRoutes {
  static func mount(on mount: RouteMount<some RouterMethods>) {
    mount.get("/v1/models", .openAI) { call in
      .json(["object": "list", "data": .list(call.shelf.models.map { json($0.model) })])
    }
    mount.get("/v1/models/:model", .openAI) { call in
      let name = call.parameters.get("model") ?? ""
      guard let model = call.shelf.models.first(where: { $0.model.name == name }) else {
        throw call.shelf.missing(name)
      }
      return .json(json(model.model))
    }
  }

  private static func json(_ model: ServedModel) -> JSON {
    var members: [JSON.Member] = [
      JSON.Member("id", .text(model.name)), JSON.Member("object", "model"), JSON.Member("created", 0),
      JSON.Member("owned_by", "weft"), JSON.Member("abilities", .list(model.abilities.map { .text($0) })),
    ]
    if let parent = model.parent { members.append(JSON.Member("parent", .text(parent))) }
    if let texts = model.texts { members.append(JSON.Member("max_model_len", .integer(texts.maximumTokens))) }
    return .object(members)
  }
}
